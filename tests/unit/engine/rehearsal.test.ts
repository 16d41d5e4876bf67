import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Verdict } from "../../../src-main/contract/checks.ts";
import { errorToFailure } from "../../../src-main/contract/failures.ts";
import { type RehearsalState, type ScenarioId, scenarioIds } from "../../../src-main/contract/rehearsal.ts";
import { startTestEngine, type TestEngine } from "../../support/engine.ts";

const failureOf = (call: Promise<unknown>) => call.then(() => null, errorToFailure);

let test: TestEngine;
beforeAll(() => {
  test = startTestEngine();
  // Quick answers, so that a rehearsal of what is silent does not take the time it takes outside.
  test.engine.context.settings.update({ network: { dnsTimeout: 500, ldapTimeout: 3_000 } });
});
afterAll(() => test.close());

const records: Record<string, Verdict> = { "dkim-record": "pass", "dmarc-record": "pass", "reverse-dns": "pass" };
const outbound: Record<string, Verdict> = {
  ...{ ...records, "spf-record": "pass", "spf-senders": "pass", "smart-host": "pass" },
  ...{ "open-relay": "pass", egress: "pass" },
};
const policies: Record<string, Verdict> = {
  "dmarc-record": "pass",
  "mta-sts": "pass",
  "tls-rpt": "pass",
  dane: "pass",
};
const inbound: Record<string, Verdict> = {
  ...policies,
  "mx-records": "pass",
  "inbound-host": "pass",
  "recipient-pair": "pass",
};

/** What every check of a scenario's step says that asks the network. */
const expected: Record<ScenarioId, Record<string, Verdict>> = {
  "before-outbound": { ...outbound, "spf-record": "fail", "spf-senders": "fail" },
  "outbound-ready": outbound,
  "not-authorised": outbound,
  "inspected-port": { ...outbound, "smart-host": "fail", egress: "warn" },
  "catch-all": { directory: "pass", "recipient-pair": "fail", "journal-hosts": "pass" },
  "cut-over": { ...inbound, "mx-records": "warn" },
  "forgotten-mx": { ...inbound, "mx-records": "fail" },
  "enforced-policy": { ...inbound, "mx-records": "warn", "mta-sts": "fail" },
  greylisting: inbound,
  "expired-certificate": { ...inbound, "inbound-host": "fail" },
  "slow-server": inbound,
  "still-open": { lockdown: "fail", "open-relay": "pass" },
  // What cannot be reached relays for nobody, but a refused connection does not show it.
  "locked-down": { lockdown: "pass", "open-relay": "not-measurable" },
};

async function rehearse(scenario: ScenarioId, change: Partial<RehearsalState> = {}) {
  const { client, engine } = test;
  const { running } = await client.rehearsal.start({ scenario });
  if (!running) throw new Error("not running");
  await client.rehearsal.set({ change });
  const { engagement, step, password } = running;
  const only = Object.keys(expected[scenario]);
  const { job } = await client.checks.run({ engagement, step, only, directoryPassword: password });
  const { failure } = await engine.context.jobs.finished(job);
  expect(failure).toBeNull();
  const { checks } = await client.checks.list({ engagement, step });
  return Object.fromEntries(
    checks.flatMap(({ check, latest }) => (latest && only.includes(check) ? [[check, latest]] : [])),
  );
}

describe("a rehearsal", () => {
  it.each(scenarioIds)("%s shows what it promises", async (scenario) => {
    const results = await rehearse(scenario);
    const verdicts = Object.fromEntries(Object.entries(results).map(([check, { verdict }]) => [check, verdict]));
    expect(verdicts).toEqual(expected[scenario]);
    // Whatever was asked, and wherever it was asked, was this machine.
    for (const { transcript } of Object.values(results)) {
      const addresses = [...transcript.matchAll(/(?:@| at |from )(\[?[0-9a-f.:]+\]?):\d+/g)].map(
        ([, address]) => address,
      );
      expect(addresses.length).toBeGreaterThan(0);
      expect(new Set(addresses)).toEqual(new Set(["127.0.0.1"]));
    }
  });

  it("follows what is changed while it runs", async () => {
    expect((await rehearse("still-open", { server: "locked" })).lockdown?.verdict).toBe("pass");
    expect((await rehearse("locked-down", { server: "healthy" })).lockdown?.verdict).toBe("fail");
  });

  it("uses one engagement as long as nothing of it is signed, and marks it", async () => {
    const { client } = test;
    const before = (await client.rehearsal.get({})).running?.engagement ?? "";
    await client.rehearsal.stop({});
    await client.rehearsal.start({ scenario: "cut-over" });
    expect((await client.rehearsal.get({})).running?.engagement).toBe(before);
    expect((await client.engagements.get({ engagement: before })).rehearsal).toBe(true);
    const { engagement } = await client.engagements.sample({});
    expect((await client.engagements.get({ engagement })).rehearsal).toBe(false);
  });

  it("refuses to run checks while it is stopped, because only its own servers may be asked", async () => {
    const { client } = test;
    const { running } = await client.rehearsal.start({ scenario: "cut-over" });
    await client.rehearsal.stop({});
    const run = client.checks.run({ engagement: running?.engagement ?? "", step: "inbound" });
    expect(await failureOf(run)).toMatchObject({
      code: "INVALID_INPUT",
      happened: expect.stringContaining("not running"),
    });
    expect(await failureOf(client.rehearsal.set({ change: { mx: "new" } }))).toMatchObject({ code: "INVALID_INPUT" });
    expect(test.engine.context.rehearsal.network()).toMatchObject({ resolver: "127.0.0.1:9", comparisonResolvers: [] });
  });
});
