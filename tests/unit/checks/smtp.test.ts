import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { judgeAgain, runCheck } from "../../../src-main/checks/index.ts";
import { parseReply } from "../../../src-main/checks/smtp/reply.ts";
import { matchesName } from "../../../src-main/checks/tls/judge.ts";
import { type Authority, type Certificate, createAuthority, createSelfSigned } from "../../lab/certificates.ts";
import { createContext, createProbing, createSilentNet, findCheck, type quick, region, runToEnd } from "./context.ts";
import { type FakeDns, startFakeDns } from "./fake-dns.ts";
import { extensions, type FakeSmtp, type Script, startFakeSmtp } from "./fake-smtp.ts";

const inbound = "mail.acme.example";
const smart = "eu-smtp-outbound-1.vendor.example";
let folder: string;
let authority: Authority;
const certificates: Record<string, { key: string; certificate: string }> = {};
const running: (FakeSmtp | FakeDns)[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fieldbook-smtp-"));
  authority = await createAuthority(folder);
  const load = async (name: string, { key, certificate }: Certificate) => {
    certificates[name] = { key: await readFile(key, "utf8"), certificate: await readFile(certificate, "utf8") };
  };
  await load("good", await authority.issue("good", [inbound, smart]));
  await load("other", await authority.issue("other", ["other.example"]));
  await load("expiring", await authority.issue("expiring", [inbound, smart], 10));
  await load("self-signed", await createSelfSigned(folder, "self", [inbound, smart]));
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => {
  for (const server of running.splice(0)) server.stop();
});

const secure = (name: string) => certificates[name] ?? { key: "", certificate: "" };

async function serve(script: Script, names: string[] = [inbound, smart]) {
  const server = await startFakeSmtp(script);
  const dns = await startFakeDns(Object.fromEntries(names.map((name) => [name, { A: ["127.0.0.1"] }])));
  running.push(server, dns);
  return { server, network: { resolver: dns.endpoint, smtpPort: server.port, extraAuthorities: authority.pem } };
}

async function judge(
  id: "inbound-host" | "smart-host",
  script: Script,
  settings: Partial<typeof quick> = {},
  startTls = false,
) {
  const { server, network } = await serve(script);
  const rows = { inboundHosts: [{ id: "1", values: { host: inbound } }] };
  const answers = { fields: { "inbound.startTls": startTls }, rows };
  const outcome = await runToEnd(id, createContext({ answers, network: { ...network, ...settings } }));
  expect(judgeAgain(id, JSON.parse(JSON.stringify(outcome.record)))).toEqual(outcome.judgement);
  return { ...outcome.judgement, received: server.received };
}
const vendorGreeting = `220 ${smart} ESMTP; today\r\n`;

