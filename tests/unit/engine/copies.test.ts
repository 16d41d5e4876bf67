import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { HandOverSeal } from "../../../src-main/contract/copies.ts";
import { createJournal } from "../../../src-main/journal/index.ts";
import { codeOf, drawSignature, newDraft, startTestEngine, type TestEngine } from "../../support/engine.ts";

let here: TestEngine;
let there: TestEngine;
let engagement: string;
let files = 0;
const step = "existing-policies";

beforeEach(async () => {
  here = startTestEngine();
  there = startTestEngine();
  here.engine.context.settings.update({ person: { name: "Anna" } });
  there.engine.context.settings.update({ person: { name: "Ben" } });
  ({ engagement } = await here.client.engagements.create(newDraft()));
});
afterEach(async () => {
  await here.close();
  await there.close();
});

async function handOver(
  from: TestEngine,
  { space = "everything", seal = { kind: "open" } }: { space?: "everything" | "shared"; seal?: HandOverSeal } = {},
): Promise<string> {
  const path = join(from.home, `copy-${++files}.fieldbook`);
  const { job } = await from.client.copies.handOver({ engagement, space, seal });
  const { download, failure } = await from.engine.context.jobs.finished(job);
  expect(failure).toBeNull();
  const token = from.engine.context.files.grant(path, "save");
  await from.client.files.saveDownload({ download: download ?? "", token });
  return path;
}

async function examine(at: TestEngine, path: string, passphrase?: string) {
  const source = { kind: "token" as const, token: at.engine.context.files.grant(path, "open") };
  const { job } = await at.client.copies.examine({ source, ...(passphrase ? { passphrase } : {}) });
  const { failure } = await at.engine.context.jobs.finished(job);
  return failure ? { failure: failure.code } : await at.client.copies.examined({ job });
}

async function takeIn(at: TestEngine, path: string) {
  const found = await examine(at, path);
  if ("failure" in found) throw new Error(found.failure);
  return at.client.copies.accept({ candidate: found.candidate });
}

const answer = (at: TestEngine, value: string) =>
  at.client.rfi.answer({ engagement, field: "organisation.legalName", value });
const legalName = async (at: TestEngine) =>
  (await at.client.rfi.get({ engagement })).answers.fields["organisation.legalName"];

/** Two copies of one engagement, on two machines. */
async function part(): Promise<void> {
  await takeIn(there, await handOver(here));
}

async function sign(at: TestEngine): Promise<string> {
  const { tasks, gate } = await at.client.steps.get({ engagement, step });
  for (const { task } of tasks)
    await at.client.steps.setTask({ engagement, step, task, change: { state: "waived", reason: "Seen", by: "Owner" } });
  expect((await at.client.steps.get({ engagement, step })).gate.missing, JSON.stringify(gate)).toEqual([]);
  const signer = { name: "Jan Novak", role: "IT manager", organisation: "Acme" };
  const drawing = { png: drawSignature(), width: 400, height: 120, strokes: [] };
  return (await at.client.signoffs.sign({ engagement, step, signer, drawing })).signOff;
}

