import { describe, expect, test } from "vitest";
import { judgeAgain } from "../../../src-main/checks/index.ts";
import type { Secrets } from "../../../src-main/checks/types.ts";
import { createContext, createSilentNet, findCheck, runToEnd } from "./context.ts";
import { type Script, startFakeSmtp } from "./fake-smtp.ts";
import { running, secure, serve, smart, vendorGreeting } from "./smtp-stage.ts";

const secrets = { smtpUser: "printer@acme.example", smtpPassword: "Gehe1m-ä-of-the-test" };
const base64 = (text: string) => Buffer.from(text, "utf8").toString("base64");
const offers = (list: string) => `250-${smart}\r\n250 AUTH ${list}\r\n`;
const taken: Script = { ehloTls: offers("PLAIN LOGIN"), commands: [[/^AUTH PLAIN/, "235 2.7.0 Welcome\r\n"]] };

async function judge(script: Script, given: Secrets = secrets) {
  const { server, network } = await serve({ greeting: vendorGreeting, handshake: secure("good") });
  const submission = await startFakeSmtp({ greeting: vendorGreeting, handshake: secure("good"), ...script });
  running.push(submission);
  const context = createContext({
    answers: { fields: { "outbound.dynamic": true } },
    network: { ...network, ...submission.patience, submissionPort: submission.port },
  });
  const outcome = await runToEnd("smart-host", context, { secrets: given });
  expect(judgeAgain("smart-host", JSON.parse(JSON.stringify(outcome.record)))).toEqual(outcome.judgement);
  return { ...outcome.judgement, outcome: JSON.stringify(outcome), submission, server };
}

/** What must be found nowhere. */
const traces = [
  secrets.smtpPassword,
  secrets.smtpUser,
  base64(secrets.smtpPassword),
  base64(secrets.smtpUser),
  base64(`\0${secrets.smtpUser}\0${secrets.smtpPassword}`),
  Buffer.from(secrets.smtpPassword, "utf8").toString("latin1"),
];

describe("smart-host on the submission port", () => {
  test.each<[string, Script, string, RegExp]>([
    ["235 after PLAIN", taken, "pass", /took the user name and password on the submission port/],
    [
      "LOGIN where that alone is offered",
      {
        ehloTls: offers("LOGIN"),
        commands: [
          [/^AUTH LOGIN/, "334 VXNlcm5hbWU6\r\n"],
          [new RegExp(`^${base64(secrets.smtpUser)}`), "334 UGFzc3dvcmQ6\r\n"],
          [/^/, "235 ok\r\n"],
        ],
      },
      "pass",
      /took the user name/,
    ],
    [
      "535",
      { ehloTls: offers("PLAIN"), commands: [[/^AUTH/, "535 Incorrect authentication data\r\n"]] },
      "fail",
      /refused with “535 Incorrect authentication data”/,
    ],
    ["454", { ehloTls: offers("PLAIN"), commands: [[/^AUTH/, "454 later\r\n"]] }, "warn", /put off with “454 later”/],
    ["no AUTH", { ehloTls: `250 ${smart}\r\n` }, "fail", /No way to log on is offered inside TLS/],
    ["a way that is not spoken", { ehloTls: offers("XOAUTH2") }, "not-measurable", /offered by XOAUTH2 only/],
    ["silence after AUTH", { ehloTls: offers("PLAIN"), commands: [[/^AUTH/, null]] }, "error", /was not answered/],
    ["no STARTTLS", { ehlo: offers("PLAIN") }, "fail", /without STARTTLS/],
  ])("%s", async (_, script, verdict, text) => {
    const judgement = await judge(script);
    expect([judgement.verdict, judgement.reason]).toEqual([verdict, expect.stringMatching(text)]);
    for (const trace of traces) expect(judgement.outcome).not.toContain(trace);
  });

  test("the transcript shows that a secret was sent, and not which", async () => {
    expect((await judge(taken)).transcript).toContain("> AUTH PLAIN ***");
  });

  test.each<[string, () => Script]>([
    ["another name's", () => ({ ...taken, handshake: secure("other") })],
    ["a self-signed", () => ({ ...taken, handshake: secure("self-signed") })],
  ])("%s certificate keeps the password back", async (_, script) => {
    const judgement = await judge(script());
    expect(judgement.verdict).toBe("fail");
    expect([...judgement.submission.received, ...judgement.submission.secured].join()).not.toContain("AUTH PLAIN");
  });

  test("a server that repeats what it was sent does not get it into the record", async () => {
    const repeats = `535-${base64(`\0${secrets.smtpUser}\0${secrets.smtpPassword}`)}\r\n535-${secrets.smtpUser}\r\n535 no ${secrets.smtpPassword}!\r\n`;
    const judgement = await judge({ ehloTls: offers("PLAIN"), commands: [[/^AUTH/, repeats]] });
    expect(judgement.verdict).toBe("fail");
    for (const trace of traces) expect(judgement.outcome).not.toContain(trace);
  });

  test("without credentials port, TLS and offer are seen, and the rest is said to be open", async () => {
    const judgement = await judge(taken, {});
    expect(judgement).toMatchObject({
      verdict: "not-measurable",
      reason: expect.stringContaining("no user name and password were given"),
    });
    expect(judgement.submission.secured.join()).not.toContain("AUTH");
  });

  test("silence of the submission port is not measurable here", async () => {
    const { network } = await serve({ greeting: vendorGreeting, handshake: secure("good") });
    const context = createContext({ answers: { fields: { "outbound.dynamic": true } }, network });
    const net = createSilentNet(({ port }) => port === 587);
    const { judgement } = await runToEnd("smart-host", context, { net, secrets });
    expect(judgement.verdict).toBe("not-measurable");
  });

  test("fixed addresses ask for no credentials and no submission port", () => {
    const { needsSecret, plan } = findCheck("smart-host");
    if (typeof needsSecret !== "function") throw new Error("The secret does not depend on the answers.");
    const dynamic = createContext({ answers: { fields: { "outbound.dynamic": true } } });
    expect([needsSecret(createContext()), needsSecret(dynamic)]).toEqual(["none", "smtp-credentials"]);
    expect(plan(createContext())).toMatchObject({ plan: { submissionPort: null } });
    expect(plan(dynamic)).toMatchObject({ plan: { submissionPort: 587 } });
  });
});
