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

/** What the checks of a scenario's step say. Checks that are not named may say anything. */
const expected: Record<ScenarioId, Record<string, Verdict>> = {
  "before-outbound": { "spf-record": "fail", "smart-host": "pass", "dmarc-record": "pass" },
  "outbound-ready": { "spf-record": "pass", "smart-host": "pass", "dkim-record": "pass", "dmarc-record": "pass" },
  "not-authorised": { "spf-record": "pass", "smart-host": "pass" },
  "inspected-port": { "spf-record": "pass", "smart-host": "fail" },
  "catch-all": { directory: "pass" },
  "cut-over": { "mx-records": "warn", "inbound-host": "pass" },
  "forgotten-mx": { "mx-records": "fail", "inbound-host": "pass" },
  "enforced-policy": { "mx-records": "warn", "inbound-host": "pass" },
  greylisting: { "mx-records": "pass", "inbound-host": "pass" },
  "expired-certificate": { "mx-records": "pass", "inbound-host": "fail" },
  "slow-server": { "mx-records": "pass", "inbound-host": "pass" },
  "still-open": { lockdown: "fail" },
  "locked-down": { lockdown: "pass" },
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
