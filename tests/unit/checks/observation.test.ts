import { describe, expect, test } from "vitest";
import {
  type Fact,
  type Observation,
  observe,
  observePicture,
  readObservation,
} from "../../../src-main/checks/index.ts";
import type { ObservedStep } from "../../../src-main/checks/observation/plan.ts";
import { createContext, createProbing, tooLong } from "./context.ts";
import { mx, startFakeDns, type Zone } from "./fake-dns.ts";
import { extensions, startFakeSmtp } from "./fake-smtp.ts";
import { inbound, running, secure } from "./smtp-stage.ts";

const spf = "v=spf1 include:eu._netblocks.vendor.example -all";

async function stage(changes: Zone = {}, comparison: Zone | null = null) {
  const mail = await startFakeSmtp({
    greeting: `220 ${inbound} ESMTP; ${new Date().toUTCString()}\r\n`,
    ehlo: extensions,
    handshake: secure("good"),
  });
  const dns = await startFakeDns({
    "acme.example": {
      MX: [mx(10, inbound, 3_600)],
      TXT: [{ ttl: 7_200, data: spf }, "other"],
      NS: ["ns1.acme.example"],
    },
    "_dmarc.acme.example": { TXT: ["v=DMARC1; p=none"] },
    "ns1.acme.example": { A: ["127.0.0.1"] },
    [inbound]: { A: ["127.0.0.1"] },
    ...changes,
  });
  const other = await startFakeDns(comparison ?? {});
  running.push(mail, dns, other);
  const network = {
    resolver: dns.endpoint,
    ...dns.patience,
    authoritativePort: dns.port,
    comparisonResolvers: comparison ? [other.endpoint] : [],
    smtpPort: mail.port,
    submissionPort: 1,
    httpsPort: 2,
  };
  const rows = { inboundHosts: [{ id: "1", values: { host: inbound, port: mail.port } }] };
  return { context: createContext({ network, answers: { rows } }), mail, dns, other };
}

async function look(step: ObservedStep, context: ReturnType<typeof createContext>): Promise<Observation> {
  const seen = await observe(step, context, createProbing());
  if ("blocked" in seen) throw new Error(seen.blocked);
  return seen;
}
const factsOf = ({ record }: Observation): Fact[] => readObservation(JSON.parse(JSON.stringify(record))) ?? [];
const seenAs = (facts: Fact[], key: string) => facts.find((fact) => fact.key.startsWith(key))?.value;

