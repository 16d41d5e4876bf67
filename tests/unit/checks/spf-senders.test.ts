import { afterEach, describe, expect, test } from "vitest";
import { judgeAgain } from "../../../src-main/checks/index.ts";
import type { RfiAnswers } from "../../../src-main/contract/rfi/form.ts";
import { createContext, findCheck, region, runToEnd } from "./context.ts";
import { type FakeDns, mx, startFakeDns, type Zone } from "./fake-dns.ts";

const [include = ""] = region["spf-include"];
const running: FakeDns[] = [];
afterEach(() => {
  for (const server of running.splice(0)) server.stop();
});

const txt = (...texts: string[]) => ({ TXT: texts });
const vendor: Zone = { [include]: txt("v=spf1 ip4:198.51.100.0/24 ip4:203.0.113.8/29 ~all") };
const answersWith = (networks: string[], senders: { name: string; domain?: string }[] = []): RfiAnswers => ({
  fields: { "organisation.primaryDomain": "acme.example" },
  rows: {
    outboundAddresses: networks.map((network, index) => ({ id: String(index), values: { network } })),
    senders: senders.map((values, index) => ({ id: String(index), values })),
  },
});

async function judge(zone: Zone, answers: RfiAnswers, values: Record<string, string[]> = region) {
  const server = await startFakeDns(zone);
  running.push(server);
  const context = createContext({
    network: { resolver: server.endpoint, ...server.patience },
    answers,
    region: values,
  });
  const outcome = await runToEnd("spf-senders", context);
  expect(judgeAgain("spf-senders", JSON.parse(JSON.stringify(outcome.record)))).toEqual(outcome.judgement);
  return { ...outcome.judgement, text: outcome.judgement.findings.map(({ text }) => text).join("\n") };
}

