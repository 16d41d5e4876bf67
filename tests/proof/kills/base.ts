import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadDeviceKeyFile } from "../../../src-main/engine/device.ts";
import { createEngine, type Engine } from "../../../src-main/engine/engine.ts";
import { type Client, createInProcessClient } from "../../../src-main/engine/transports/in-process.ts";
import { createSystemWorld } from "../../../src-main/engine/world.ts";
import { forkReader } from "../../../src-main/journal/index.ts";
import { assets, newDraft } from "../../support/engine.ts";
import { createRandom } from "../proof.ts";

/** The step that is signed: it has tasks and needs no answers. */
export const STEP = "existing-policies";
/** Copies that can be taken in one after the other; each holds what the one before it holds, and more. */
export const COPIES = 24;
const EVIDENCE_BYTES = 120_000;

export const placesIn = (root: string) => ({
  home: join(root, "home"),
  /** Where exported files are saved. */
  out: join(root, "out"),
  temporary: join(root, "tmp"),
  elsewhere: join(root, "elsewhere"),
  promises: join(root, "promises.json"),
});
export type Places = ReturnType<typeof placesIn>;

export const copyPath = ({ elsewhere }: Places, copy: number): string => join(elsewhere, `copy-${copy}.fieldbook`);
export const foreignPath = ({ elsewhere }: Places): string => join(elsewhere, "foreign.fieldbook");

/** What the copies hold: rows and evidence by the number of the copy that brought them. */
export interface Promises {
  engagement: string;
  rows: string[];
  evidence: string[];
}

export const readPromises = ({ promises }: Places): Promises => JSON.parse(readFileSync(promises, "utf8"));

export interface Running {
  engine: Engine;
  client: Client;
}

/** The engine as its host starts it, on a home folder that may come from a killed one. */
export function startEngine(home: string): Running {
  const engine = createEngine({
    world: createSystemWorld(),
    home,
    assets,
    reportWorker: new URL("../../../src-main/reports/worker.ts", import.meta.url),
    spawnReader: () => forkReader(new URL("../../../src-main/journal/intake/child.ts", import.meta.url)),
    device: loadDeviceKeyFile(join(home, "device.key")),
    protection: "file",
    appVersion: "0.1.0",
  });
  return { engine, client: createInProcessClient(engine.router) };
}

export async function addRow({ client }: Running, engagement: string, name: string): Promise<void> {
  await client.rfi.addRows({ engagement, group: "domains", rows: [{ name }] });
}

export async function addEvidence({ client }: Running, engagement: string, bytes: Uint8Array): Promise<string> {
  const { upload } = await client.files.beginUpload({ name: "log.bin", type: "", size: bytes.length });
  await client.files.appendUpload({ upload, offset: 0, data: Buffer.from(bytes).toString("base64") });
  const source = { kind: "upload" as const, upload };
  return (await client.evidence.add({ engagement, step: "account", title: "Log", source })).sha256;
}

async function finish({ engine }: Running, job: string): Promise<string> {
  const { download, failure } = await engine.context.jobs.finished(job);
  if (failure) throw new Error(`${failure.code}: ${failure.happened}`);
  return download ?? "";
}

export async function handOver(from: Running, engagement: string, path: string): Promise<void> {
  const { job } = await from.client.copies.handOver({ engagement, space: "everything", seal: { kind: "open" } });
  const download = await finish(from, job);
  await from.client.files.saveDownload({ download, token: from.engine.context.files.grant(path, "save") });
}

export async function takeInCopy(at: Running, path: string): Promise<void> {
  const source = { kind: "token" as const, token: at.engine.context.files.grant(path, "open") };
  const { job } = await at.client.copies.examine({ source });
  await finish(at, job);
  const { candidate } = await at.client.copies.examined({ job });
  await at.client.copies.accept({ candidate });
}

export async function openFile({ client, engine }: Running, path: string): Promise<string> {
  const source = { kind: "token" as const, token: engine.context.files.grant(path, "open") };
  return (await client.engagements.open({ source })).engagement;
}

async function waiveTasks({ client }: Running, engagement: string): Promise<void> {
  const { tasks } = await client.steps.get({ engagement, step: STEP });
  for (const { task } of tasks) {
    const change = { state: "waived", reason: "Seen", by: "Owner" } as const;
    await client.steps.setTask({ engagement, step: STEP, task, change });
  }
}

/** Somebody else goes on with a copy, and hands over what there is after every step. */
async function writeCopies(there: Running, places: Places, engagement: string, seed: number): Promise<Promises> {
  const random = createRandom(seed);
  const promises: Promises = { engagement, rows: [], evidence: [] };
  for (let copy = 0; copy < COPIES; copy++) {
    const name = `copy-${copy}.example`;
    await addRow(there, engagement, name);
    promises.rows.push(name);
    promises.evidence.push(await addEvidence(there, engagement, random.bytes(EVIDENCE_BYTES)));
    await handOver(there, engagement, copyPath(places, copy));
  }
  return promises;
}

/** Makes the home a round starts from, and the files that come in from elsewhere. */
export async function prepareBase(places: Places, seed: number): Promise<void> {
  const other = join(places.elsewhere, "home");
  for (const folder of [places.home, other, places.out, places.temporary]) mkdirSync(folder, { recursive: true });
  const here = startEngine(places.home);
  const there = startEngine(other);
  try {
    const { engagement } = await here.client.engagements.create(newDraft());
    await waiveTasks(here, engagement);
    const start = copyPath(places, COPIES);
    await handOver(here, engagement, start);
    await openFile(there, start);
    writeFileSync(places.promises, JSON.stringify(await writeCopies(there, places, engagement, seed)));
    const foreign = await there.client.engagements.create({ ...newDraft(), reference: "ENG-105" });
    await handOver(there, foreign.engagement, foreignPath(places));
  } finally {
    await here.engine.close();
    await there.engine.close();
  }
  rmSync(other, { recursive: true, force: true });
}
