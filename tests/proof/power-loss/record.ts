import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Call, readTrace, straceArguments } from "./trace.ts";
import { type Places, prepareWorld } from "./world.ts";

/** What a process did to the disk, from a known start. */
export interface Recording {
  /** Files that were there, durable, before the first call. */
  start: Map<string, Buffer>;
  calls: Call[];
}

/** Why nothing can be recorded here; null when it can. */
export function findTracingObstacle(): string | null {
  if (process.platform !== "linux") return "system calls are recorded on Linux only";
  const { status, error } = spawnSync("strace", straceArguments("/dev/null", ["true"]), { stdio: "ignore" });
  if (error) return "strace is not installed";
  return status === 0 ? null : "strace may not trace a process here";
}

/** Runs the workload under strace in the folder `places.root`. */
export function record(places: Places, seed: number): Recording {
  prepareWorld(places, seed);
  const paths = readdirSync(places.vault).map((name) => join(places.vault, name));
  const start = new Map(paths.map((path) => [path, readFileSync(path)]));
  const log = join(places.root, "trace");
  const workload = [process.execPath, join(import.meta.dirname, "workload.ts"), places.root, String(seed)];
  const env = { ...process.env, TMPDIR: places.temporary };
  const { status, stderr } = spawnSync("strace", straceArguments(log, workload), { env, encoding: "utf8" });
  if (status !== 0) throw new Error(`the workload of seed ${seed} ended with ${status}: ${stderr.slice(-2000)}`);
  return { start, calls: readTrace(log) };
}
