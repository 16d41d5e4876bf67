import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { drawSignature, newDraft, startTestEngine, type TestEngine } from "../../support/engine.ts";
import { placesIn, prepareWorld } from "../power-loss/world.ts";

/** The step that is signed: it has tasks and needs no answers. */
export const STEP = "existing-policies";

/** What lies in a prepared folder, and so in every trial's copy of it. */
export const placesOf = (folder: string) => ({
  home: join(folder, "home"),
  /** A copy of the engagement in which somebody else has gone on. */
  adds: join(folder, "outside", "adds.fieldbook"),
  /** An engagement that is not in the home folder. */
  foreign: join(folder, "outside", "foreign.fieldbook"),
  engagement: join(folder, "outside", "engagement.txt"),
});

export const drawing = { png: drawSignature(), width: 400, height: 120, strokes: [] };
export const signer = { name: "Jan Novak", role: "IT manager", organisation: "Acme" };

async function handOver(from: TestEngine, engagement: string, path: string): Promise<void> {
  const { job } = await from.client.copies.handOver({ engagement, space: "everything", seal: { kind: "open" } });
  const { download } = await from.engine.context.jobs.finished(job);
  const token = from.engine.context.files.grant(path, "save");
  await from.client.files.saveDownload({ download: download ?? "", token });
}

export async function takeIn(at: TestEngine, path: string): Promise<string> {
  const source = { kind: "token" as const, token: at.engine.context.files.grant(path, "open") };
  return (await at.client.engagements.open({ source })).engagement;
}

async function makeReadyToSign({ client }: TestEngine, engagement: string): Promise<void> {
  const { tasks } = await client.steps.get({ engagement, step: STEP });
  for (const { task } of tasks) {
    const change = { state: "waived", reason: "Seen", by: "Owner" } as const;
    await client.steps.setTask({ engagement, step: STEP, task, change });
  }
}

async function writeElsewhere(there: TestEngine, engagement: string): Promise<void> {
  await there.client.rfi.answer({ engagement, field: "organisation.sites", value: 4 });
  const source = { kind: "text", text: "Seen on the customer's screen. ".repeat(100) } as const;
  await there.client.evidence.add({ engagement, step: "account", title: "Notes", source });
}

/** Fills a folder with everything the operations start from: a bare journal, an engine's home, files from elsewhere. */
export async function prepareFolder(folder: string, seed: number): Promise<void> {
  const { home, adds, foreign, engagement: note } = placesOf(folder);
  mkdirSync(join(folder, "outside"), { recursive: true });
  mkdirSync(join(folder, "tmp"));
  const bare = placesIn(folder);
  prepareWorld(bare, seed);
  rmSync(join(folder, "copy.fieldbook"));
  const here = startTestEngine(home);
  const there = startTestEngine();
  try {
    const { engagement } = await here.client.engagements.create(newDraft());
    await here.client.rfi.answer({ engagement, field: "organisation.legalName", value: "Acme Ltd" });
    await makeReadyToSign(here, engagement);
    writeFileSync(note, engagement);
    await handOver(here, engagement, adds);
    await takeIn(there, adds);
    await writeElsewhere(there, engagement);
    rmSync(adds);
    await handOver(there, engagement, adds);
    const other = await there.client.engagements.create({ ...newDraft(), reference: "ENG-105" });
    await handOver(there, other.engagement, foreign);
  } finally {
    await here.engine.close();
    await there.close();
  }
}
