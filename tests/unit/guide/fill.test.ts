import { describe, expect, test } from "vitest";
import { platformFamilies, type StepId, stepIds } from "../../../src-main/contract/names.ts";
import { applyFilters } from "../../../src-main/guide/filters.ts";
import { describeStep, type GuideContext, regionValuesFor } from "../../../src-main/guide/index.ts";
import { fc } from "../../support/fast-check.ts";
import { contextOf, playbook } from "./playbook-files.ts";

const row = (id: string, values: Record<string, string | number>) => ({ id, values });
const answers: GuideContext["answers"] = {
  fields: {
    "organisation.primaryDomain": "acme.example",
    "recipients.validation": "directory",
    "outbound.dynamic": false,
    "inbound.firewallProduct": "FortiGate 100F",
  },
  rows: {
    servers: [row("1", { name: "EX01" }), row("2", { name: "O'Brien" })],
    domains: [row("1", { name: "acme.example" }), row("2", { name: "acme.test" })],
  },
};
const hosts = { "smart-hosts": ["a.example", "b.example"] };
const networks = { "firewall-ranges": ["192.0.2.0/24", "198.51.100.0/25", "2001:db8::/32"] };
const instructionsOf = (context: GuideContext, step: StepId, task: string) =>
  describeStep(playbook, context, step).tasks.find((known) => known.task === task)?.instructions ?? [];
const textOf = (context: GuideContext, step: StepId, task: string) =>
  instructionsOf(context, step, task)
    .map(({ text }) => text)
    .join("\n");

