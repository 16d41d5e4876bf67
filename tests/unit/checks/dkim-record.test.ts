import { encode } from "dns-packet";
import { afterEach, describe, expect, test } from "vitest";
import { judgeAgain } from "../../../src-main/checks/index.ts";
import type { PlatformFamily } from "../../../src-main/contract/names.ts";
import { createContext, findCheck, runToEnd } from "./context.ts";
import { bareRsaKey, ed25519Key, rsaRecord, toBase64, wrappedEd25519Key, wrappedRsaKey } from "./dkim-keys.ts";
import { type FakeDns, startFakeDns, type Zone } from "./fake-dns.ts";

const running: FakeDns[] = [];
afterEach(() => {
  for (const server of running.splice(0)) server.stop();
});

const txt = (...texts: string[]) => ({ TXT: texts });
const at = (selector: string) => `${selector}._domainkey.acme.example`;
const sound = rsaRecord(2_048);

async function judge(zone: Zone, selector: string, family: PlatformFamily = "postfix") {
  const server = await startFakeDns(zone);
  running.push(server);
  const rows = { domains: [{ id: "1", values: { name: "acme.example", selector } }] };
  const context = createContext({
    family,
    answers: { rows },
    network: { resolver: server.endpoint, ...server.patience },
  });
  const { judgement } = await runToEnd("dkim-record", context);
  return { ...judgement, asked: server.asked, texts: judgement.findings.map((one) => one.text).join("\n") };
}