describe("an observation", () => {
  test("holds records with lifetimes, addresses, greetings, certificates and ports", async () => {
    const { context, mail, dns } = await stage();
    const seen = await look("inbound", context);
    const facts = factsOf(seen);
    expect(seenAs(facts, "mx/acme.example/resolver")).toBe(`10 ${inbound}`);
    expect(seenAs(facts, "mx/acme.example/authoritative/ns1.acme.example")).toBe(`10 ${inbound}`);
    expect(facts.find(({ key }) => key.startsWith("mx/acme.example/authoritative"))?.ttl).toBe(3_600);
    expect(seenAs(facts, "mx-ttl/acme.example")).toBe("3600 s");
    expect(seenAs(facts, "spf/acme.example/resolver")).toBe(spf);
    expect(seenAs(facts, "dmarc/acme.example")).toBe("v=DMARC1; p=none");
    expect(seenAs(facts, `addresses/${inbound}`)).toBe("127.0.0.1");
    expect(seenAs(facts, `greeting/${inbound}:${mail.port}`)).toBe(`220 ${inbound} ESMTP; …`);
    expect(seenAs(facts, `port/${inbound}:${mail.port}`)).toBe("open");
    expect(seenAs(facts, `starttls/${inbound}:${mail.port}`)).toBe("offered");
    expect(seenAs(facts, `certificate-names/${inbound}`)).toContain(inbound);
    expect(seenAs(facts, `certificate-fingerprint/${inbound}`)).toMatch(/^[0-9A-F:]{95}$/);
    expect(seenAs(facts, `port/${inbound}:1`)).toBe("closed");
    expect(seenAs(facts, `port/${inbound}:2`)).toBe("closed");
    expect(seen.vantage.resolver).toBe(dns.endpoint);
    expect(new Set(facts.map(({ key }) => key)).size).toBe(facts.length);
  });

  test("greets a host once, although DNS and the answers name it", async () => {
    const { context, mail } = await stage();
    await look("inbound", context);
    expect(mail.received.filter((line) => line.startsWith("EHLO"))).toHaveLength(1);
  });

  test("of outbound routing asks the smart hosts, not the customer's", async () => {
    const { context, mail } = await stage({ "eu-smtp-outbound-1.vendor.example": { A: ["127.0.0.1"] } });
    const facts = factsOf(await look("outbound", context));
    expect(seenAs(facts, `port/eu-smtp-outbound-1.vendor.example:${mail.port}`)).toBe("open");
    expect(facts.some(({ subject }) => subject.startsWith(inbound))).toBe(false);
  });

  test("looks through other resolvers as well", async () => {
    const { context, other } = await stage({}, { "acme.example": { MX: [mx(10, "old.example", 50)], TXT: [] } });
    const facts = factsOf(await look("recipients", context));
    const key = `mx/acme.example/comparison/${other.endpoint}`;
    expect(facts.find((fact) => fact.key === key)).toMatchObject({ value: "10 old.example", ttl: 50 });
    expect(other.asked).toEqual(expect.arrayContaining(["udp MX acme.example"]));
  });

  test.each<[string, Zone, string, string | null]>([
    ["a silent resolver is no absence", { "acme.example": "SILENT" }, "mx/acme.example/resolver", null],
    ["a failing server is no absence", { "acme.example": "SERVFAIL" }, "spf/acme.example/resolver", null],
    ["broken bytes are no absence", { "acme.example": "GARBAGE" }, "mx/acme.example/resolver", null],
    ["a missing name is one", { "acme.example": "NXDOMAIN" }, "mx/acme.example/resolver", ""],
    ["a missing record is one", { "_dmarc.acme.example": {} }, "dmarc/acme.example", ""],
    ["a host without an address has no port", { [inbound]: {} }, `port/${inbound}`, null],
  ])("%s", async (_, zone, key, value) => {
    const { context } = await stage(zone);
    expect(seenAs(factsOf(await look("inbound", context)), key)).toBe(value);
  });

  test("a picture asks name servers only", async () => {
    const { context, mail } = await stage();
    const seen = await observePicture(context, createProbing());
    if ("blocked" in seen) throw new Error(seen.blocked);
    expect(seen.answers.map(({ kind, record, set }) => `${kind} ${record} ${set}`)).toEqual([
      `authoritative mx 10 ${inbound}`,
      `authoritative spf ${spf}`,
      `resolver mx 10 ${inbound}`,
      `resolver spf ${spf}`,
    ]);
    expect(factsOf(seen).length).toBeGreaterThan(4);
    expect(mail.received).toEqual([]);
  });

  test("needs a domain", async () => {
    const context = createContext({ answers: { fields: { "organisation.primaryDomain": "" } } });
    expect(await observe("inbound", context, createProbing())).toMatchObject({
      blocked: expect.stringMatching(/domain/),
    });
  });

  test("that is damaged gives no facts", async () => {
    for (const damaged of [null, {}, { plan: {}, record: {} }, "x"]) expect(readObservation(damaged)).toBeNull();
  });

  test("can be cancelled", async () => {
    const { context } = await stage({ "acme.example": "SILENT" });
    const patient = { ...context, network: { ...context.network, dnsTimeout: tooLong } };
    const controller = new AbortController();
    const looking = observe("inbound", patient, createProbing({ signal: controller.signal }));
    setTimeout(() => controller.abort(), 100);
    await expect(looking).rejects.toMatchObject({ name: "AbortError" });
  });
});
