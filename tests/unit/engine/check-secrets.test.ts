import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { NetFailure } from "../../../src-main/checks/net-failure.ts";
import { nodeNet } from "../../../src-main/checks/node-net.ts";
import type { Net } from "../../../src-main/checks/types.ts";
import type { StepId } from "../../../src-main/contract/names.ts";
import { newDraft, startTestEngine, type TestEngine } from "../../support/engine.ts";
import { loopbackNetwork } from "../../support/settings.ts";

const directoryPassword = "Bind-S3cret-of-the-test";
const smtpUser = "printer@acme.example";
const smtpPassword = "Smtp-S3cret-of-the-test";
const secrets = { directoryPassword, smtpUser, smtpPassword };
const traces = [directoryPassword, smtpPassword, Buffer.from(`\0${smtpUser}\0${smtpPassword}`).toString("base64")];

/** Refuses every connection; the host chosen is silent until cancelled. No datagram leaves the machine either. */
const createClosedNet = (silent: string | null): Net => ({
  ...nodeNet,
  exchange: () => Promise.reject(new NetFailure("TIMEOUT", "silent")),
  connect: ({ address }, { signal }) =>
    address === silent
      ? new Promise((_, reject) => {
          signal.addEventListener("abort", () => reject(new DOMException("", "AbortError")), { once: true });
        })
      : Promise.reject(new NetFailure("ECONNREFUSED", "refused")),
  resolvers: async () => ["127.0.0.1:9"],
  lookup: async () => [],
});

/** Every byte of every file under a folder. */
function readAll(folder: string): string {
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .map((path) => (statSync(path).isDirectory() ? readAll(path) : readFileSync(path, "latin1")))
    .join("\n");
}

describe("secrets of a check run", () => {
  let measured: TestEngine;
  let engagement: string;
  const warnings: unknown[] = [];
  const start = async (silent: string | null = null) => {
    measured = startTestEngine(undefined, { net: createClosedNet(silent) });
    await measured.client.settings.update({ network: loopbackNetwork });
    engagement = (await measured.client.engagements.create({ ...newDraft(), platform: "postfix" })).engagement;
    const answers = {
      "organisation.primaryDomain": "acme.example",
      "outbound.dynamic": true,
      "recipients.directory": "ldap",
      "recipients.ldapHost": "127.0.0.41",
      "recipients.ldapAlternateHost": "127.0.0.42",
      "recipients.ldapPort": 636,
      "recipients.ldapEncryption": "strict",
      "recipients.rootDn": "dc=acme",
      "recipients.bindDn": "cn=reader",
      "recipients.knownAddress": "ada@acme.example",
    } as const;
    for (const [field, value] of Object.entries(answers))
      await measured.client.rfi.answer({ engagement, field: field as keyof typeof answers, value });
  };
  const run = async (step: StepId, more: object = {}) => {
    const { job } = await measured.client.checks.run({ engagement, step, ...more });
    return measured.engine.context.jobs.finished(job);
  };
  const look = async (step: StepId) => (await measured.client.checks.list({ engagement, step })).checks;
  beforeEach(() => {
    warnings.length = 0;
    vi.spyOn(process, "emitWarning").mockImplementation((...parts: unknown[]) => void warnings.push(parts));
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await measured.close();
  });

  test("are found in no file, no result, no job and no warning", async () => {
    await start();
    for (const step of ["outbound", "recipients"] as const) await run(step, { ...secrets, remember: true });
    const results = [await look("outbound"), await look("recipients")];
    expect(results.flat().filter(({ latest }) => latest !== null).length).toBeGreaterThanOrEqual(3);
    const events = [measured.engine.context.jobs.list(), results, warnings];
    for (const trace of traces) expect(JSON.stringify(events)).not.toContain(trace);
    const files = readAll(measured.home);
    expect(files).toContain("cn=reader");
    for (const trace of traces) expect(files).not.toContain(trace);
  });

  test("too long a password is refused without repeating it", async () => {
    await start();
    const long = `${smtpPassword}${"x".repeat(500)}`;
    const failure = await measured.client.checks.run({ engagement, step: "outbound", smtpPassword: long }).then(
      () => null,
      (error: unknown) => error,
    );
    expect(failure).not.toBeNull();
    expect(`${JSON.stringify(failure)}${String(failure)}${(failure as Error).stack}`).not.toContain(smtpPassword);
  });

  test("are remembered only where that is asked for, and forgotten when it is taken back", async () => {
    await start();
    const remembered = async () =>
      (await look("recipients")).find(({ check }) => check === "directory")?.secretRemembered;
    await run("recipients", { only: ["directory"], directoryPassword });
    expect(await remembered()).toBe(false);
    await run("recipients", { only: ["directory"], directoryPassword, remember: true });
    expect(await remembered()).toBe(true);
    await run("recipients", { only: ["directory"] });
    expect(await remembered()).toBe(true);
    await run("recipients", { only: ["directory"], remember: false });
    expect(await remembered()).toBe(false);
  });

  test("a cancelled set keeps what was complete", async () => {
    await start("127.0.0.41");
    const { job } = await measured.client.checks.run({ engagement, step: "recipients", directoryPassword });
    const { jobs } = measured.engine.context;
    while (jobs.get(job).done === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    jobs.cancel(job);
    const ended = await jobs.finished(job);
    expect(ended.state).toBe("cancelled");
    const states = (await look("recipients")).map(({ check, latest }) => [check, latest !== null]);
    expect(states).toContainEqual(["directory", false]);
    expect(states.filter(([, isThere]) => isThere).length).toBeGreaterThan(0);
  });
});