describe("dkim-record", () => {
  test.each<[string, Zone, string, string, RegExp]>([
    ["a sound key", { [at("s1")]: txt(sound) }, "s1", "pass", /RSA key of 2048 bits/],
    [
      "a key for the domain alone",
      { [at("s1")]: txt(rsaRecord(2_048, "t=s; ")) },
      "s1",
      "pass",
      /not of sub-domains \(t=s\)/,
    ],
    ["several selectors", { [at("s1")]: txt(sound), [at("s2")]: txt(sound) }, "s1, s2", "pass", /s2\._domainkey.*2048/],
    ["one of several missing", { [at("s1")]: txt(sound) }, "s1 s2", "warn", /No key is published at s2/],
    ["1024 bits", { [at("s1")]: txt(rsaRecord(1_024)) }, "s1", "warn", /1024 bits; 2048 is the usual size now/],
    ["a bit too few", { [at("s1")]: txt(rsaRecord(1_023)) }, "s1", "fail", /1023 bits; verifiers refuse/],
    ["512 bits", { [at("s1")]: txt(rsaRecord(512)) }, "s1", "fail", /512 bits; verifiers refuse/],
    ["8192 bits", { [at("s1")]: txt(rsaRecord(8_192)) }, "s1", "warn", /need not take more than 4096/],
    ["a revoked key", { [at("s1")]: txt("v=DKIM1; p=") }, "s1", "fail", /revoked/],
    ["a test", { [at("s1")]: txt(rsaRecord(2_048, "t=y; ")) }, "s1", "warn", /under test \(t=y\)/],
    ["sha1 alone", { [at("s1")]: txt(rsaRecord(2_048, "h=sha1; ")) }, "s1", "fail", /only for sha1/],
    ["another service", { [at("s1")]: txt(rsaRecord(2_048, "s=tlsrpt; ")) }, "s1", "fail", /only for tlsrpt/],
    ["a bare key", { [at("s1")]: txt(`p=${toBase64(bareRsaKey(2_048))}`) }, "s1", "warn", /bare PKCS #1/],
    ["Ed25519 alone", { [at("s1")]: txt(`k=ed25519; p=${toBase64(ed25519Key)}`) }, "s1", "warn", /Only Ed25519/],
    [
      "Ed25519 beside RSA",
      { [at("s1")]: txt(sound), [at("e1")]: txt(`k=ed25519; p=${toBase64(ed25519Key)}`) },
      "s1,e1",
      "pass",
      /an Ed25519 key/,
    ],
    [
      "Ed25519 in a wrapping",
      { [at("s1")]: txt(`k=ed25519; p=${toBase64(wrappedEd25519Key)}`) },
      "s1",
      "fail",
      /wrapped in ASN\.1/,
    ],
    [
      "RSA called Ed25519",
      { [at("s1")]: txt(`k=ed25519; p=${toBase64(wrappedRsaKey(2_048))}`) },
      "s1",
      "fail",
      /says “k=ed25519”, but the key is one of RSA/,
    ],
    [
      "Ed25519 called RSA",
      { [at("s1")]: txt(`p=${toBase64(ed25519Key)}`) },
      "s1",
      "fail",
      /says “k=rsa”, but the key is one of Ed25519/,
    ],
    [
      "an unknown algorithm",
      { [at("s1")]: txt(`k=dsa; p=${toBase64(wrappedRsaKey(2_048))}`) },
      "s1",
      "fail",
      /do not know the algorithm “dsa”/,
    ],
    [
      "a key that lost its end",
      { [at("s1")]: txt(`p=${toBase64(wrappedRsaKey(2_048).subarray(0, 150))}`) },
      "s1",
      "fail",
      /cut short/,
    ],
    ["a key with a character lost", { [at("s1")]: txt(sound.slice(0, -1)) }, "s1", "fail", /not written in Base64/],
    ["two keys", { [at("s1")]: txt(sound, rsaRecord(1_024)) }, "s1", "fail", /2 TXT records/],
    ["a key and junk", { [at("s1")]: txt("hello", sound) }, "s1", "warn", /other TXT records beside/],
    ["junk from a wildcard", { [at("s1")]: txt("v=spf1 -all") }, "s1", "fail", /not a key record/],
    ["no key", {}, "s1", "warn", /No key is published at s1\._domainkey\.acme\.example/],
    [
      "an alias to nowhere",
      { [at("s1")]: { CNAME: ["s1.vendor.example"] } },
      "s1",
      "warn",
      /leads to s1\.vendor\.example/,
    ],
    ["an answer that is no selector", { [at("s1")]: txt(sound) }, "s1, né", "warn", /cannot be a DKIM selector/],
    ["a silent resolver", { [at("s1")]: "SILENT" }, "s1", "not-measurable", /could not be read/],
    ["a broken zone", { [at("s1")]: "SERVFAIL" }, "s1", "error", /SERVFAIL/],
    ["no selector and nothing below _domainkey", {}, "", "warn", /nothing below _domainkey\.acme\.example/],
    [
      "no selector, but something below",
      { "_domainkey.acme.example": txt("o=-") },
      "",
      "not-measurable",
      /DNS does not list/,
    ],
    ["no selector, and no answer", { "_domainkey.acme.example": "SERVFAIL" }, "", "error", /SERVFAIL/],
  ])("%s", async (_, zone, selector, verdict, text) => {
    const judgement = await judge(zone, selector);
    expect([judgement.verdict, judgement.texts]).toEqual([verdict, expect.stringMatching(text)]);
  });

  test("names the way of an alias", () => {
    const question = { type: "TXT" as const, name: at("s1") };
    const target = "s1.acme.dkim.vendor.example";
    const answers = [
      { type: "CNAME" as const, name: at("s1"), ttl: 60, data: target },
      { type: "TXT" as const, name: target, ttl: 60, data: sound.match(/.{1,200}/g) ?? [] },
    ];
    const reply = encode({ type: "response", id: 1, flags: 0x8180, questions: [question], answers }).toString("hex");
    const exchange = { ...question, to: null, server: "192.0.2.53:53", transport: "udp", tries: 1, milliseconds: 1 };
    const judgement = judgeAgain("dkim-record", {
      plan: {
        dns: { resolver: null, dnsTimeout: 1_000 },
        domains: [{ name: "acme.example", selectors: ["s1"], unreadable: [] }],
        platformSelectors: [],
      },
      record: { at: "2026-11-23T10:00:00.000Z", exchanges: [{ ...exchange, reply, failure: null }] },
    });
    expect(judgement.verdict).toBe("pass");
    expect(judgement.findings[0]?.text).toContain(`2048 bits, by way of ${target}`);
  });

  test("asks for the platform's own selectors besides", async () => {
    const zone = { [at("selector1")]: txt(sound), [at("gw")]: txt(sound) };
    const { verdict, asked, findings } = await judge(zone, "gw", "microsoft-365");
    expect([verdict, findings.length]).toEqual(["pass", 2]);
    expect(asked.map((line) => line.split(" ")[2]).sort()).toEqual([at("gw"), at("selector1"), at("selector2")]);
  });

  test.each<[string, Zone, string, string, RegExp]>([
    [
      "only the platform's keys are entered",
      { [at("selector1")]: txt(sound) },
      "selector1",
      "warn",
      /Only selectors that the platform uses/,
    ],
    [
      "nothing is entered, the platform's are there",
      { [at("selector1")]: txt(sound) },
      "",
      "warn",
      /No DKIM selector is entered\. The platform's usual/,
    ],
    [
      "the service has a key, the platform none",
      { [at("gw")]: txt(sound) },
      "gw",
      "pass",
      /before a roll-back its own signing/,
    ],
    [
      "the platform's own key is revoked",
      { [at("gw")]: txt(sound), [at("selector1")]: txt("p=") },
      "gw",
      "fail",
      /revoked/,
    ],
  ])("Microsoft 365: %s", async (_, zone, selector, verdict, text) => {
    const judgement = await judge(zone, selector, "microsoft-365");
    expect([judgement.verdict, judgement.texts]).toEqual([verdict, expect.stringMatching(text)]);
  });

  test("a sub-domain without keys is told of the key above it", async () => {
    const server = await startFakeDns({ [at("s1")]: txt(sound) });
    running.push(server);
    const rows = {
      domains: [
        { id: "1", values: { name: "acme.example", selector: "s1" } },
        { id: "2", values: { name: "news.acme.example" } },
      ],
    };
    const context = createContext({ answers: { rows }, network: { resolver: server.endpoint } });
    const { judgement } = await runToEnd("dkim-record", context);
    expect(judgement.verdict).toBe("warn");
    expect(judgement.reason).toContain("A signature of acme.example aligns with it");
  });

  test("says that a key does not show who signs", async () => {
    const { reason } = await judge({ [at("s1")]: txt(sound) }, "s1");
    expect(reason).toContain("whether mail is signed with it, only a received message shows");
  });

  test("waits for a domain that sends", () => {
    const { plan } = findCheck("dkim-record");
    const rows = { domains: [{ id: "1", values: { name: "acme.example", use: "receive-only" } }] };
    expect(plan(createContext({ answers: { rows } }))).toMatchObject({ kind: "missing" });
  });

  test("joins the selectors of rows for one domain", () => {
    const rows = {
      domains: [
        { id: "1", values: { name: "ACME.example", selector: "s1" } },
        { id: "2", values: { name: "acme.example", selector: "s2" } },
      ],
    };
    const planned = findCheck("dkim-record").plan(createContext({ answers: { rows } }));
    expect(planned).toMatchObject({ plan: { domains: [{ name: "acme.example", selectors: ["s1", "s2"] }] } });
  });
});
