import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { NetFailure } from "../../../src-main/checks/net-failure.ts";
import { nodeNet } from "../../../src-main/checks/node-net.ts";
import type { Endpoint, Net } from "../../../src-main/checks/types.ts";
import { judgeVantage } from "../../../src-main/checks/vantage/judge.ts";
import { planVantage } from "../../../src-main/checks/vantage/plan.ts";
import { probeVantage } from "../../../src-main/checks/vantage/probe.ts";
import { vantageRun } from "../../../src-main/checks/vantage/record.ts";
import type { NetworkSettings } from "../../../src-main/contract/settings.ts";
import { vantageFinding } from "../../../src-main/contract/vantage.ts";
import { fc } from "../../support/fast-check.ts";
import { findPlaceholders } from "../../support/placeholders.ts";
import { createProbing, quick, tooLong } from "./context.ts";
import { createCertificates, type FakeCertificates } from "./fake-certificates.ts";
import { type FakeDns, startFakeDns, type Zone } from "./fake-dns.ts";
import { type FakeHttp, type HttpScript, httpReply, startFakeHttp } from "./fake-https.ts";
import { extensions, type FakeSmtp, type Script, startFakeSmtp } from "./fake-smtp.ts";

const portal = "portal.vendor.example";
const hosts = ["eu-smtp-outbound-1.vendor.example", "us-smtp-outbound-1.vendor.example"];
/** Addresses as hosts of the Internet have them. Nothing is sent there: the net below knows no way out. */
const at = { portal: "93.184.216.10", eu: "93.184.216.25", us: "93.184.216.26" };
const healthy: Zone = {
  [portal]: { A: [at.portal] },
  [hosts[0] ?? ""]: { A: [at.eu] },
  [hosts[1] ?? ""]: { A: [at.us] },
};

const running: (FakeDns | FakeHttp | FakeSmtp)[] = [];
let certificates: FakeCertificates["certificates"];
let authority: string;
beforeAll(async () => {
  ({ authority, certificates } = await createCertificates(async (made, selfSign) => ({
    good: await made.issue("good", hosts),
    proxy: await made.issue("proxy", ["proxy.acme.example"]),
    self: await selfSign("self", hosts),
  })));
}, 60_000);
afterEach(() => {
  for (const server of running.splice(0)) server.stop();
});
function keep<T extends FakeDns | FakeHttp | FakeSmtp>(server: T): T {
  running.push(server);
  return server;
}

type Way = number | "silent" | "refused";
/** Ways to addresses beyond this machine end at servers on loopback, or nowhere. */
function createNet(ways: Record<string, Way>, machine: string[], resolvers: string[]): Net {
  const find = ({ address, port }: Endpoint): Endpoint => {
    if (address.startsWith("127.")) return { address, port };
    const way = ways[address] ?? "silent";
    if (way === "silent") throw new NetFailure("TIMEOUT", "swallowed");
    if (way === "refused") throw new NetFailure("ECONNREFUSED", "refused");
    return { address: "127.0.0.1", port: way };
  };
  return {
    ...nodeNet,
    exchange: async (to, payload, options) => nodeNet.exchange(find(to), payload, options),
    connect: async (to, options) => nodeNet.connect(find(to), options),
    resolvers: async () => resolvers,
    lookup: async () => [],
    machine: () => ({ host: "laptop", addresses: machine }),
  };
}

const own = (host: string): Script => ({
  greeting: `220 ${host} ESMTP; today\r\n`,
  ehlo: extensions,
  handshake: certificates.get("good") ?? "silence",
});

interface Site {
  zone?: Zone;
  /** What the resolvers beside the own one say; null has none asked. */
  beside?: Zone | null;
  bystander?: Zone;
  page?: HttpScript | Way;
  smtp?: (Script | Way)[];
  machine?: string[];
  resolvers?: string[];
  network?: Partial<NetworkSettings>;
  now?: Date;
  signal?: AbortSignal;
}

async function wayTo(page: HttpScript | Way): Promise<Way> {
  if (typeof page === "number" || page === "silent" || page === "refused") return page;
  return keep(await startFakeHttp(page)).port;
}