describe("spf-senders", () => {
  test.each<[string, string, string[], Zone, string, RegExp]>([
    [
      "everything covered",
      `v=spf1 ip4:192.0.2.0/24 include:${include} ~all`,
      ["192.0.2.7", "192.0.2.0/25"],
      {},
      "pass",
      /Every address of 192\.0\.2\.0\/25 passes \(ip4:192\.0\.2\.0\/24\)/,
    ],
    [
      "an address by the domain's own MX",
      `v=spf1 mx include:${include} ~all`,
      ["192.0.2.9"],
      { "mail.acme.example": { A: ["192.0.2.9"] } },
      "pass",
      /192\.0\.2\.9 passes \(mx\)/,
    ],
    [
      "an IPv6 network",
      `v=spf1 ip6:2001:db8::/32 include:${include} -all`,
      ["2001:db8:1::/48"],
      {},
      "pass",
      /Every address of 2001:db8:1::\/48 passes/,
    ],
    [
      "an IPv4-mapped address",
      `v=spf1 ip4:192.0.2.7 include:${include} -all`,
      ["::ffff:192.0.2.7"],
      {},
      "pass",
      /::ffff:192\.0\.2\.7 passes/,
    ],
    [
      "a network covered in part",
      `v=spf1 ip4:192.0.2.0/25 include:${include} ~all`,
      ["192.0.2.0/24"],
      {},
      "warn",
      /Not covered: 192\.0\.2\.128\/25/,
    ],
    [
      "an address nobody named",
      `v=spf1 include:${include} -all`,
      ["192.0.2.7"],
      {},
      "warn",
      /192\.0\.2\.7 gives “fail”.*Once all outbound mail goes through the vendor/,
    ],
    [
      "an address refused before it is allowed",
      `v=spf1 -ip4:192.0.2.7 ip4:192.0.2.0/24 include:${include} -all`,
      ["192.0.2.0/24"],
      {},
      "warn",
      /Not covered: 192\.0\.2\.7\./,
    ],
    [
      "no vendor",
      "v=spf1 ip4:192.0.2.7 -all",
      ["192.0.2.7"],
      {},
      "fail",
      /vendor sends from do not pass: 198\.51\.100\.0\/24 and 203\.0\.113\.8\/29/,
    ],
    [
      "the vendor in part, by copied networks",
      "v=spf1 ip4:192.0.2.7 ip4:198.51.100.0/24 -all",
      ["192.0.2.7"],
      {},
      "fail",
      /do not pass: 203\.0\.113\.8\/29/,
    ],
    [
      "a record that depends on the sender",
      `v=spf1 exists:%{i}.ok.example include:${include} -all`,
      ["192.0.2.0/30"],
      {
        "192.0.2.0.ok.example": { A: ["127.0.0.2"] },
        "192.0.2.1.ok.example": { A: ["127.0.0.2"] },
        "192.0.2.3.ok.example": { A: ["127.0.0.2"] },
      },
      "warn",
      /only 192\.0\.2\.0, 192\.0\.2\.1 and 192\.0\.2\.3 were evaluated/,
    ],
    [
      "too many look-ups",
      `v=spf1 ${Array.from({ length: 11 }, (_, n) => `a:h${n}.example`).join(" ")} include:${include} -all`,
      ["192.0.2.7"],
      Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`h${n}.example`, { A: ["192.0.2.77"] }])),
      "fail",
      /look-up 11; 10 are allowed/,
    ],
    [
      "silence behind an include",
      `v=spf1 include:x.example include:${include} -all`,
      ["192.0.2.7"],
      { "x.example": "SILENT" },
      "not-measurable",
      /could not be read/,
    ],
  ])("%s", async (_, record, networks, more, verdict, text) => {
    const zone = { "acme.example": { TXT: [record], MX: [mx(10, "mail.acme.example")] }, ...vendor, ...more };
    const judgement = await judge(zone, answersWith(networks));
    expect([judgement.verdict, judgement.text]).toEqual([verdict, expect.stringMatching(text)]);
  });

  test("no record is one finding", async () => {
    const { findings, verdict } = await judge({ "acme.example": txt("hello"), ...vendor }, answersWith(["192.0.2.7"]));
    expect([verdict, findings.length]).toEqual(["fail", 1]);
  });

  test("an include without a record leaves the vendor's range unknown", async () => {
    const { verdict, reason } = await judge(
      { "acme.example": txt("v=spf1 ip4:192.0.2.7 -all") },
      answersWith(["192.0.2.7"]),
    );
    expect([verdict, reason]).toEqual(["error", expect.stringContaining("The vendor's range is not known from here")]);
  });

  test("networks noted for the region that the include has no longer are information", async () => {
    const zone = { "acme.example": txt(`v=spf1 ip4:192.0.2.7 include:${include} -all`), ...vendor };
    const values = { ...region, "spf-netblocks": ["198.51.100.0/24", "203.0.113.0/28"] };
    const { verdict, text } = await judge(zone, answersWith(["192.0.2.7"]), values);
    expect([verdict, text]).toEqual([
      "pass",
      expect.stringContaining("203.0.113.0/29, which the include does not publish today"),
    ]);
  });

  test("third parties are information, whatever the record says", async () => {
    const zone: Zone = {
      "acme.example": txt(`v=spf1 ip4:192.0.2.7 include:spf.postbird.example include:${include} -all`),
      "spf.postbird.example": txt("v=spf1 ip4:192.0.2.99 -all"),
      ...vendor,
    };
    const senders = [
      { name: "Postbird", domain: "acme.example" },
      { name: "Other Service", domain: "news.acme.example" },
      { name: "Payroll", domain: "acme.example" },
      { name: "Without a domain" },
    ];
    const { verdict, text } = await judge(zone, answersWith(["192.0.2.7"], senders));
    expect(verdict).toBe("pass");
    expect(text).toContain("leads to include:spf.postbird.example, which bears its name");
    expect(text).toContain("no SPF record of news.acme.example could be read");
    expect(text).toContain("no term of the record bears its name");
  });

  test("planning names what is missing, and does without addresses where there are no own servers", () => {
    const { plan } = findCheck("spf-senders");
    expect(plan(createContext())).toMatchObject({
      kind: "missing",
      sentence: expect.stringContaining("outbound address"),
    });
    const dynamic = { fields: { "organisation.primaryDomain": "acme.example", "outbound.dynamic": true } } as const;
    expect(plan(createContext({ answers: dynamic }))).toMatchObject({ kind: "ready", plan: { outbound: [] } });
    const cloud = createContext({ family: "microsoft-365", answers: answersWith(["192.0.2.7"]) });
    expect(plan(cloud)).toMatchObject({ kind: "ready", plan: { outbound: [] } });
    const many = Array.from({ length: 70 }, (_, n) => `192.0.2.${n}`);
    expect(plan(createContext({ answers: answersWith(many) }))).toMatchObject({ kind: "ready", plan: { leftOut: 10 } });
  });
});