describe("smart-host", () => {
  test.each<[string, Script | (() => Script), string, RegExp]>([
    [
      "a good host",
      () => ({ greeting: vendorGreeting, handshake: secure("good") }),
      "pass",
      /negotiated TLS 1.2 or newer/,
    ],
    [
      "a greeting of several lines",
      () => ({ greeting: `220-${smart} ESMTP\r\n220-no spam\r\n220 here\r\n`, handshake: secure("good") }),
      "pass",
      /negotiated/,
    ],
    [
      "a sibling of the region greets",
      () => ({ greeting: "220 eu-smtp-delivery-7.vendor.example\r\n", handshake: secure("good") }),
      "pass",
      /negotiated/,
    ],
    [
      "another region greets",
      () => ({ greeting: "220 us-smtp-outbound-1.vendor.example\r\n", handshake: secure("good") }),
      "fail",
      /another region/,
    ],
    [
      "a stranger greets",
      () => ({ greeting: "220 proxy.hotel.example\r\n", handshake: secure("good") }),
      "warn",
      /another server may answer/,
    ],
    [
      "a masked greeting",
      () => ({ greeting: "220 ********************0****\r\n", handshake: secure("good") }),
      "warn",
      /masked with asterisks/,
    ],
    ["no STARTTLS", { greeting: vendorGreeting, ehlo: "250 hello\r\n" }, "fail", /without STARTTLS/],
    [
      "a masked extension",
      { greeting: vendorGreeting, ehlo: "250-hello\r\n250 XXXXXXXA\r\n" },
      "fail",
      /overwritten with X/,
    ],
    [
      "STARTTLS refused",
      { greeting: vendorGreeting, startTls: "454 not now\r\n" },
      "fail",
      /refused with “454 not now”/,
    ],
    [
      "garbage after STARTTLS",
      { greeting: vendorGreeting, handshake: "garbage" },
      "fail",
      /handshake failed|unencrypted bytes/,
    ],
    [
      "silence after STARTTLS",
      { greeting: vendorGreeting, handshake: "silence" },
      "fail",
      /handshake failed: no answer within/,
    ],
    [
      "plain bytes in one piece with the answer to STARTTLS",
      { greeting: vendorGreeting, startTls: "220 ready\r\n250 injected\r\n" },
      "fail",
      /unencrypted bytes followed/,
    ],
    [
      "another name's certificate",
      () => ({ greeting: vendorGreeting, handshake: secure("other") }),
      "fail",
      /not for eu-smtp-outbound-1/,
    ],
    [
      "a self-signed certificate",
      () => ({ greeting: vendorGreeting, handshake: secure("self-signed") }),
      "fail",
      /self-signed/,
    ],
    ["421 at once", { greeting: "421 too busy\r\n" }, "warn", /put this address off with “421 too busy”/],
    ["451 at once", { greeting: "451 come back\r\n" }, "warn", /451 come back/],
    ["554 at once", { greeting: "554 go away\r\n" }, "fail", /refused this address with “554 go away”/],
    ["EHLO unknown", { greeting: vendorGreeting, ehlo: "502 what?\r\n" }, "fail", /EHLO was refused with “502 what\?”/],
    ["a web server", { greeting: "HTTP/1.1 400 Bad Request\r\n\r\n" }, "fail", /does not speak SMTP/],
    ["closing at once", { closes: true }, "fail", /other side closed/],
    ["an endless greeting", { flood: "220-more\r\n" }, "fail", /larger than any honest one/],
    ["an endless line", { flood: "220 more " }, "fail", /larger than any honest one/],
  ])("%s", async (_, script, verdict, text) => {
    const judgement = await judge("smart-host", typeof script === "function" ? script() : script);
    expect([judgement.verdict, judgement.findings.map((one) => one.text).join(" ") + judgement.reason]).toEqual([
      verdict,
      expect.stringMatching(text),
    ]);
  });

  test("slow is not dead: a greeting within the patience passes, and nothing is sent before it ends", async () => {
    const { server, network } = await serve({ greeting: vendorGreeting, delay: 700, handshake: secure("good") });
    const running = runToEnd("smart-host", createContext({ network }));
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(server.received).toEqual([]);
    expect((await running).judgement.verdict).toBe("pass");
    expect(server.received[0]).toMatch(/^EHLO/);
  });

  test("one character at a time is not dead either", async () => {
    const dribble = { greeting: vendorGreeting, dribble: 20, handshake: secure("good") };
    expect((await judge("smart-host", dribble, { greetingTimeout: 400 })).verdict).toBe("pass");
  });

  test("a greeting that never comes is said to be none", async () => {
    const judgement = await judge("smart-host", { greeting: null }, { greetingTimeout: 200 });
    expect(judgement.verdict).toBe("fail");
    expect(judgement.reason).toContain("no greeting came");
  });

  test("a refused port fails", async () => {
    const { server, network } = await serve({});
    server.stop();
    expect((await runToEnd("smart-host", createContext({ network }))).judgement).toMatchObject({ verdict: "fail" });
  });

  const two = { ...region, "smart-hosts": [smart, "eu-smtp-outbound-2.vendor.example"] };
  test("silence of every host is not measurable here, and says what to do", async () => {
    const { network } = await serve({}, two["smart-hosts"]);
    const net = createSilentNet(() => true);
    const { judgement } = await runToEnd("smart-host", createContext({ network, region: two }), { net });
    expect(judgement).toMatchObject({
      verdict: "not-measurable",
      todo: expect.stringContaining("network of the customer's mail server"),
    });
  });

  test("silence of one host while another answers is a failure", async () => {
    const { network } = await serve({ greeting: vendorGreeting, handshake: secure("good") }, two["smart-hosts"]);
    let connections = 0;
    const net = createSilentNet(({ port }) => port === network.smtpPort && ++connections === 2);
    const { judgement } = await runToEnd("smart-host", createContext({ network, region: two }), { net });
    expect(judgement).toMatchObject({
      verdict: "fail",
      reason: expect.stringContaining("another smart host answered"),
    });
  });

  test("without an address nothing is connected to", async () => {
    const { network } = await serve({}, []);
    const { judgement } = await runToEnd("smart-host", createContext({ network }));
    expect(judgement).toMatchObject({ verdict: "fail", reason: expect.stringContaining("has no address") });
  });

  test("Microsoft 365 has smart hosts of its own", () => {
    const planned = findCheck("smart-host").plan(createContext({ family: "microsoft-365", platform: "microsoft-365" }));
    expect(JSON.stringify(planned)).toContain('"host":"eu-smtp-o365-outbound-1.vendor.example"');
    expect(findCheck("smart-host").plan(createContext({ region: { "smart-hosts": null } })).kind).toBe("missing");
  });
});

