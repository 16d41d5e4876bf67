import { describe, expect, test } from "vitest";
import { runCheck } from "../../../src-main/checks/index.ts";
import { createContext, createProbing, findCheck, tooLong } from "./context.ts";
import { startFakeDns } from "./fake-dns.ts";
import { extensions, type Script } from "./fake-smtp.ts";
import { inbound, running, secure, serve, smart, vendorGreeting } from "./smtp-stage.ts";

describe("cancelling", () => {
  test.each<[string, Script]>([
    ["while waiting for a greeting", { greeting: null }],
    ["in the middle of a greeting", { greeting: vendorGreeting, dribble: 100 }],
    ["during the handshake", { greeting: vendorGreeting, ehlo: extensions, handshake: "silence" }],
  ])("%s ends it, with every socket closed", async (_, script) => {
    const { server, network } = await serve(script);
    const controller = new AbortController();
    const patient = { ...network, greetingTimeout: tooLong, replyTimeout: tooLong };
    const run = runCheck(
      findCheck("smart-host"),
      createContext({ network: patient }),
      createProbing({ signal: controller.signal }),
    );
    const ended = expect(run).rejects.toMatchObject({ name: "AbortError" });
    await new Promise((resolve) => setTimeout(resolve, 300));
    controller.abort();
    await ended;
    await expect.poll(() => server.open()).toBe(0);
  });

  test.each<[string, string, Script]>([
    ["in the clear", "received", { ehlo: "250 hello\r\n", commands: [[/^RCPT/, null]] }],
    ["inside TLS", "secured", { commands: [[/^RCPT/, null]] }],
  ])("while an answer to RCPT is waited for, %s, QUIT is said all the same", async (_, where, script) => {
    const { server, network } = await serve({
      ...script,
      ...(where === "secured" ? { handshake: secure("good") } : {}),
    });
    const controller = new AbortController();
    const rows = { inboundHosts: [{ id: "1", values: { host: inbound } }] };
    const run = runCheck(
      findCheck("open-relay"),
      createContext({ answers: { rows }, network: { ...network, greetingTimeout: tooLong } }),
      createProbing({ signal: controller.signal }),
    );
    const ended = expect(run).rejects.toMatchObject({ name: "AbortError" });
    const said = where === "secured" ? server.secured : server.received;
    while (!said.some((line) => line.startsWith("RCPT"))) await new Promise((resolve) => setTimeout(resolve, 10));
    controller.abort();
    await ended;
    await expect.poll(() => [said.at(-1), server.open()]).toEqual(["QUIT", 0]);
  });

  test("while a resolver is silent", async () => {
    const dns = await startFakeDns({ [smart]: "SILENT" });
    running.push(dns);
    const controller = new AbortController();
    const network = { resolver: dns.endpoint, dnsTimeout: tooLong };
    const run = runCheck(
      findCheck("smart-host"),
      createContext({ network }),
      createProbing({ signal: controller.signal }),
    );
    setTimeout(() => controller.abort(), 100);
    await expect(run).rejects.toMatchObject({ name: "AbortError" });
  });
});
