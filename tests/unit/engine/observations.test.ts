import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { EngineEvent } from "../../../src-main/contract/jobs.ts";
import type { StepId } from "../../../src-main/contract/names.ts";
import { reopenDocument } from "../../../src-main/reports/reopen.ts";
import { codeOf, drawSignature, newDraft, startTestEngine, type TestEngine } from "../../support/engine.ts";
import { loopbackNetwork } from "../../support/settings.ts";
import { createSlowWorld, type SlowWorld } from "../../support/world.ts";
import { type FakeDns, mx, startFakeDns, type Zone } from "../checks/fake-dns.ts";
import { type FakeSmtp, startFakeSmtp } from "../checks/fake-smtp.ts";

const minute = 60_000;
const start = "2026-11-23T12:00:00.000Z";
const at = (minutes: number) => new Date(Date.parse(start) + minutes * minute).toISOString();

let world: SlowWorld;
let program: TestEngine;
let zone: Zone;
let dns: FakeDns;
let mail: FakeSmtp;
let engagement: string;
const events: EngineEvent[] = [];

beforeEach(async () => {
  zone = {
    "acme.example": { MX: [mx(10, "mail.acme.example", 3_600)], TXT: ["v=spf1 -all"], NS: ["ns1.acme.example"] },
    "ns1.acme.example": { A: ["127.0.0.1"] },
    "mail.acme.example": { A: ["127.0.0.1"] },
    "gateway.acme.example": { A: ["127.0.0.1"] },
  };
  dns = await startFakeDns(zone);
  mail = await startFakeSmtp({ ehlo: "250 mail.acme.example\r\n" });
  world = createSlowWorld(start);
  program = startTestEngine(undefined, { world });
  const { client, engine } = program;
  events.length = 0;
  engine.context.jobs.events.subscribe("event", (event) => void events.push(event));
  const network = {
    ...loopbackNetwork,
    resolver: dns.endpoint,
    authoritativePort: dns.port,
    smtpPort: mail.port,
    submissionPort: 1,
    httpsPort: 2,
    dnsTimeout: 600,
  };
  await client.settings.update({ network });
  ({ engagement } = await client.engagements.create(newDraft()));
  await client.rfi.answer({ engagement, field: "organisation.primaryDomain", value: "acme.example" });
  await client.rfi.addRows({
    engagement,
    group: "inboundHosts",
    rows: [{ host: "mail.acme.example", port: mail.port }],
  });
});
afterEach(async () => {
  await program.close();
  dns.stop();
  mail.stop();
});

async function finish(job: string) {
  const ended = await program.engine.context.jobs.finished(job);
  expect(ended.failure).toBeNull();
}
async function take(step: StepId, moment: "before" | "after" | "later") {
  const { job } = await program.client.observations.take({ engagement, step, moment });
  await finish(job);
}
const publishNew = (ttl = 300) => {
  Object.assign(zone, {
    "acme.example": { MX: [mx(10, "gateway.acme.example", ttl)], TXT: ["v=spf1 -all"], NS: ["ns1.acme.example"] },
  });
};
const clockNow = async () => (await program.client.observations.clock({ engagement })).clock;
const clockItems = async (step: StepId) =>
  (await program.client.steps.get({ engagement, step })).gate.missing.filter(({ kind }) => kind === "clock");

/** Signs a step as it stands, without its gate: what is tested here is what comes after. */
function signAnyway(step: StepId) {
  const { workspace, formHash } = program.engine.context;
  const journal = workspace.journal(engagement);
  const drawing = journal.putBlob(Buffer.from(drawSignature(), "base64"));
  workspace.append(
    journal,
    [
      {
        kind: "sign",
        step,
        scope: [`step/${step}/`],
        evidence: [],
        form: formHash,
        statement: "Agreed.",
        signer: { name: "Ada Byron", role: "Head of IT", organisation: "Acme Ltd" },
        method: "drawn",
        drawing,
        strokes: drawing,
        zone: "Europe/London",
      },
    ],
    ["signoffs"],
  );
}
const signOffStates = (step: StepId) =>
  program.engine.context.workspace
    .journal(engagement)
    .state()
    .signOffs(step)
    .map(({ state }) => state);