describe("taking in another copy", () => {
  test("says what would come in, changes nothing until it is accepted, and unites after a snapshot", async () => {
    await part();
    await answer(there, "Acme Limited");
    const copy = await handOver(there);
    const before = readFileSync(copy);
    const found = await examine(here, copy);
    expect(found).toMatchObject({ relation: "adds", incoming: 1, cellsChanged: 1, conflicts: 0, pause: null });
    expect(await legalName(here)).toBeUndefined();
    if ("failure" in found) throw new Error(found.failure);
    expect(await here.client.copies.accept({ candidate: found.candidate })).toMatchObject({ engagement, incoming: 1 });
    expect(await legalName(here)).toBe("Acme Limited");
    expect(readFileSync(copy).equals(before)).toBe(true);
    const { snapshots } = await here.client.copies.snapshots({ engagement });
    expect(snapshots).toMatchObject([{ reason: "before-merge", proof: "unproven" }]);
    expect(readdirSync(join(here.home, "incoming"))).toEqual([]);
    expect(await examine(here, copy)).toMatchObject({ relation: "same", incoming: 0, files: 0 });
    await takeIn(here, copy);
    expect(await examine(here, await handOver(there))).toMatchObject({ relation: "same" });
    expect((await here.client.history.verify({ engagement })).ok).toBe(true);
  });

  test("shows both values where two people wrote the same, and lets one choose or write a third", async () => {
    await part();
    await answer(here, "Acme A");
    await answer(there, "Acme B");
    await takeIn(here, await handOver(there));
    const { conflicts } = await here.client.conflicts.list({ engagement });
    const [conflict] = conflicts;
    expect(conflict).toMatchObject({ kind: "values", writable: true, signedSteps: [] });
    expect(conflict?.versions.map(({ value, author }) => [value, author]).sort()).toEqual([
      ["Acme A", "Anna"],
      ["Acme B", "Ben"],
    ]);
    expect(conflict?.versions.filter(({ shown }) => shown)).toHaveLength(1);
    const cell = conflict?.cell ?? "";
    const version = conflict?.versions.find(({ value }) => value === "Acme B")?.version ?? "";
    const decision = { kind: "choose", version } as const;
    expect(await here.client.conflicts.resolve({ engagement, cell, decision })).toEqual({ conflicts: [] });
    expect(await legalName(here)).toBe("Acme B");
    await answer(there, "Acme C");
    await answer(here, "Acme D");
    await takeIn(here, await handOver(there));
    const written = { kind: "write", value: "Acme E" } as const;
    expect(await codeOf(here.client.conflicts.resolve({ engagement, cell: "rfi/x#y", decision: written }))).toBe(
      "NOT_FOUND",
    );
    await here.client.conflicts.resolve({ engagement, cell, decision: written });
    expect(await legalName(here)).toBe("Acme E");
    await takeIn(there, await handOver(here));
    expect(await legalName(there)).toBe("Acme E");
    expect((await there.client.conflicts.list({ engagement })).conflicts).toEqual([]);
  });

  test("keeps a row that one removed while the other changed it until somebody decides, and brings it back whole", async () => {
    const { rows } = await here.client.rfi.addRows({
      engagement,
      group: "outboundAddresses",
      rows: [{ network: "192.0.2.1", note: "main" }],
    });
    const row = rows[0] ?? "";
    await part();
    await here.client.rfi.removeRow({ engagement, group: "outboundAddresses", row });
    await there.client.rfi.changeRow({ engagement, group: "outboundAddresses", row, values: { network: "192.0.2.2" } });
    await takeIn(here, await handOver(there));
    const [conflict] = (await here.client.conflicts.list({ engagement })).conflicts;
    expect(conflict).toMatchObject({ kind: "deletion" });
    const version = conflict?.versions.find(({ deleted }) => !deleted)?.version ?? "";
    await here.client.conflicts.resolve({
      engagement,
      cell: conflict?.cell ?? "",
      decision: { kind: "choose", version },
    });
    const { answers } = await here.client.rfi.get({ engagement });
    expect(answers.rows.outboundAddresses).toEqual([{ id: row, values: { network: "192.0.2.2", note: "main" } }]);
  });

  test("refuses a copy with the same id and another beginning, and leaves no trace", async () => {
    const copy = join(there.home, "other.fieldbook");
    const id = Buffer.from(engagement.replaceAll("-", ""), "hex");
    const deps = {
      ...there.engine.context.workspace.deps(),
      clock: { now: () => new Date(id.readUIntBE(0, 6)), mono: () => 0 },
      random: { bytes: (count: number) => new Uint8Array(count === 16 ? id : Buffer.alloc(count, 7)) },
    };
    const other = createJournal(copy, deps, { form: "f".repeat(64) });
    expect(other.engagement).toBe(engagement);
    other.close();
    expect(await examine(here, copy)).toEqual({ failure: "ANOTHER_HISTORY" });
    expect(readdirSync(join(here.home, "incoming"))).toEqual([]);
    expect(await examine(there, copy)).toMatchObject({ relation: "new" });
  });

  test("refuses a file that somebody is writing to", async () => {
    const copy = await handOver(here);
    writeFileSync(`${copy}-journal`, "what a writer has not finished");
    expect(await examine(there, copy)).toEqual({ failure: "LOCKED" });
    writeFileSync(`${copy}-journal`, "");
    expect(await examine(there, copy)).toMatchObject({ relation: "new" });
  });

  test("opens a copy for reading beside the one that is here", async () => {
    await part();
    await answer(there, "Acme Limited");
    const found = await examine(here, await handOver(there));
    if ("failure" in found) throw new Error(found.failure);
    const { engagement: view } = await here.client.copies.look({ candidate: found.candidate });
    expect(view).not.toBe(engagement);
    expect(await here.client.engagements.get({ engagement: view })).toMatchObject({ engagement: view, readOnly: true });
    expect((await here.client.rfi.get({ engagement: view })).answers.fields["organisation.legalName"]).toBe(
      "Acme Limited",
    );
    expect(await codeOf(here.client.rfi.answer({ engagement: view, field: "organisation.sites", value: 3 }))).toBe(
      "READ_ONLY",
    );
    await here.client.copies.closeView({ engagement: view });
    expect(await codeOf(here.client.engagements.get({ engagement: view }))).toBe("NOT_FOUND");
    expect(readdirSync(join(here.home, "incoming"))).toEqual([]);
    expect(await legalName(here)).toBeUndefined();
  });
});

