import { describe, expect, test } from "vitest";
import { judgeAgain, runCheck } from "../../../src-main/checks/index.ts";
import { createContext, createProbing, createSilentNet, findCheck, region, runToEnd, tooLong } from "./context.ts";
import { type Script, startFakeSmtp } from "./fake-smtp.ts";
import { inbound, running, serve } from "./smtp-stage.ts";

const known = "ada@acme.example";
const gatewayHost = region["mx-hosts"][0] ?? "";
const plain = "250 host.example\r\n";
const unknown = "550 5.1.1 User unknown\r\n";
const greylisted =
  "451 Internal resources are temporarily unavailable - https://community.mimecast.com/docs/DOC-1369#451 [abc.uk91]\r\n";
const refusing: Script = { ehlo: plain, commands: [[/no-such-recipient/, unknown]] };

async function stage(script: Script, gateway: Script | null, method = "directory") {
  const { server, network } = await serve(script, [inbound, ...(gateway ? [] : [gatewayHost])]);
  const rows = { inboundHosts: [{ id: "1", values: { host: inbound } }] };
  const fields = { "recipients.knownAddress": known, "recipients.validation": method };
  const other = gateway ? await startFakeSmtp(gateway, "127.0.0.2", server.port) : null;
  if (other) running.push(other);
  const mx = { ...region, "mx-hosts": gateway ? ["127.0.0.2"] : null };
  const context = createContext({ answers: { fields, rows }, region: mx, network: { ...network, greylistWait: 30 } });
  return { context, server, gateway: other };
}

async function judge(script: Script, gateway: Script | null, method?: string) {
  const { context, server } = await stage(script, gateway, method);
  const told: string[] = [];
  const outcome = await runToEnd("recipient-pair", context, { progress: (message) => void told.push(message) });
  expect(judgeAgain("recipient-pair", JSON.parse(JSON.stringify(outcome.record)))).toEqual(outcome.judgement);
  return { ...outcome.judgement, record: outcome.record, told, server };
}