/** Looks at a network that is healthy except for what the site says. */
async function look(site: Site = {}) {
  const dns = keep(await startFakeDns(site.zone ?? healthy));
  const beside = site.beside === null ? [] : [keep(await startFakeDns(site.beside ?? healthy)).endpoint];
  const ways: Record<string, Way> = { [at.portal]: await wayTo(site.page ?? httpReply(204, "")) };
  for (const [index, address] of [at.eu, at.us].entries()) {
    const script = site.smtp?.[index] ?? own(hosts[index] ?? "");
    ways[address] = typeof script === "object" ? keep(await startFakeSmtp(script)).port : script;
  }
  if (site.bystander) ways["192.0.2.53"] = keep(await startFakeDns(site.bystander)).port;
  const network: NetworkSettings = {
    ...quick,
    comparisonResolvers: beside,
    selfTestPortal: `http://${portal}/generate_204`,
    selfTestUnused: "192.0.2.53:53",
    extraAuthorities: authority,
    ...site.network,
  };
  const plan = planVantage(network, hosts);
  const net = createNet(ways, site.machine ?? ["10.1.2.7"], site.resolvers ?? [dns.endpoint]);
  const probing = createProbing(site.signal ? { signal: site.signal } : {});
  const record = await probeVantage(plan, { ...probing, net, ...(site.now ? { now: () => site.now as Date } : {}) });
  const { findings, transcript } = judgeVantage(plan, record);
  const again = vantageRun.parse(JSON.parse(JSON.stringify({ plan, record })));
  expect(judgeVantage(again.plan, again.record)).toEqual({ findings, transcript });
  for (const finding of findings) vantageFinding.parse(finding);
  const of = (subject: string) => findings.find((finding) => finding.subject === subject);
  return { findings, of, transcript, record };
}

const wildcard = new Proxy(healthy, { get: (zone, name: string) => zone[name] ?? { A: ["93.184.216.99"] } });
const refusing = new Proxy({} as Zone, { get: () => "REFUSED" as const });
/** For whom nobody answers. */
const hasty = { dnsTimeout: 400, greetingTimeout: 1_000, replyTimeout: 1_000 };
const silent = new Proxy({} as Zone, { get: () => "SILENT" as const });

