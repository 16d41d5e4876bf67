import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CheckContext, judgeAgain } from "../../src-main/checks/index.ts";
import { measureCompleteness } from "../../src-main/contract/rfi/form.ts";
import { runToEnd } from "../unit/checks/context.ts";
import { findLabObstacle, type Lab, startLab } from "./lab.ts";

const obstacle = findLabObstacle();
if (obstacle !== null) console.log(`lab checks are skipped: ${obstacle}`);

describe.skipIf(obstacle !== null)("checks against real servers", () => {
  let lab: Lab;
  let context: CheckContext;
  beforeAll(async () => {
    lab = await startLab();
    const { network, region, answers } = lab;
    context = { services: ["email-security"], family: "postfix", platform: "postfix", answers, region, network };
  }, 60_000);
  afterAll(() => lab?.stop(), 30_000);

  /** Runs, then judges the record again as it comes back from a file. */
  async function run(id: string, changes: Partial<CheckContext> = {}, password?: string) {
    const secrets = password === undefined ? {} : { directoryPassword: password };
    const outcome = await runToEnd(id, { ...context, ...changes }, { secrets });
    expect(judgeAgain(id, JSON.parse(JSON.stringify(outcome.record)))).toEqual(outcome.judgement);
    return outcome;
  }
  const answer = (fields: CheckContext["answers"]["fields"]) => ({
    answers: { ...context.answers, fields: { ...context.answers.fields, ...fields } },
  });

  test("the sample's Request for Information is complete", () => {
    const { gaps } = measureCompleteness({ family: "postfix", services: ["email-security"] }, lab.answers);
    expect(gaps).toEqual([]);
  });

  test.each(["mx-records", "spf-record", "spf-senders", "dmarc-record", "smart-host", "inbound-host"])(
    "%s passes",
    async (id) => {
      const { judgement } = await run(id);
      expect(judgement).toMatchObject({ verdict: "pass" });
      expect(judgement.transcript).not.toBe("");
    },
  );

  test("mx-records warns while the domain is still elsewhere", async () => {
    const elsewhere = { ...lab.region, "mx-hosts": ["mx1.other-vendor.example"] };
    const { judgement } = await run("mx-records", { region: elsewhere });
    expect(judgement.verdict).toBe("warn");
    expect(judgement.reason).toContain("Still on");
  });

  test("directory binds over verified LDAPS and counts entries, and keeps the password nowhere", async () => {
    const outcome = await run("directory", {}, lab.password);
    expect(outcome.judgement).toMatchObject({ verdict: "pass" });
    expect(outcome.judgement.findings.map(({ text }) => text).join()).toContain("finds 5 entries");
    expect(JSON.stringify(outcome)).not.toContain(lab.password);
  });

  test("directory without a password sees port and TLS only, and says so", async () => {
    const { judgement } = await run("directory");
    expect(judgement.verdict).toBe("not-measurable");
    expect(judgement.reason).toContain("no password was given");
  });

  test("directory with a wrong password explains result 49", async () => {
    const outcome = await run("directory", {}, `${lab.password}x`);
    expect(outcome.judgement.verdict).toBe("fail");
    expect(outcome.judgement.reason).toContain("code 49");
    expect(JSON.stringify(outcome)).not.toContain(lab.password);
  });

  test("directory with a wrong root DN explains result 32", async () => {
    const { judgement } = await run("directory", answer({ "recipients.rootDn": "dc=nowhere" }), lab.password);
    expect(judgement.verdict).toBe("fail");
    expect(judgement.reason).toContain("code 32");
  });

  test("directory with strict encryption keeps the password back from an untrusted certificate", async () => {
    const network = { ...lab.network, extraAuthorities: "" };
    const { judgement, record } = await run("directory", { network }, lab.password);
    expect(judgement.verdict).toBe("fail");
    expect(judgement.findings.map(({ text }) => text).join()).toContain("The password was not sent");
    expect(JSON.stringify(record)).toContain('"bind":null');
  });

  test("directory with relaxed encryption binds and warns", async () => {
    const network = { ...lab.network, extraAuthorities: "" };
    const relaxed = answer({ "recipients.ldapEncryption": "relaxed" });
    const { judgement } = await run("directory", { ...relaxed, network }, lab.password);
    expect(judgement.verdict).toBe("warn");
  });

  test("inbound-host fails when a public certificate was promised and another authority issued it", async () => {
    const network = { ...lab.network, extraAuthorities: "" };
    const { judgement } = await run("inbound-host", { ...answer({ "inbound.startTls": true }), network });
    expect(judgement.verdict).toBe("fail");
  });

  test("lockdown fails while the host greets, and passes once it is closed", async () => {
    expect((await run("lockdown")).judgement).toMatchObject({ verdict: "fail" });
    await lab.lock();
    expect((await run("lockdown")).judgement).toMatchObject({ verdict: "pass" });
    await lab.unlock();
    expect((await run("inbound-host")).judgement).toMatchObject({ verdict: "pass" });
  });

  test("lockdown without a reference that answers is not measurable", async () => {
    await lab.lock();
    const region = { ...lab.region, "smart-hosts": ["nowhere.mimecast.com"], "mx-hosts": [] };
    expect((await run("lockdown", { region })).judgement).toMatchObject({ verdict: "not-measurable" });
    await lab.unlock();
  });
});
