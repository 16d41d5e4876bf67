import dgram from "node:dgram";
import { copyFileSync, readdirSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { nodeNet } from "../../../src-main/checks/node-net.ts";
import type { CheckResult } from "../../../src-main/contract/checks.ts";
import { judgeRunsAgain } from "../../../src-main/engine/recheck.ts";
import type { Json } from "../../../src-main/journal/index.ts";
import { newDraft, startTestEngine, type TestEngine } from "../../support/engine.ts";
import { loopbackNetwork } from "../../support/settings.ts";
import { type FakeDns, startFakeDns } from "../checks/fake-dns.ts";

const step = "outbound";
let now: TestEngine;
let dns: FakeDns;
let engagement: string;

beforeEach(async () => {
  now = startTestEngine();
  dns = await startFakeDns({
    "_dmarc.acme.example": { TXT: ["v=DMARC1; p=none; rua=mailto:d@acme.example"] },
    "acme.example": { TXT: ["v=spf1 -all"] },
  });
  const { client } = now;
  await client.settings.update({ network: { ...loopbackNetwork, resolver: dns.endpoint } });
  ({ engagement } = await client.engagements.create(newDraft()));
  await client.rfi.answer({ engagement, field: "organisation.primaryDomain", value: "acme.example" });
  const { job } = await client.checks.run({ engagement, step, only: ["dmarc-record"] });
  await now.engine.context.jobs.finished(job);
});
afterEach(async () => {
  vi.restoreAllMocks();
  dns.stop();
  await now.close();
});

const journalOf = () => now.engine.context.workspace.journal(engagement);
const recheck = async () => (await now.client.checks.recheck({ engagement })).runs;

async function latest(): Promise<CheckResult> {
  const { checks } = await now.client.checks.list({ engagement, step });
  const found = checks.find(({ check }) => check === "dmarc-record")?.latest;
  if (!found) throw new Error("The check was not run.");
  const { author: _author, at: _at, device: _device, ...result } = found;
  return result;
}
/** Records a run as another version of the program would have. */
function append(result: CheckResult): void {
  const entity = `step/${result.step}/check/${result.check}/${result.run}`;
  const value = JSON.parse(JSON.stringify(result)) as Json;
  now.engine.context.workspace.append(journalOf(), [{ kind: "set", entity, field: "result", value }], ["checks"]);
}

describe("judging old evidence again", () => {
  test("gives the recorded verdict while the rules are the same", async () => {
    const { run, verdict, reason, finishedAt } = await latest();
    expect(await recheck()).toEqual([
      {
        ...{ run, check: "dmarc-record", step, title: "DMARC record", at: finishedAt, outcome: "same" },
        ...{ was: verdict, wasReason: reason, now: verdict, reason },
      },
    ]);
    expect(verdict).toBe("pass");
  });

  test.each([
    ["fail", "better"],
    ["not-measurable", "better"],
    ["warn", "better"],
    ["pass", "same"],
  ] as const)("a verdict that was %s and is pass today is %s", async (verdict, outcome) => {
    append({ ...(await latest()), run: "r-older", verdict, reason: "Other rules." });
    const item = (await recheck()).find(({ run }) => run === "r-older");
    expect(item).toMatchObject({ was: verdict, wasReason: "Other rules.", now: "pass", outcome });
  });

  test("a verdict that was pass and is fail today is worse, with today's reason", async () => {
    const blob = journalOf().putBlob(Buffer.from(JSON.stringify(await twoRecords())));
    append({ ...(await latest()), run: "r-older", record: blob });
    const item = (await recheck()).find(({ run }) => run === "r-older");
    expect(item).toMatchObject({
      was: "pass",
      now: "fail",
      outcome: "worse",
      reason: expect.stringContaining("2 DMARC"),
    });
  });

  test("leaves the recorded verdict and the file as they are", async () => {
    append({ ...(await latest()), run: "r-older", verdict: "fail" });
    const [head, entries] = [journalOf().head(), journalOf().entries()];
    await recheck();
    expect(journalOf().head()).toBe(head);
    expect([...journalOf().entries()]).toHaveLength([...entries].length);
    expect((await now.client.checks.result({ engagement, run: "r-older" })).verdict).toBe("fail");
  });

  test("opens no socket and asks no resolver", async () => {
    const refuse = () => {
      throw new Error("The network was touched.");
    };
    const touched = [
      vi.spyOn(Socket.prototype, "connect").mockImplementation(refuse),
      vi.spyOn(dgram.Socket.prototype, "bind").mockImplementation(refuse),
      vi.spyOn(dgram.Socket.prototype, "send").mockImplementation(refuse),
      vi.spyOn(nodeNet, "connect").mockImplementation(refuse),
      vi.spyOn(nodeNet, "exchange").mockImplementation(refuse),
      vi.spyOn(nodeNet, "lookup").mockImplementation(refuse),
      vi.spyOn(nodeNet, "resolvers").mockImplementation(refuse),
    ];
    const asked = dns.asked.length;
    expect(await recheck()).toMatchObject([{ outcome: "same" }]);
    for (const spy of touched) expect(spy).not.toHaveBeenCalled();
    expect(dns.asked).toHaveLength(asked);
  });

  test("says where the evidence is missing in this copy", async () => {
    const journal = journalOf();
    const runs = await judgeRunsAgain({ state: () => journal.state(), getBlob: () => undefined });
    expect(runs).toMatchObject([{ was: "pass", now: null, outcome: "missing", reason: /missing in this copy/ }]);
  });

  test.each<[string, Buffer, RegExp]>([
    ["no JSON", Buffer.from("{"), /no JSON text/],
    ["bytes that are no text", Buffer.from([0xff, 0xfe]), /no JSON text/],
    ["JSON of another shape", Buffer.from('{"plan":{},"record":{}}'), /damaged or of another version/],
    ["a key too many", Buffer.from('{"plan":{},"record":{},"x":1}'), /damaged or of another version/],
  ])("is unreadable when the evidence is %s", async (_, bytes, reason) => {
    append({ ...(await latest()), run: "r-odd", record: journalOf().putBlob(bytes) });
    const item = (await recheck()).find(({ run }) => run === "r-odd");
    expect(item).toMatchObject({ outcome: "unreadable", now: null, reason: expect.stringMatching(reason) });
  });

  test("is unreadable for a check that this version does not know", async () => {
    append({ ...(await latest()), run: "r-new", check: "of-a-newer-version" });
    const item = (await recheck()).find(({ run }) => run === "r-new");
    expect(item).toMatchObject({
      outcome: "unreadable",
      reason: expect.stringContaining("no check “of-a-newer-version”"),
    });
  });

  test("is unreadable when bytes of the evidence were changed in the file", async () => {
    const { record } = await latest();
    const { home } = now;
    await now.engine.close();
    const folder = join(home, "engagements");
    const [name = ""] = readdirSync(folder).filter((file) => file.endsWith(".fieldbook"));
    const file = new Database(join(folder, name));
    const key = Buffer.from(record, "hex");
    const { bytes } = file.prepare("SELECT bytes FROM blob WHERE hash = ?").get(key) as { bytes: Buffer };
    bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
    file.prepare("UPDATE blob SET bytes = ? WHERE hash = ?").run(bytes, key);
    file.close();
    now = startTestEngine(home);
    expect(await recheck()).toMatchObject([
      { was: "pass", now: null, outcome: "unreadable", reason: expect.stringContaining("not what was recorded") },
    ]);
  });

  test("reads the file of an earlier version, which holds no run", async () => {
    const path = join(now.home, "golden.fieldbook");
    copyFileSync(join(import.meta.dirname, "../../golden/0.1.0.fieldbook"), path);
    ({ engagement } = now.engine.context.workspace.openPath(path, "read"));
    expect(await recheck()).toEqual([]);
  });
});

/** The answers of a run that found two records. */
async function twoRecords(): Promise<unknown> {
  const other = await startFakeDns({
    "_dmarc.acme.example": { TXT: ["v=DMARC1; p=none", "v=DMARC1; p=reject"] },
  });
  const { client, engine } = now;
  await client.settings.update({ network: { ...loopbackNetwork, resolver: other.endpoint } });
  const copy = await client.engagements.create(newDraft());
  await client.rfi.answer({
    engagement: copy.engagement,
    field: "organisation.primaryDomain",
    value: "acme.example",
  });
  const { job } = await client.checks.run({ engagement: copy.engagement, step, only: ["dmarc-record"] });
  await engine.context.jobs.finished(job);
  other.stop();
  const { checks } = await client.checks.list({ engagement: copy.engagement, step });
  const record = checks.find(({ check }) => check === "dmarc-record")?.latest?.record ?? "";
  const bytes = engine.context.workspace.journal(copy.engagement).getBlob(record);
  return JSON.parse(Buffer.from(bytes ?? []).toString());
}