describe("this network", () => {
  test("a healthy one passes in every respect, and every sentence says what was seen", async () => {
    const now = new Date();
    const page = httpReply(204, "", { Date: now.toUTCString() });
    const { findings, transcript } = await look({ page });
    expect(findings.map(({ subject, verdict, text }) => [subject, verdict, text])).toEqual([
      ["network", "pass", "This machine has the address 10.1.2.7."],
      ["resolver", "pass", expect.stringMatching(/^The resolver 127\.0\.0\.1:\d+ answers\.$/)],
      ["missing-names", "pass", "Made-up names are said not to exist."],
      [
        "port-53",
        "pass",
        expect.stringMatching(/answered, and a question to an address without a name server stayed unanswered/),
      ],
      ["portal", "pass", expect.stringContaining(`http://${portal}/generate_204 answered as it should`)],
      ["port-25", "pass", `${hosts.join(" and ")} greeted as themselves and negotiate TLS.`],
      ["clock", "pass", "This machine's clock agrees with the web server's."],
    ]);
    expect(transcript).toContain("HTTP/1.1 204");
    expect(transcript).toContain(`220 ${hosts[0]} ESMTP`);
  });

  test("without an address nothing else is tried", async () => {
    const { findings, record } = await look({ machine: [] });
    expect(findings).toMatchObject([{ subject: "network", verdict: "fail", word: "no network" }]);
    expect(record.exchanges).toEqual([]);
  });

  test.each<[string, Site, string, string, string]>([
    ["no resolver", { resolvers: [] }, "resolver", "fail", "no resolver"],
    ["a silent resolver", { zone: silent, network: hasty }, "resolver", "fail", "resolver silent"],
    ["a resolver that refuses", { zone: refusing }, "resolver", "fail", "resolver silent"],
    [
      "a private address for a public name",
      { zone: { ...healthy, [portal]: { A: ["10.0.0.1"] } } },
      "resolver",
      "fail",
      "false addresses",
    ],
    [
      "no address that leads anywhere",
      { zone: { ...healthy, [portal]: { A: ["0.0.0.0"] } } },
      "resolver",
      "fail",
      "false addresses",
    ],
    ["rewritten missing names", { zone: wildcard }, "missing-names", "fail", "missing names answered"],
    ["missing names unknown", { zone: silent, network: hasty }, "missing-names", "not-measurable", ""],
    ["port 53 intercepted", { bystander: {} }, "port-53", "fail", "port 53 intercepted"],
    ["port 53 intercepted by one who refuses", { bystander: refusing }, "port-53", "fail", "port 53 intercepted"],
    ["other resolvers that know made-up names", { beside: wildcard }, "port-53", "fail", "port 53 intercepted"],
    ["other resolvers out of reach", { beside: silent, network: hasty }, "port-53", "warn", "port 53 closed"],
    ["no other resolver asked", { beside: null }, "port-53", "pass", ""],
    ["a portal's page", { page: httpReply(200, "<html>Log on") }, "portal", "fail", "captive portal"],
    [
      "a portal's redirect",
      { page: httpReply(302, "", { Location: "http://login.example/" }) },
      "portal",
      "fail",
      "captive portal",
    ],
    ["network authentication required", { page: httpReply(511, "") }, "portal", "fail", "captive portal"],
    ["a portal's large page", { page: httpReply(200, "x".repeat(9_000)) }, "portal", "fail", "captive portal"],
    ["something else on port 80", { page: "220 hello\r\n" }, "portal", "fail", "captive portal"],
    ["port 80 closed", { page: "refused" }, "portal", "not-measurable", ""],
    ["port 25 dropped", { smtp: ["silent", "silent"] }, "port-25", "warn", "port 25 blocked"],
    ["port 25 refused", { smtp: ["refused", "refused"] }, "port-25", "warn", "port 25 blocked"],
    ["one host out of reach", { smtp: ["silent"] }, "port-25", "pass", ""],
    ["hosts without address", { zone: { [portal]: { A: [at.portal] } } }, "port-25", "not-measurable", ""],
    [
      "a masked greeting",
      { smtp: [{ greeting: "220 ***********************\r\n" }], network: hasty },
      "port-25",
      "fail",
      "port 25 masked",
    ],
    [
      "a short masked greeting",
      { smtp: [{ greeting: "220 ***\r\n" }], network: hasty },
      "port-25",
      "fail",
      "port 25 masked",
    ],
    [
      "a proxy's greeting",
      { smtp: [{ greeting: "220 proxy.acme.example ESMTP\r\n" }], network: hasty },
      "port-25",
      "fail",
      "port 25 redirected",
    ],
    [
      "a web server on port 25",
      { smtp: [{ greeting: "HTTP/1.1 400 Bad Request\r\n" }] },
      "port-25",
      "fail",
      "port 25 redirected",
    ],
    [
      "a refusal by the vendor",
      { smtp: Array(2).fill({ greeting: "554 smtp.vendor.example not for you\r\n" }) },
      "port-25",
      "not-measurable",
      "",
    ],
    [
      "a greeting that never comes",
      { smtp: Array(2).fill({ greeting: null }), network: hasty },
      "port-25",
      "not-measurable",
      "",
    ],
    [
      "STARTTLS taken out",
      { smtp: [{ greeting: `220 ${hosts[0]} ESMTP\r\n`, ehlo: "250-x\r\n250 SIZE 1\r\n" }] },
      "port-25",
      "fail",
      "STARTTLS hidden",
    ],
    [
      "STARTTLS written over",
      { smtp: [{ greeting: `220 ${hosts[0]} ESMTP\r\n`, ehlo: "250-x\r\n250-XXXXXXXA\r\n250 SIZE 1\r\n" }] },
      "port-25",
      "fail",
      "STARTTLS hidden",
    ],
    [
      "what follows STARTTLS is not TLS",
      { smtp: [{ greeting: `220 ${hosts[0]} ESMTP\r\n`, ehlo: extensions, handshake: "garbage" }] },
      "port-25",
      "fail",
      "TLS broken",
    ],
  ])("%s", async (_, site, subject, verdict, word) => {
    const found = (await look(site)).of(subject);
    expect(found).toMatchObject({ verdict, word });
    if (verdict !== "pass") expect(found?.meaning).not.toBe("");
  });

  test.each(["proxy", "self"])("a certificate that is not the host's: %s", async (name) => {
    const script = () => ({ ...own(hosts[0] ?? ""), handshake: certificates.get(name) ?? ("silence" as const) });
    const { of } = await look({ smtp: [script()] });
    expect(of("port-25")).toMatchObject({ verdict: "fail", word: "TLS opened" });
  });

  test("one machine that greets for every host is doubted", async () => {
    const { of } = await look({ smtp: [own(hosts[0] ?? ""), own(hosts[0] ?? "")] });
    expect(of("port-25")).toMatchObject({ verdict: "warn", word: "port 25 doubtful" });
  });

  test("a resolver by HTTPS is named where port 53 is intercepted", async () => {
    const without = await look({ bystander: healthy });
    expect(without.of("port-53")?.todo).toContain("Name a resolver by HTTPS in the settings");
    const own = { resolver: "127.0.0.1:9", dohResolver: "https://dns.example/dns-query" };
    const having = await look({ bystander: healthy, network: own });
    expect(having.of("port-53")?.todo).toContain("Checks started here use the resolver by HTTPS");
  });

  test("a portal that is not to be asked is not, and not spoken of", async () => {
    const { findings, record } = await look({ network: { selfTestPortal: null } });
    expect(findings.map(({ subject }) => subject)).not.toContain("portal");
    expect(JSON.stringify(record)).not.toContain(portal);
  });

  test.each<[string, number, string, RegExp]>([
    ["ahead", 3_600_000, "warn", /60 min ahead of/],
    ["behind", -172_800_000, "warn", /2 days behind/],
    ["within the tolerance", 200_000, "pass", /agrees/],
  ])("a clock %s", async (_, offset, verdict, text) => {
    const now = new Date("2026-11-23T10:00:00Z");
    const page = httpReply(204, "", { Date: new Date(now.getTime() - offset).toUTCString() });
    expect((await look({ page, now })).of("clock")).toMatchObject({ verdict, text: expect.stringMatching(text) });
  });

  test("a portal's clock is not believed", async () => {
    const page = httpReply(200, "log on", { Date: "Thu, 01 Jan 1970 00:00:00 GMT" });
    expect((await look({ page })).of("clock")).toBeUndefined();
  });

  test("cancelling ends it, with every socket closed", async () => {
    const controller = new AbortController();
    const looking = look({
      zone: silent,
      smtp: [{ greeting: null }],
      network: { dnsTimeout: tooLong },
      signal: controller.signal,
    });
    const ended = expect(looking).rejects.toMatchObject({ name: "AbortError" });
    await new Promise((resolve) => setTimeout(resolve, 200));
    controller.abort();
    await ended;
  });
});

