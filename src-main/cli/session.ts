import { existsSync } from "node:fs";
import { homedir, userInfo } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Job } from "../contract/jobs.ts";
import { loadDeviceKeyFile } from "../engine/device.ts";
import { createEngine, type Engine } from "../engine/engine.ts";
import { Refusal, refuse } from "../engine/refusal.ts";
import { type Client, createInProcessClient } from "../engine/transports/in-process.ts";
import { createSystemWorld } from "../engine/world.ts";
import { forkReader } from "../journal/index.ts";

declare const __APP_VERSION__: string;
export const appVersion = __APP_VERSION__;

/** Folders beside the bundle: `dist/engine` sits next to `assets` and `dist/renderer`. */
const beside = (path: string) => fileURLToPath(new URL(path, import.meta.url));
export const pagesFolder = beside("../renderer");

/** An engine in this process, and its client. */
export interface Session {
  engine: Engine;
  client: Client;
  home: string;
}

/** Settings, device key and engagements of the command line: FIELDBOOK_HOME, or a folder in the user's home. */
export function openSession(home = process.env.FIELDBOOK_HOME || join(homedir(), ".connect-fieldbook")): Session {
  const engine = createEngine({
    world: createSystemWorld(),
    home,
    assets: beside("../../assets"),
    reportWorker: new URL("./report-worker.mjs", import.meta.url),
    spawnReader: () => forkReader(new URL("./intake.mjs", import.meta.url)),
    device: loadDeviceKeyFile(join(home, "device.key")),
    protection: "file",
    appVersion,
  });
  const { settings } = engine.context;
  if (!settings.get().person.name) settings.update({ person: { name: userInfo().username } });
  return { engine, client: createInProcessClient(engine.router), home };
}

/** Opens an engagement file where it lies; returns its id. */
export function openFile({ engine }: Session, path: string, mode: "read" | "write"): string {
  if (!existsSync(path)) refuse("FILE_MISSING", { happened: `There is no file ${path}.` });
  return engine.context.workspace.openPath(resolve(path), mode).engagement;
}

/** Takes a file into the folder of this installation, as the open dialog does; returns its engagement. */
export async function takeIn({ engine, client }: Session, path: string): Promise<string> {
  const token = engine.context.files.grant(resolve(path), "open");
  return (await client.engagements.open({ source: { kind: "token", token } })).engagement;
}

/** Waits for a job, telling its progress on the error stream; a failed job is thrown as its failure. */
export async function waitForJob({ engine }: Session, id: string, quiet: boolean): Promise<Job> {
  const { jobs } = engine.context;
  let last = "";
  const stop = jobs.events.subscribe("event", (event) => {
    if (quiet || event.type !== "job" || event.job.job !== id || event.job.message === last) return;
    last = event.job.message;
    if (last) process.stderr.write(`  ${last}\n`);
  });
  const cancel = () => jobs.cancel(id);
  process.once("SIGINT", cancel);
  try {
    const job = await jobs.finished(id);
    if (job.failure) {
      const { code, ...detail } = job.failure;
      throw new Refusal(code, detail);
    }
    return job;
  } finally {
    stop();
    process.off("SIGINT", cancel);
  }
}