async function until(holds: () => boolean | Promise<boolean>) {
  for (let tries = 0; tries < 1_500; tries++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("It did not come.");
}

describe("before, change, after", () => {
  test("the difference is what was changed, and nothing else", async () => {
    const { client } = program;
    expect((await client.steps.get({ engagement, step: "inbound" })).gate.notes[0]).toMatch(
      /No snapshot was taken before/,
    );
    await take("inbound", "before");
    expect((await client.steps.get({ engagement, step: "inbound" })).observed).toEqual({ before: start, after: null });
    world.pass(10 * minute);
    publishNew();
    await take("inbound", "after");
    const { before, after, limits, lines } = await client.observations.compare({ engagement, step: "inbound" });
    expect([before?.at, after?.at, limits]).toEqual([start, at(10), []]);
    const changed = lines.filter(({ kind }) => kind !== "same" && kind !== "not-seen");
    expect(changed.map(({ what, before, after }) => [what.split(",")[0], before, after])).toEqual([
      ["MX", "10 mail.acme.example", "10 gateway.acme.example"],
      ["MX", "10 mail.acme.example", "10 gateway.acme.example"],
      ["Time to live of MX in the zone", "3600 s", "300 s"],
    ]);
    const unseen = lines.filter(({ kind }) => kind === "not-seen").map(({ subject }) => subject);
    expect(unseen).toContain(`gateway.acme.example:${mail.port}`);
    const [first] = (await client.history.list({ engagement })).entries;
    expect(first?.text).toBe("Snapshot of the outside: after the change");
  });

  test("the difference is in the step's document", async () => {
    const { client } = program;
    await take("inbound", "before");
    publishNew();
    await take("inbound", "after");
    const { job } = await client.reports.create({ engagement, step: "inbound" });
    await finish(job);
    const { download } = await client.jobs.get({ job });
    const bytes: Buffer[] = [];
    for (let offset: number | null = 0; offset !== null; ) {
      const part: { data: string; next: number | null } = await client.files.readDownload({
        download: download ?? "",
        offset,
      });
      bytes.push(Buffer.from(part.data, "base64"));
      offset = part.next;
    }
    const { pages } = await reopenDocument(Buffer.concat(bytes));
    const text = pages.join("");
    for (const words of ["Beforeandafterthechange", "10mail.acme.example", "10gateway.acme.example"])
      expect(text).toContain(words);
  }, 60_000);

  test("a step that changes nothing outside has no snapshot", async () => {
    const { client } = program;
    expect(await codeOf(client.observations.take({ engagement, step: "rfi", moment: "before" }))).toBe("INVALID_INPUT");
    expect((await client.steps.get({ engagement, step: "rfi" })).observed).toBeNull();
  });

  test("snapshots are part of what is signed; a later look is not", async () => {
    const { client } = program;
    await take("outbound", "before");
    signAnyway("outbound");
    expect(signOffStates("outbound")).toEqual(["valid"]);
    expect(await codeOf(client.observations.take({ engagement, step: "outbound", moment: "after" }))).toBe(
      "STEP_SIGNED",
    );
    Object.assign(zone, { "_dmarc.acme.example": { TXT: ["v=DMARC1; p=reject"] } });
    await take("outbound", "later");
    expect(signOffStates("outbound")).toEqual(["valid"]);
    const drift = await client.observations.drift({ engagement, step: "outbound" });
    const changed = drift.lines.filter(({ kind }) => kind !== "same" && kind !== "not-seen");
    expect(changed.map(({ kind, what }) => `${kind} ${what}`)).toEqual(["added DMARC, as the resolver gives it"]);
    expect(await codeOf(client.observations.drift({ engagement, step: "inbound" }))).toBe("STEP_NOT_SIGNED");
  });

  test("an engagement that is opened is looked at once by itself, where settings allow it", async () => {
    const { client } = program;
    await take("outbound", "before");
    signAnyway("outbound");
    await client.settings.update({ network: { selfTest: "at-start" } });
    const { job } = await client.observations.lookAgain({ engagement, automatic: true });
    await finish(job ?? "");
    expect((await client.observations.drift({ engagement, step: "outbound" })).after?.moment).toBe("later");
    expect(await client.observations.lookAgain({ engagement, automatic: true })).toEqual({ job: null });
  });

  test("signed steps are looked at again on demand, and by the program itself only where it may", async () => {
    const { client } = program;
    expect(await client.observations.lookAgain({ engagement, automatic: false })).toEqual({ job: null });
    await take("outbound", "before");
    signAnyway("outbound");
    expect(await client.observations.lookAgain({ engagement, automatic: true })).toEqual({ job: null });
    const { job } = await client.observations.lookAgain({ engagement, automatic: false });
    await finish(job ?? "");
    const drift = await client.observations.drift({ engagement, step: "outbound" });
    expect(drift.after?.moment).toBe("later");
    await client.settings.update({ network: { selfTest: "at-start" } });
    // It has been done in this session already; another program does it once.
    expect(await client.observations.lookAgain({ engagement, automatic: true })).toEqual({ job: null });
    expect(drift.lines.filter(({ kind }) => kind !== "same" && kind !== "not-seen")).toEqual([]);
  });

  test("a record that is damaged is said, not guessed", async () => {
    await take("inbound", "before");
    const { workspace } = program.engine.context;
    const journal = workspace.journal(engagement);
    const [entity = ""] = journal.state().entities("step/inbound/observation/");
    const value = journal.state().get(entity, "observation")?.value as Record<string, never>;
    const record = journal.putBlob(new TextEncoder().encode("{"));
    workspace.append(journal, [{ kind: "set", entity, field: "observation", value: { ...value, record } }], []);
    const { limits, lines } = await program.client.observations.compare({ engagement, step: "inbound" });
    expect([limits[0], lines]).toEqual(["The record of the look before cannot be read here.", []]);
  });
});

describe("the clock and its gates", () => {
  test("walks from unknown to over, and holds inbound and lockdown until then", async () => {
    expect((await clockNow())?.state).toBe("unknown");
    expect((await clockItems("lockdown"))[0]?.text).toMatch(/no snapshot was taken before/);
    await take("inbound", "before");
    expect((await clockNow())?.state).toBe("waiting");
    world.pass(10 * minute);
    publishNew();
    await take("inbound", "after");
    expect(await clockNow()).toMatchObject({
      state: "counting",
      changeSeenAt: at(10),
      oldTtl: 3_600,
      expectedAt: at(72),
    });
    for (const step of ["inbound", "lockdown"] as const)
      expect((await clockItems(step))[0]?.text).toBe(
        `The old MX may still be cached until ${at(72)}. Wait until then, or waive the wait with a reason.`,
      );
    expect(await clockItems("outbound")).toEqual([]);
    world.pass(62 * minute);
    expect((await clockNow())?.state).toBe("over");
    expect([...(await clockItems("inbound")), ...(await clockItems("lockdown"))]).toEqual([]);
  });

  test("a named waiver opens one gate and is read out before signing", async () => {
    const { client } = program;
    const waiver = { reason: "No mail at night.", by: "Ada Byron" };
    const { waivers } = await client.observations.waiveClock({ engagement, step: "lockdown", ...waiver });
    expect(waivers).toMatchObject([{ step: "lockdown", ...waiver }]);
    expect(await clockItems("lockdown")).toEqual([]);
    expect(await clockItems("inbound")).toHaveLength(1);
    const { waived } = await client.signoffs.preview({ engagement, step: "lockdown" });
    expect(waived.join()).toContain("waived by Ada Byron. No mail at night.");
    await client.observations.unwaiveClock({ engagement, step: "lockdown" });
    expect(await clockItems("lockdown")).toHaveLength(1);
    expect(await codeOf(client.observations.waiveClock({ engagement, step: "outbound", ...waiver }))).toBe(
      "INVALID_INPUT",
    );
  });

  test("an engagement without a domain that receives mail waits for nothing", async () => {
    const { client } = program;
    await client.rfi.addRows({ engagement, group: "domains", rows: [{ name: "acme.example", use: "send-only" }] });
    expect(await clockNow()).toBeNull();
    expect(await clockItems("lockdown")).toEqual([]);
  });
});

describe("the watch", () => {
  const pictures = () => program.engine.context.workspace.journal(engagement).state().entities("watch/picture/");
  const isWaiting = () => world.waiting().length > 0;

  test("keeps what is new, tells the end, and rests more when nothing moves", async () => {
    const { client } = program;
    await take("inbound", "before");
    const { job } = await client.observations.watch({ engagement });
    expect(await client.observations.watch({ engagement })).toEqual({ job });
    await until(isWaiting);
    expect(pictures()).toEqual([]);
    const pauses = world.waiting();
    world.pass(3 * minute);
    await until(isWaiting);
    expect(world.waiting()[0]).toBeGreaterThan(pauses[0] ?? 0);
    publishNew();
    world.pass(5 * minute);
    await until(() => isWaiting() && pictures().length === 1);
    expect(world.waiting()).toEqual([minute]);
    expect(await clockNow()).toMatchObject({ state: "counting", changeSeenAt: at(8), expectedAt: at(70) });
    expect((await client.observations.clock({ engagement })).watch).toMatchObject({
      job,
      askedAt: at(8),
      nextAt: at(9),
    });
    world.pass(62 * minute);
    await finish(job);
    expect(pictures()).toHaveLength(1);
    expect(events.find(({ type }) => type === "notice")).toMatchObject({
      engagement,
      title: "Acme Ltd",
      text: "The old MX records are out of every cache that honours their lifetime.",
    });
    expect((await client.observations.clock({ engagement })).watch.job).toBeNull();
  });

  test("backs off while nobody answers, and is no reason to stay unlocked", async () => {
    await take("inbound", "before");
    Object.assign(zone, { "acme.example": "SILENT", "ns1.acme.example": "SILENT" });
    const { job } = await program.client.observations.watch({ engagement });
    await until(isWaiting);
    const [first = 0] = world.waiting();
    world.pass(first);
    await until(isWaiting);
    expect(world.waiting()).toEqual([first * 2]);
    expect(program.engine.context.jobs.pressing()).toEqual([]);
    expect(pictures()).toEqual([]);
    await program.client.jobs.cancel({ job });
    expect((await program.engine.context.jobs.finished(job)).state).toBe("cancelled");
    expect(world.waiting()).toEqual([]);
  });

  test("goes on by itself where the program may use the network, and only for a change that has begun", async () => {
    const { client, engine } = program;
    const { watches } = engine.context;
    await take("inbound", "before");
    await client.settings.update({ network: { selfTest: "at-start" } });
    watches.stay();
    expect(watches.view(engagement).job).toBeNull();
    publishNew();
    await client.settings.update({ network: { selfTest: "on-demand" } });
    await take("inbound", "after");
    watches.resume();
    expect(watches.view(engagement).job).toBeNull();
    await client.settings.update({ network: { selfTest: "at-start" } });
    watches.resume();
    expect(watches.view(engagement).job).not.toBeNull();
    await until(isWaiting);
  });

  test("does not change what is signed", async () => {
    await take("inbound", "before");
    signAnyway("inbound");
    publishNew();
    await program.client.observations.watch({ engagement });
    await until(() => isWaiting() && pictures().length === 1);
    expect(signOffStates("inbound")).toEqual(["valid"]);
  });
});