describe("filling in", () => {
  test("leaves no placeholder unfilled without naming it", () => {
    for (const family of platformFamilies) {
      for (const step of stepIds) {
        for (const { instructions, task } of describeStep(playbook, contextOf(family), step).tasks) {
          for (const { text, unresolved } of instructions) {
            expect(text, task).not.toMatch(/\{\{|undefined|\[object/);
            expect(text.includes("‹")).toBe(unresolved.length > 0);
          }
        }
      }
    }
  });

  test("writes PowerShell with the customer's own values, quotes doubled", () => {
    const script = textOf(contextOf("exchange", { answers, confirmed: hosts }), "outbound", "create-send-connector");
    expect(script).toContain("-SmartHosts 'a.example','b.example'");
    expect(script).toContain("-SourceTransportServers 'EX01','O''Brien'");
  });

  test("writes Postfix hosts in brackets, so that no MX record is looked up", () => {
    const script = textOf(contextOf("postfix", { confirmed: hosts }), "outbound", "create-send-connector");
    expect(script).toContain("relayhost = [a.example]:25");
    expect(script).toContain("smtp_fallback_relay = [b.example]:25");
  });

  test("does not pass one known host off as two", () => {
    const script = instructionsOf(contextOf("postfix"), "outbound", "create-send-connector");
    const { text, unresolved } = script.find(({ kind }) => kind === "command") ?? { text: "", unresolved: [] };
    expect(text).toContain("relayhost = [eu-smtp-outbound-1.mimecast.com]:25");
    expect(unresolved).toEqual(["Outbound smart hosts, the second one"]);
  });

  test("splits South Africa's networks into thirteen /24s for Microsoft 365", () => {
    const context = contextOf("microsoft-365", { region: "ZA" });
    const published = regionValuesFor(playbook, context).find(({ key }) => key === "spf-netblocks")?.value ?? [];
    const script = textOf({ ...context, confirmed: { "firewall-ranges": published } }, "lockdown", "lock");
    const split = /-SenderIPAddresses (\S+)/.exec(script)?.[1]?.split(",") ?? [];
    expect(split).toHaveLength(13);
    expect(split[0]).toBe("'41.74.192.0/24'");
    expect(split.at(-1)).toBe("'41.74.206.0/24'");
    expect(script).toContain("'*.mimecast.co.za'");
  });

  test("repeats a line for each value, with masks where the product wants them", () => {
    const context = contextOf("exchange", { answers, confirmed: networks });
    const script = textOf(context, "lockdown", "rule-fortigate");
    expect(script).toContain('edit "MC-192.0.2.0-24"\n  set subnet 192.0.2.0 255.255.255.0\nnext\n');
    expect(script).toContain('edit "MC-198.51.100.0-25"\n  set subnet 198.51.100.0 255.255.255.128\nnext\nend');
    expect(script).toContain("set member MC-192.0.2.0-24 MC-198.51.100.0-25");
    expect(script).not.toContain("2001:db8");
  });

  test("shows the firewall that the customer named, and no other", () => {
    const tasks = (context: GuideContext) =>
      describeStep(playbook, context, "lockdown")
        .tasks.map(({ task }) => task)
        .filter((task) => /^rule-(?!server|nftables)/.test(task));
    expect(tasks(contextOf("exchange", { answers }))).toEqual(["rule-fortigate"]);
    expect(tasks(contextOf("exchange"))).toEqual([]);
    expect(tasks(contextOf("microsoft-365", { answers }))).toEqual([]);
  });

  test("says answers as the form does: options by their labels, yes and no in words", () => {
    const context = contextOf("exchange", { answers });
    expect(textOf(context, "recipients", "choose-validation")).toContain("Chosen: Directory users only.");
    expect(textOf(context, "account", "authorise-outbounds")).toContain("Addresses that change: no.");
  });

  test("ends a sentence once, whether or not the answer ends in a full stop", () => {
    const told = (devices: string) =>
      textOf(
        contextOf("exchange", { answers: { fields: { "outbound.devices": devices }, rows: {} } }),
        "outbound",
        "legacy-devices",
      );
    expect(told("Two scanners.")).toContain("Devices told so far: Two scanners.\n");
    expect(told("Two scanners")).toContain("Devices told so far: Two scanners.\n");
  });

  test("takes braces in an answer as text", () => {
    const hostile = { fields: { "organisation.legalName": "{{engagement.reference}} ↵ Ltd" }, rows: {} } as const;
    const text = textOf(contextOf("exchange", { answers: hostile }), "account", "read-account");
    expect(text).toContain("{{engagement.reference}} ↵ Ltd");
    expect(text).not.toContain("ENG-104");
  });

  test("names in words what nobody has told yet", () => {
    const unresolved = instructionsOf(contextOf("exchange"), "lockdown", "lock").flatMap((part) => part.unresolved);
    expect(unresolved).toEqual(
      expect.arrayContaining(["Firewall product", "Inbound hosts", "Networks to allow on port 25"]),
    );
  });
});

describe("the filters", () => {
  test.each([
    [["first"], ["a", "b"], ["a"]],
    [["second"], ["a"], []],
    [["second", "bracketed"], ["a", "b"], ["[b]"]],
    [["quoted"], ["a", "b'c"], ["'a','b''c'"]],
    [["shell"], ["b'c"], ["'b'\\''c'"]],
    [["spaced"], ["a", "b"], ["a b"]],
    [
      ["masked"],
      ["10.0.0.0/8", "192.0.2.1", "x", "2001:db8::/32"],
      ["10.0.0.0 255.0.0.0", "192.0.2.1 255.255.255.255"],
    ],
    [["split"], ["198.51.100.0/23"], ["198.51.100.0/24", "198.51.101.0/24"]],
    [["split"], ["0.0.0.0/0", "2001:db8::/32", "300.0.0.0/24"], []],
    [["named"], ["192.0.2.0/24", "::1"], ["MC-192.0.2.0-24"]],
  ])("%j of %j is %j", (names, values, expected) => expect(applyFilters(values, names)).toEqual(expected));

  test("split covers the same addresses with networks of /24 or smaller", () => {
    const network = fc
      .tuple(fc.nat(2 ** 32 - 1), fc.integer({ min: 12, max: 32 }))
      .map(([address, prefix]) => ({ start: address - (address % 2 ** (32 - prefix)), prefix }));
    const dotted = (address: number) => [24, 16, 8, 0].map((bits) => Math.floor(address / 2 ** bits) % 256).join(".");
    fc.assert(
      fc.property(network, ({ start, prefix }) => {
        const parts = applyFilters([`${dotted(start)}/${prefix}`], ["split"]).map((part) => {
          const [address = "", length = ""] = part.split("/");
          return {
            first: address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0),
            length: Number(length),
          };
        });
        expect(parts.every(({ length }) => length >= 24)).toBe(true);
        expect(parts[0]?.first).toBe(start);
        const size = parts.reduce((total, { length }) => total + 2 ** (32 - length), 0);
        expect(size).toBe(2 ** (32 - prefix));
        parts.reduce((next, { first, length }) => {
          expect(first).toBe(next);
          return first + 2 ** (32 - length);
        }, start);
      }),
    );
  });
});
