import { describe, expect, test } from "vitest";
import { createContext, createSilentNet, runToEnd } from "./context.ts";
import { type Script, startFakeSmtp } from "./fake-smtp.ts";
import { inbound, running, serve, smart, vendorGreeting } from "./smtp-stage.ts";

describe("lockdown", () => {
  const rows = { inboundHosts: [{ id: "1", values: { host: inbound, port: 9 } }] };
  const locked = (changes: object = {}) => ({ answers: { rows }, ...changes });

  test.each<[string, Script, string, RegExp]>([
    ["greeted", {}, "fail", /mail can go round the vendor/],
    ["refused in the greeting", { greeting: "554 not you\r\n" }, "pass", /cannot be reached by SMTP/],
    ["put off", { greeting: "421 later\r\n" }, "warn", /may accept later/],
    ["open without a greeting", { closes: true }, "warn", /no greeting came/],
  ])("%s", async (_, script, verdict, text) => {
    const reference = await serve({ greeting: vendorGreeting });
    const target = await startFakeSmtp(script);
    running.push(target);
    const hosts = { inboundHosts: [{ id: "1", values: { host: inbound, port: target.port } }] };
    const context = createContext({ answers: { rows: hosts }, network: reference.network });
    expect((await runToEnd("lockdown", context)).judgement).toMatchObject({
      verdict,
      reason: expect.stringMatching(text),
    });
  });

  test("refused while the reference answers passes, from this place only", async () => {
    const { network } = await serve({ greeting: vendorGreeting });
    const { judgement } = await runToEnd("lockdown", createContext(locked({ network })));
    expect(judgement).toMatchObject({
      verdict: "pass",
      reason: expect.stringContaining("Other places are not tested"),
    });
  });

  test("nothing answers, not even the reference: not measurable", async () => {
    const { network } = await serve({ greeting: vendorGreeting });
    const net = createSilentNet(() => true);
    const { judgement } = await runToEnd("lockdown", createContext(locked({ network })), { net });
    expect(judgement).toMatchObject({
      verdict: "not-measurable",
      reason: expect.stringContaining("no reference host answered either"),
    });
  });

  test("a provider's open port proves nothing", async () => {
    const { server, network } = await serve({ greeting: "220 provider\r\n" }, [
      inbound,
      smart,
      "eu-smtp-o365-outbound-1.vendor.example",
    ]);
    const hosts = { inboundHosts: [{ id: "1", values: { host: inbound, port: server.port } }] };
    const context = createContext({
      family: "microsoft-365",
      platform: "microsoft-365",
      answers: { rows: hosts },
      network,
    });
    expect((await runToEnd("lockdown", context)).judgement).toMatchObject({
      verdict: "not-measurable",
      reason: expect.stringContaining("leave the port open to any sender"),
    });
  });
});