describe("a sign-off and a change beside it", () => {
  test("is contested, shows both values, and is valid again once the change is set back", async () => {
    await part();
    const signOff = await sign(here);
    const [first] = (await there.client.steps.get({ engagement, step })).tasks;
    const task = first?.task ?? "";
    await there.client.steps.setTask({ engagement, step, task, change: { state: "done", note: "By Ben" } });
    const found = await examine(here, await handOver(there));
    expect(found).toMatchObject({ signOffs: [{ step, before: "valid", after: "contested" }] });
    if ("failure" in found) throw new Error(found.failure);
    await here.client.copies.accept({ candidate: found.candidate });
    const view = await here.client.steps.get({ engagement, step });
    expect(view.summary.state).toBe("needs-review");
    expect(view.signOffs[0]).toMatchObject({
      state: "contested",
      differences: [{ author: "Ben", signed: "waived: Seen" }],
    });
    expect(await codeOf(here.client.steps.setTask({ engagement, step, task, change: { state: "open" } }))).toBe(
      "STEP_SIGNED",
    );
    const after = await here.client.signoffs.putBack({ engagement, step, signOff });
    expect(after.signOffs).toMatchObject([{ state: "valid", differences: [] }]);
    expect((await here.client.steps.get({ engagement, step })).summary.state).toBe("signed");
    expect((await here.client.conflicts.list({ engagement })).conflicts).toEqual([]);
  });

  test("is settled by signing again what stands there now", async () => {
    await part();
    await sign(here);
    await takeIn(there, await handOver(here));
    await there.client.signoffs.reopen({ engagement, step, reason: "A correction" });
    const [first] = (await there.client.steps.get({ engagement, step })).tasks;
    await there.client.steps.setTask({ engagement, step, task: first?.task ?? "", change: { state: "done" } });
    await takeIn(here, await handOver(there));
    const { signOffs, summary } = await here.client.steps.get({ engagement, step });
    expect(signOffs.map(({ state }) => state)).toEqual(["reopened"]);
    expect(summary.state).toBe("in-progress");
    await sign(here);
    expect((await here.client.steps.get({ engagement, step })).summary.state).toBe("signed");
  });

  test("ends its doubt by a second signature over what stands there now", async () => {
    await part();
    await sign(here);
    const [first] = (await there.client.steps.get({ engagement, step })).tasks;
    const change = { state: "waived", reason: "Seen by Ben", by: "Ben" } as const;
    await there.client.steps.setTask({ engagement, step, task: first?.task ?? "", change });
    await takeIn(here, await handOver(there));
    const { conflicts } = await here.client.conflicts.list({ engagement });
    expect(conflicts).toMatchObject([{ signedSteps: [step] }]);
    const [conflict] = conflicts;
    const chosen = conflict?.versions.find(({ author }) => author === "Ben")?.version ?? "";
    const decision = { kind: "choose", version: chosen } as const;
    const resolve = () => here.client.conflicts.resolve({ engagement, cell: conflict?.cell ?? "", decision });
    expect(await codeOf(resolve())).toBe("STEP_SIGNED");
    await here.client.signoffs.reopen({ engagement, step, reason: "Ben's finding counts" });
    await resolve();
    const signer = { name: "Jan Novak", role: "IT manager", organisation: "Acme" };
    const drawing = { png: drawSignature(), width: 400, height: 120, strokes: [] };
    await here.client.signoffs.sign({ engagement, step, signer, drawing });
    const { signOffs, summary } = await here.client.steps.get({ engagement, step });
    expect(signOffs.map(({ state }) => state)).toEqual(["reopened", "valid"]);
    expect(summary.state).toBe("signed");
  });

  test("lets a second person sign beside the first, and the same person only once", async () => {
    await sign(here);
    const drawing = { png: drawSignature(), width: 400, height: 120, strokes: [] };
    const signer = { name: "Eva Dvorak", role: "Head of IT", organisation: "Acme" };
    const second = await here.client.signoffs.sign({ engagement, step, signer, drawing });
    expect(second.state).toBe("valid");
    expect(await codeOf(here.client.signoffs.sign({ engagement, step, signer, drawing }))).toBe("STEP_SIGNED");
    const { signOffs } = await here.client.steps.get({ engagement, step });
    expect(signOffs.map(({ state }) => state)).toEqual(["valid", "valid"]);
  });
});

