import { describe, expect, test } from "vitest";
import { judgeAgain, runCheck } from "../../../src-main/checks/index.ts";
import { nodeNet } from "../../../src-main/checks/node-net.ts";
import type { Net } from "../../../src-main/checks/types.ts";
import { createContext, createProbing, createSilentNet, findCheck, runToEnd } from "./context.ts";
import type { Script } from "./fake-smtp.ts";
import { inbound, secure, serve } from "./smtp-stage.ts";

const rows = {
  inboundHosts: [{ id: "1", values: { host: inbound } }],
  outboundAddresses: [{ id: "1", values: { network: "203.0.113.0/24" } }],
};
const plain = "250 mail.acme.example\r\n";
const refuse = "554 5.7.1 Relay access denied\r\n";

/** The host under a public address, as seen from an address of choice; the traffic stays on loopback. */
const createOutsideNet = (local: string): Net => ({
  ...nodeNet,
  connect: async (to, options) => {
    const channel = await nodeNet.connect({ ...to, address: "127.0.0.1" }, options);
    return new Proxy(channel, {
      get: (target, key) => {
        const value = key === "local" ? local : Reflect.get(target, key, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
      set: (target, key, value) => Reflect.set(target, key, value, target),
    });
  },
});

async function judge(script: Script, from = "198.51.100.7:50000", address = "192.0.2.25") {
  const { server, network } = await serve(script);
  const hosts = { ...rows, inboundHosts: [{ id: "1", values: { host: address, port: network.smtpPort } }] };
  const context = createContext({ answers: { rows: hosts }, network });
  const outcome = await runToEnd("open-relay", context, { net: createOutsideNet(from) });
  expect(judgeAgain("open-relay", JSON.parse(JSON.stringify(outcome.record)))).toEqual(outcome.judgement);
  return { ...outcome.judgement, server };
}

describe("open-relay", () => {
  test.each<[string, Script, string, RegExp]>([
    ["refuses all four forms", { ehlo: plain, commands: [[/^RCPT/, refuse]] }, "pass", /refused to relay/],
    ["takes a foreign recipient", { ehlo: plain }, "fail", /took a foreign recipient.*open relay/],
    [
      "takes it for the empty sender only",
      { ehlo: plain, commands: [[/^MAIL FROM:<[^>]/, "550 5.1.8 who?\r\n"]] },
      "fail",
      /with an empty sender with “250 ok”/,
    ],
    [
      "looks behind the percent sign although it knows its recipients",
      {
        ehlo: plain,
        commands: [
          [/relay-test@example.org/, refuse],
          [/no-such-person/, "550 5.1.1 unknown\r\n"],
        ],
      },
      "fail",
      /behind a percent sign/,
    ],
    [
      "takes every local recipient, so hidden forms show nothing",
      {
        ehlo: plain,
        commands: [
          [/TO:<relay-test@example.org/, refuse],
          [/TO:<"/, refuse],
        ],
      },
      "pass",
      /hidden forms show nothing/,
    ],
    ["puts it off", { ehlo: plain, commands: [[/^RCPT/, "450 4.7.0 not now\r\n"]] }, "warn", /put the request off/],
    [
      "refuses every sender",
      { ehlo: plain, commands: [[/^MAIL/, "550 no\r\n"]] },
      "not-measurable",
      /refused every sender/,
    ],
    ["refuses this address", { greeting: "554 not you\r\n" }, "not-measurable", /refused this address/],
    [
      "says 421 and closes in the middle",
      { ehlo: plain, commands: [[/^MAIL/, "421 shutting down\r\n"]] },
      "warn",
      /421 shutting down/,
    ],
  ])("%s", async (_, script, verdict, text) => {
    const judgement = await judge(script);
    expect([judgement.verdict, judgement.reason + judgement.findings.map((one) => one.text).join()]).toEqual([
      verdict,
      expect.stringMatching(text),
    ]);
    expect(judgement.server.received.at(-1)).toBe("QUIT");
    expect(judgement.server.received.join()).not.toMatch(/DATA|BDAT/);
  });

  test.each<[string, string, string, Script]>([
    ["a private address of its own", "10.1.2.3:50000", "may be inside", { ehlo: plain }],
    ["an address of the customer", "203.0.113.9:50000", "is inside the customer's network", { ehlo: plain }],
    [
      "a translated address that the server names as the customer's",
      "10.1.2.3:50000",
      "may be inside|is inside",
      { ehlo: "250 mail Hello there [203.0.113.9]\r\n" },
    ],
  ])("%s: relaying for clients inside is no proof", async (_, from, text, script) => {
    const judgement = await judge(script, from);
    expect(judgement).toMatchObject({ verdict: "warn", reason: expect.stringMatching(text) });
  });

  test("the address that the server names in EHLO decides over the own private one", async () => {
    const judgement = await judge({ ehlo: "250 mail Hello there [198.51.100.9]\r\n" }, "192.168.1.5:50000");
    expect(judgement).toMatchObject({ verdict: "fail", reason: expect.stringContaining("open relay") });
  });

  test("a host on a private address is inside, whatever this computer's address is", async () => {
    expect((await judge({ ehlo: plain }, "198.51.100.7:1", "10.0.0.25")).verdict).toBe("warn");
  });

  test("what STARTTLS does not bring about is asked without it, as senders do", async () => {
    const judgement = await judge({ handshake: "garbage", commands: [[/^RCPT/, refuse]] });
    expect(judgement.verdict).toBe("pass");
    expect(judgement.server.received.filter((line) => line.startsWith("EHLO"))).toHaveLength(2);
  });

  test("inside TLS the same is asked", async () => {
    const judgement = await judge({ handshake: secure("good"), commands: [[/^RCPT/, refuse]] });
    expect(judgement.verdict).toBe("pass");
    expect(judgement.server.secured.filter((line) => line.startsWith("RCPT"))).toHaveLength(4);
    expect(judgement.server.received).not.toContainEqual(expect.stringContaining("RCPT"));
  });

  test("silence is not measurable", async () => {
    const { network } = await serve({});
    const context = createContext({ answers: { rows }, network });
    const { judgement } = await runToEnd("open-relay", context, { net: createSilentNet(() => true) });
    expect(judgement.verdict).toBe("not-measurable");
  });

  test("an answer with a line break becomes no second command", async () => {
    const { server, network } = await serve({ ehlo: plain });
    const fields = { "organisation.primaryDomain": "acme.example>\r\nDATA\r\n" };
    await runCheck(findCheck("open-relay"), createContext({ answers: { rows, fields }, network }), createProbing());
    expect(server.received.some((line) => /^DATA/m.test(line))).toBe(false);
  });

  test("plan: nothing to ask without an inbound host; names that cannot exist are no sender", () => {
    expect(findCheck("open-relay").plan(createContext())).toMatchObject({ kind: "missing" });
    const sender = (ehloName: string) =>
      JSON.stringify(findCheck("open-relay").plan(createContext({ answers: { rows }, network: { ehloName } })));
    expect(sender("fieldbook.invalid")).toContain("fieldbook@example.net");
    expect(sender("laptop.northgate.example")).toContain("fieldbook@laptop.northgate.example");
  });
});