describe("judging a look", () => {
  const plan = planVantage(
    { ...quick, selfTestPortal: `http://${portal}/`, comparisonResolvers: ["127.0.0.2:53"] },
    hosts,
  );
  const exchange = fc.record({
    name: fc.constantFrom("missing.com", portal, hosts[0] ?? ""),
    type: fc.constantFrom("A", "AAAA"),
    to: fc.constantFrom(null, "127.0.0.2:53", plan.unusedServer),
    server: fc.constant("127.0.0.1:53"),
    transport: fc.constantFrom("udp", "tcp", "https"),
    tries: fc.nat(3),
    milliseconds: fc.nat(100),
    reply: fc.option(fc.uint8Array({ maxLength: 120 }).map((bytes) => Buffer.from(bytes).toString("hex"))),
    failure: fc.option(fc.constantFrom("TIMEOUT", "HTTP_503", "STRANGE")),
  });
  const turn = fc.record({
    phase: fc.constantFrom("connect", "greeting", "ehlo", "starttls", "tls"),
    milliseconds: fc.nat(100),
    sent: fc.string({ maxLength: 20 }),
    received: fc.oneof(
      fc.string({ maxLength: 200 }),
      fc.constantFrom("220 ***\r\n", `250-x\r\n250 ${"X".repeat(60_000)}\r\n`, `220 ${"é".repeat(3_000)}\r\n`),
    ),
    failure: fc.option(fc.constantFrom("TIMEOUT", "ECONNREFUSED", "NOT_SMTP", "STRANGE")),
  });
  const record = fc.record({
    at: fc.constant("2026-11-23T10:00:00.000Z"),
    addresses: fc.array(fc.string({ maxLength: 80 }), { maxLength: 3 }),
    resolvers: fc.array(fc.string({ maxLength: 320 }), { maxLength: 3 }),
    missing: fc.constant(["missing.com"]),
    exchanges: fc.array(exchange, { maxLength: 6 }),
    portal: fc.option(
      fc.record({
        address: fc.option(fc.constant(at.portal)),
        at: fc.constant("2026-11-23T10:00:00.000Z"),
        status: fc.option(fc.constantFrom(200, 204, 302, 999)),
        head: fc.oneof(
          fc.string({ maxLength: 200 }),
          fc.constantFrom("HTTP/1.1 204 X\nDate: never", "x\nLocation: \u202ereverse"),
        ),
        body: fc.string({ maxLength: 100 }),
        failure: fc.option(fc.constantFrom("TIMEOUT", "NOT_HTTP", "NO_ADDRESS")),
      }),
    ),
    hosts: fc.array(
      fc.record({
        host: fc.constantFrom(...hosts),
        port: fc.constant(25),
        source: fc.constant("dns"),
        dialogues: fc.array(
          fc.record({
            address: fc.constant(at.eu),
            local: fc.constant(null),
            turns: fc.array(turn, { maxLength: 5 }),
            tls: fc.constant(null),
          }),
          { maxLength: 1 },
        ),
      }),
      { maxLength: 2 },
    ),
  });

  test("gives findings that fit the contract for whatever the network may have sent", () => {
    fc.assert(
      fc.property(record, (made) => {
        const run = vantageRun.parse(JSON.parse(JSON.stringify({ plan, record: made })));
        const { findings } = judgeVantage(run.plan, run.record);
        for (const finding of findings) {
          vantageFinding.parse(finding);
          expect(findPlaceholders(finding.text, made)).toEqual([]);
          expect(finding.text).not.toContain("\u202e");
          expect(finding.verdict === "pass").toBe(finding.meaning === "");
        }
      }),
      { numRuns: 500 },
    );
  });
});