describe("handing over", () => {
  test("leaves the internal note out of a shared copy and keeps the rest whole", async () => {
    await answer(here, "Acme");
    await here.client.engagements.setNote({ engagement, text: "They pay late" });
    const shared = await handOver(here, { space: "shared" });
    expect(readFileSync(shared).includes("They pay late")).toBe(false);
    await takeIn(there, shared);
    expect((await there.client.engagements.get({ engagement })).internalNote.text).toBe("");
    expect(await legalName(there)).toBe("Acme");
    await takeIn(there, await handOver(here));
    expect((await there.client.engagements.get({ engagement })).internalNote.text).toBe("They pay late");
    expect((await there.client.history.verify({ engagement })).ok).toBe(true);
  });

  test("keeps the choice of a sealed copy good until it was opened, and no longer", async () => {
    const path = await handOver(here, { seal: { kind: "passphrase", passphrase: "correct horse battery" } });
    const source = { kind: "token" as const, token: there.engine.context.files.grant(path, "open") };
    const attempt = async (passphrase?: string) => {
      const { job } = await there.client.copies.examine({ source, ...(passphrase ? { passphrase } : {}) });
      return (await there.engine.context.jobs.finished(job)).failure?.code ?? "opened";
    };
    expect(await attempt()).toBe("SEALED_FILE");
    expect(await attempt("wrong horse battery")).toBe("WRONG_PASSPHRASE");
    expect(await attempt("correct horse battery")).toBe("opened");
    expect(await attempt("correct horse battery")).toBe("TOKEN_UNKNOWN");
  });

  test("seals a copy with a passphrase or for a device, and opens it for nobody else", async () => {
    await answer(here, "Sealed Ltd");
    const locked = await handOver(here, { seal: { kind: "passphrase", passphrase: "correct horse battery" } });
    expect(readFileSync(locked).includes("Sealed Ltd")).toBe(false);
    expect(await examine(there, locked)).toEqual({ failure: "SEALED_FILE" });
    expect(await examine(there, locked, "wrong horse battery")).toEqual({ failure: "WRONG_PASSPHRASE" });
    expect(await examine(there, locked, "correct horse battery")).toMatchObject({ relation: "new" });
    const { device } = await there.client.trust.view({});
    const addressed = await handOver(here, { seal: { kind: "recipients", recipients: [device.recipient] } });
    expect(await examine(here, addressed)).toEqual({ failure: "SEALED_FILE" });
    expect(await examine(there, addressed)).toMatchObject({ relation: "new" });
    const nobody = { kind: "recipients", recipients: ["age1nobody"] } as const;
    const { job } = await here.client.copies.handOver({
      engagement,
      space: "everything",
      seal: { ...nobody, recipients: [...nobody.recipients] },
    });
    expect((await here.engine.context.jobs.finished(job)).failure?.code).toBe("INVALID_INPUT");
  }, 60_000);
});