describe("recipient-pair", () => {
  test.each<[string, Script, Script | null, string, string, RegExp]>([
    [
      "both places refuse the made-up one",
      refusing,
      refusing,
      "directory",
      "pass",
      /host and the service's gateway took/,
    ],
    [
      "the server alone, while no MX host is confirmed",
      refusing,
      null,
      "directory",
      "pass",
      /the customer's host took/,
    ],
    ["call forward and a server that takes all", { ehlo: plain }, null, "call-forward", "fail", /let everything in/],
    ["call forward with an empty sender", { ehlo: plain }, null, "call-forward-empty", "fail", /let everything in/],
    ["accept all", { ehlo: plain }, { ehlo: plain }, "accept-all", "warn", /as “accept all” says/],
    ["a server that takes all behind the directory", { ehlo: plain }, refusing, "directory", "warn", /goes round it/],
    ["a gateway that takes all", refusing, { ehlo: plain }, "directory", "fail", /is to refuse unknown recipients/],
    [
      "a real address that is refused",
      { ehlo: plain, commands: [[/^RCPT/, "550 5.1.1 No such user\r\n"]] },
      null,
      "directory",
      "fail",
      /real address ada@acme.example was refused/,
    ],
    [
      "a gateway that does not know the real one",
      refusing,
      { ehlo: plain, commands: [[/^RCPT/, "550 Invalid Recipient - https://x/docs/DOC-1369#550 [a.uk91]\r\n"]] },
      "directory",
      "fail",
      /real address .* was refused with “550 Invalid Recipient/,
    ],
    [
      "a refusal of this computer is nobody's fault",
      { ehlo: plain, commands: [[/^RCPT/, "554 5.7.1 Client host blocked by zen.spamhaus.org\r\n"]] },
      null,
      "directory",
      "not-measurable",
      /not about the recipient/,
    ],
    [
      "a gateway that does not know the domain yet",
      refusing,
      { ehlo: plain, commands: [[/^RCPT/, "451 Open relay not allowed [x.uk91]\r\n"]] },
      "directory",
      "warn",
      /the account does not know the domain/,
    ],
    [
      "451 for the made-up one at the gateway",
      refusing,
      { ehlo: plain, commands: [[/no-such/, "451 Recipient deferred\r\n"]] },
      "directory",
      "warn",
      /only put off/,
    ],
    [
      "an empty sender that is refused",
      { ehlo: plain, commands: [[/^MAIL/, "550 no bounces\r\n"]] },
      null,
      "directory",
      "not-measurable",
      /refused the empty sender/,
    ],
    [
      "a conversation that ends in the middle",
      { ehlo: plain, commands: [[/no-such/, "not SMTP\r\n"]] },
      null,
      "directory",
      "not-measurable",
      /ended before both/,
    ],
    [
      "no greeting but a refusal",
      { greeting: "554 no\r\n" },
      null,
      "directory",
      "not-measurable",
      /refused this address/,
    ],
  ])("%s", async (_, script, gateway, method, verdict, text) => {
    const judgement = await judge(script, gateway, method);
    expect([judgement.verdict, judgement.reason]).toEqual([verdict, expect.stringMatching(text)]);
    expect(judgement.server.received.join()).not.toMatch(/DATA/);
  });

  test("every run makes up another recipient, which the record names", async () => {
    const runs = [await judge(refusing, null), await judge(refusing, null)];
    const names = runs.map(({ record }) => (record.record as { nonsense: string }).nonsense);
    expect(new Set(names).size).toBe(2);
    expect(runs[0]?.transcript).toContain(names[0]);
  });

  test("greylisting is waited for and both tries are on record", async () => {
    const gateway: Script = {
      ehlo: plain,
      commands: [
        [/no-such/, unknown],
        [/^RCPT/, (count) => (count === 1 ? greylisted : "250 ok\r\n")],
      ],
    };
    const judgement = await judge(refusing, gateway);
    expect(judgement.verdict).toBe("pass");
    expect(judgement.told.join("\n")).toMatch(/127\.0\.0\.2:\d+ - greylisted; trying again at \d\d:\d\d:\d\d/);
    expect(judgement.transcript).toContain("DOC-1369#451");
    expect(judgement.transcript).toContain("again after 0 s");
  });

  test("greylisting that never ends is tried three times and said to prove nothing", async () => {
    const { context, gateway } = await stage(refusing, { ehlo: plain, commands: [[/^RCPT/, greylisted]] });
    const { judgement } = await runToEnd("recipient-pair", context);
    expect(judgement).toMatchObject({ verdict: "warn", reason: expect.stringContaining("also after waiting") });
    expect(gateway?.received.filter((line) => line === "QUIT")).toHaveLength(3);
    expect(gateway?.most()).toBe(1);
  });

  test("cancelling ends the wait for greylisting", async () => {
    const { context } = await stage(refusing, { ehlo: plain, commands: [[/^RCPT/, greylisted]] });
    const slow = { ...context, network: { ...context.network, greylistWait: tooLong } };
    const controller = new AbortController();
    const progress = (message: string) => {
      if (message.includes("greylisted")) controller.abort();
    };
    const run = runCheck(findCheck("recipient-pair"), slow, createProbing({ signal: controller.signal, progress }));
    await expect(run).rejects.toMatchObject({ name: "AbortError" });
  });

  test("silence of the gateway leaves its half unproven", async () => {
    const { context } = await stage(refusing, refusing);
    const net = createSilentNet(({ address }) => address === "127.0.0.2");
    const { judgement } = await runToEnd("recipient-pair", context, { net });
    expect(judgement.verdict).toBe("not-measurable");
    expect(judgement.findings.map(({ verdict }) => verdict)).toEqual(["pass", "not-measurable"]);
  });

  test("plan: wants a recipient that exists, and somewhere to ask", () => {
    const plan = (fields: object, changes: object = {}) =>
      findCheck("recipient-pair").plan(createContext({ answers: { fields }, ...changes }));
    expect(plan({})).toMatchObject({ kind: "missing", sentence: expect.stringContaining("No recipient that exists") });
    expect(plan({ "recipients.knownAddress": known }, { region: {} }).kind).toBe("missing");
    expect(plan({ "recipients.knownAddress": known }).kind).toBe("ready");
  });
});
