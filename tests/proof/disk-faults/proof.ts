import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import type { Proof, ProofRequest, ProofResult } from "../proof.ts";
import { operations } from "./operations.ts";
import { prepareFolder } from "./prepare.ts";
import { listSites } from "./sites.ts";
import type { Line, Order } from "./workload.ts";

/** Fewest faults that must have been tried; `run` does not stop there. */
const LEAST = 4_500;
const LEAST_THOROUGH = 20_000;

function findObstacle(): string | null {
  if (process.platform !== "linux") return "faults are injected on Linux only";
  return spawnSync("gcc", ["--version"], { stdio: "ignore" }).status === 0 ? null : "gcc is not installed";
}

function compileFaults(target: string): void {
  const source = join(import.meta.dirname, "faults.c");
  const flags = ["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror"];
  const { status, stderr } = spawnSync("gcc", [...flags, "-o", target, source, "-ldl", "-lpthread"], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`faults.c does not compile: ${stderr}`);
}

/** Runs some operations in a process of their own. A process that ends early is a failure of the operation it was at. */
async function runShare(root: string, share: number, order: Order): Promise<Line[]> {
  const faults = join(root, "faults");
  const script = join(import.meta.dirname, "workload.ts");
  const given = [script, join(root, "prepared"), join(faults, String(share)), JSON.stringify(order)];
  const env = {
    ...process.env,
    LD_PRELOAD: join(root, "faults.so"),
    FIELDBOOK_FAULT_ROOT: faults,
    UV_USE_IO_URING: "0",
  };
  const child = spawn(process.execPath, given, { env, stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  let complaints = "";
  child.stdout.on("data", (data: Buffer) => (printed += data));
  child.stderr.on("data", (data: Buffer) => (complaints = (complaints + data).slice(-2000)));
  const [status, signal] = await once(child, "close");
  const lines: Line[] = printed
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  if (status === 0) return lines;
  const name = order.names[lines.length] ?? "the end";
  const failure = `the process broke down at "${name}" with ${signal ?? status}: ${complaints}`;
  return [...lines, { name, calls: 0, done: 0, failed: 1, failures: [failure], codes: {}, reached: [] }];
}

/** Shares the operations out by turns. */
const shareOut = (shares: number): string[][] =>
  Array.from({ length: shares }, (_, share) =>
    operations.map(({ name }) => name).filter((_name, i) => i % shares === share),
  );

function gather(lines: Line[]): ProofResult {
  const codes: Record<string, number> = {};
  for (const line of lines)
    for (const [code, count] of Object.entries(line.codes)) codes[code] = (codes[code] ?? 0) + count;
  const sum = (value: (line: Line) => number): number => lines.reduce((total, line) => total + value(line), 0);
  const reached = new Set(lines.flatMap((line) => line.reached));
  const sites = listSites();
  const missed = sites.filter((site) => !reached.has(site));
  const figures = { operations: lines.length, calls: sum(({ calls }) => calls), "call sites": sites.length, ...codes };
  const failed = sum((line) => line.failed);
  return {
    done: sum(({ done }) => done),
    failures: [...lines.flatMap(({ failures }) => failures), ...missed.map((site) => `no operation reaches ${site}`)],
    figures: failed > 0 ? { ...figures, "failed faults": failed } : figures,
  };
}

async function run({ size, seed, deadline }: ProofRequest): Promise<ProofResult> {
  const root = mkdtempSync(join(tmpdir(), "fieldbook-faults-"));
  try {
    mkdirSync(join(root, "prepared"));
    mkdirSync(join(root, "faults"));
    await prepareFolder(join(root, "prepared"), seed);
    compileFaults(join(root, "faults.so"));
    const rest = { thorough: size > LEAST, seed, deadline: Number.isFinite(deadline) ? deadline : null };
    const shares = shareOut(Math.min(2, availableParallelism()));
    const lines = await Promise.all(shares.map((names, share) => runShare(root, share, { names, ...rest })));
    return gather(lines.flat());
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

export const proof: Proof = {
  name: "a failing disk is reported and changes nothing",
  unit: "faults",
  sizes: { ci: LEAST, full: LEAST_THOROUGH },
  obstacle: findObstacle,
  run,
};