describe("snapshots", () => {
  test("are proven by opening them, looked into, and restored as a copy", async () => {
    await answer(here, "Before");
    const { snapshots } = await here.client.copies.takeSnapshot({ engagement });
    const snapshot = snapshots[0]?.snapshot ?? "";
    await here.engine.context.housekeeping.proveNewest(engagement);
    expect((await here.client.copies.snapshots({ engagement })).snapshots).toMatchObject([
      { snapshot, proof: "proven", entries: expect.any(Number), problem: null },
    ]);
    await answer(here, "After");
    const { engagement: view } = await here.client.copies.lookInto({ engagement, snapshot });
    expect((await here.client.engagements.get({ engagement: view })).viewOf).toContain("snapshot");
    expect((await here.client.rfi.get({ engagement: view })).answers.fields["organisation.legalName"]).toBe("Before");
    await here.client.copies.closeView({ engagement: view });
    const { job } = await here.client.copies.restore({ engagement, snapshot });
    const { download } = await here.engine.context.jobs.finished(job);
    const path = join(here.home, "restored.fieldbook");
    await here.client.files.saveDownload({
      download: download ?? "",
      token: here.engine.context.files.grant(path, "save"),
    });
    await takeIn(there, path);
    expect(await legalName(there)).toBe("Before");
    expect(existsSync(path)).toBe(true);
  });

  test("that do not open are shown as failed", async () => {
    const { snapshots } = await here.client.copies.takeSnapshot({ engagement });
    await here.engine.context.housekeeping.proveNewest(engagement);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const again = (await here.client.copies.takeSnapshot({ engagement })).snapshots[0]?.snapshot ?? "";
    expect(again).not.toBe(snapshots[0]?.snapshot);
    writeFileSync(join(here.home, "snapshots", engagement, `${again}.fieldbook`), "no database");
    await here.engine.context.housekeeping.proveNewest(engagement);
    const list = (await here.client.copies.snapshots({ engagement })).snapshots;
    expect(list.map(({ proof }) => proof)).toEqual(["failed", "proven"]);
    expect(list[0]?.problem).toBeTruthy();
    expect(await codeOf(here.client.copies.lookInto({ engagement, snapshot: "20200101T000000000Z-daily" }))).toBe(
      "NOT_FOUND",
    );
  });

  test("come by themselves after a change, and old ones go", async () => {
    const { housekeeping, snapshots } = here.engine.context;
    housekeeping.tick();
    housekeeping.tick();
    await answer(here, "Acme");
    housekeeping.tick();
    await housekeeping.proveNewest(engagement);
    expect(snapshots.list(engagement)).toMatchObject([{ reason: "daily", proof: "proven" }]);
    for (let i = 0; i < 7; i++) await here.client.copies.takeSnapshot({ engagement });
    expect(snapshots.due(engagement)).toBeNull();
    expect(snapshots.list(engagement)).toHaveLength(8);
  });
});