describe("inbound-host", () => {
  test.each<[string, () => Script, boolean, string, RegExp]>([
    ["a good host", () => ({ handshake: secure("good") }), false, "pass", /trusted only because its authority/],
    [
      "a private authority where a public one was promised",
      () => ({ handshake: secure("good") }),
      true,
      "fail",
      /says that a publicly issued/,
    ],
    ["self-signed", () => ({ handshake: secure("self-signed") }), false, "warn", /strict encryption needs/],
    ["self-signed although promised", () => ({ handshake: secure("self-signed") }), true, "fail", /self-signed/],
    ["another name", () => ({ handshake: secure("other") }), false, "warn", /not for mail.acme.example/],
    ["expiring", () => ({ handshake: secure("expiring") }), false, "warn", /expires in 9 days/],
    ["no STARTTLS", () => ({ ehlo: "250 hello\r\n" }), false, "warn", /arrives unencrypted/],
    ["no STARTTLS although promised", () => ({ ehlo: "250 hello\r\n" }), true, "fail", /without STARTTLS/],
  ])("%s", async (_, script, promised, verdict, text) => {
    const judgement = await judge("inbound-host", script(), {}, promised);
    expect([judgement.verdict, judgement.findings.map((one) => one.text).join(" ")]).toEqual([
      verdict,
      expect.stringMatching(text),
    ]);
  });
});

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
      reason: expect.stringContaining("as it does for everybody"),
    });
  });
});

describe("cancelling", () => {
  test.each<[string, Script]>([
    ["while waiting for a greeting", { greeting: null }],
    ["in the middle of a greeting", { greeting: vendorGreeting, dribble: 100 }],
    ["during the handshake", { greeting: vendorGreeting, ehlo: extensions, handshake: "silence" }],
  ])("%s ends within 200 ms, with every socket closed", async (_, script) => {
    const { server, network } = await serve(script);
    const controller = new AbortController();
    const patient = { ...network, greetingTimeout: 60_000, replyTimeout: 60_000 };
    const running = runCheck(
      findCheck("smart-host"),
      createContext({ network: patient }),
      createProbing({ signal: controller.signal }),
    );
    const ended = expect(running).rejects.toMatchObject({ name: "AbortError" });
    await new Promise((resolve) => setTimeout(resolve, 300));
    const started = performance.now();
    controller.abort();
    await ended;
    expect(performance.now() - started).toBeLessThan(200);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(server.open()).toBe(0);
  });

  test("while a resolver is silent", async () => {
    const dns = await startFakeDns({ [smart]: "SILENT" });
    running.push(dns);
    const controller = new AbortController();
    const network = { resolver: dns.endpoint, dnsTimeout: 60_000 };
    const run = runCheck(
      findCheck("smart-host"),
      createContext({ network }),
      createProbing({ signal: controller.signal }),
    );
    setTimeout(() => controller.abort(), 100);
    const started = performance.now();
    await expect(run).rejects.toMatchObject({ name: "AbortError" });
    expect(performance.now() - started).toBeLessThan(300);
  });
});

describe("replies", () => {
  test.each([
    ["220 a\r\n", { code: 220, lines: ["a"] }],
    ["220-a\r\n220 b\r\n", { code: 220, lines: ["a", "b"] }],
    ["220-a\n220 b\n", { code: 220, lines: ["a", "b"] }],
    ["250\r\n", { code: 250, lines: [""] }],
    ["220-a\r\n", null],
    ["22", null],
    ["SSH-2.0", "foreign"],
    ["220-a\r\nhello\r\n", "foreign"],
  ])("%j", (text, reply) => {
    expect(parseReply(text)).toEqual(reply);
  });

  test("any text is read", () => {
    fc.assert(
      fc.property(fc.string(), (text) => void parseReply(text)),
      { numRuns: 1_000 },
    );
  });

  test.each([
    ["mx.vendor.example", "*.vendor.example", true],
    ["a.mx.vendor.example", "*.vendor.example", false],
    ["vendor.example", "*.vendor.example", false],
    ["MX.vendor.example", "mx.VENDOR.example", true],
    ["vendor.example", "*.example", false],
    ["127.0.0.1", "127.0.0.1", true],
  ])("certificate name %s against %s", (host, pattern, matches) => {
    expect(matchesName(host, pattern)).toBe(matches);
  });
});
