import { describe, expect, test } from "vitest";
import type * as z from "zod";
import { type CheckDefinition, checkCatalog, judgeAgain } from "../../../src-main/checks/index.ts";
import { fc } from "../../support/fast-check.ts";
import { findPlaceholders } from "../../support/placeholders.ts";
import { createContext, findCheck } from "./context.ts";
import { schemaToArbitrary } from "./schema-arbitrary.ts";
import { inboundHeader, outboundHeader } from "./test-mail-headers.ts";

const hex = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString("hex"));
const exchange = fc.record({
  name: fc.constantFrom(
    "acme.example",
    "_dmarc.acme.example",
    "eu-smtp-outbound-1.vendor.example",
    "mail.acme.example",
    "_mta-sts.acme.example",
    "_smtp._tls.acme.example",
    "_25._tcp.eu-smtp-inbound-1.vendor.example",
    "10.2.0.192.in-addr.arpa",
  ),
  type: fc.constantFrom("A", "AAAA", "MX", "NS", "TXT", "PTR", "TLSA"),
  to: fc.constantFrom(null, "127.0.0.1:53"),
  server: fc.constant("127.0.0.1:53"),
  transport: fc.constantFrom("udp", "tcp"),
  tries: fc.nat(3),
  milliseconds: fc.nat(1_000),
  reply: fc.option(hex),
  failure: fc.option(fc.constantFrom("TIMEOUT", "ECONNREFUSED", "STRANGE")),
});
const turn = fc.record({
  phase: fc.constantFrom(
    ...["connect", "greeting", "ehlo", "helo", "starttls", "tls", "ehlo-tls", "auth", "mail", "rcpt", "rset", "quit"],
  ),
  milliseconds: fc.nat(1_000),
  sent: fc.oneof(
    fc.string({ maxLength: 50 }),
    fc.constantFrom("MAIL FROM:<>", "RCPT TO:<ada@acme.example>", "RCPT TO:<relay-test@example.org>"),
  ),
  received: fc.oneof(
    fc.string({ maxLength: 200 }),
    fc.constantFrom("220 hello\r\n", "250-a\r\n250 STARTTLS\r\n", "421 no\r\n"),
  ),
  failure: fc.option(fc.constantFrom("TIMEOUT", "ECONNREFUSED", "NOT_SMTP", "STRANGE")),
});
const at = fc.constant("2026-11-23T10:00:00.000Z");
const exchanges = fc.array(exchange, { maxLength: 6 });
const smtpHost = fc.record({
  host: fc.constantFrom("mail.acme.example", "192.0.2.1"),
  port: fc.constant(25),
  source: fc.constantFrom("literal", "dns", "system"),
  dialogues: fc.array(
    fc.record({
      address: fc.constantFrom("192.0.2.1", "2001:db8::1"),
      local: fc.option(fc.constant("192.0.2.2:1")),
      turns: fc.array(turn, { maxLength: 8 }),
      tls: fc.constantFrom(null, {
        ...{ protocol: "TLSv1.3", cipher: "x", trusted: true, distrust: null, trustedBySettings: false },
        chain: [],
      }),
    }),
    { maxLength: 2 },
  ),
});
const submission = fc.array(fc.record({ looked: smtpHost, loggedOn: fc.option(smtpHost) }), { maxLength: 2 });
const smtp = fc.record({
  at,
  exchanges,
  hosts: fc.array(smtpHost, { maxLength: 2 }),
});
const attempt = fc.record({
  address: fc.constant("192.0.2.1"),
  milliseconds: fc.nat(1_000),
  failure: fc.option(fc.constantFrom("TIMEOUT", "CERT_HAS_EXPIRED", "NOT_HTTP", "__proto__", "STRANGE")),
  reply: fc.option(
    fc.record({
      status: fc.constantFrom(200, 301, 404, 999),
      head: fc.string({ maxLength: 100 }),
      body: fc.oneof(
        fc.string({ maxLength: 100 }),
        fc.constant("version: STSv1\nmode: enforce\nmx: a.b\nmax_age: 1\n"),
      ),
    }),
  ),
  tls: fc.constant(null),
});
const outcome = { done: fc.boolean(), code: fc.option(fc.nat(120)), detail: fc.string() };
const records: Record<string, fc.Arbitrary<unknown>> = {
  "mx-records": fc.record({ at, exchanges }),
  "spf-record": fc.record({ at, exchanges }),
  "spf-senders": fc.record({ at, exchanges }),
  "dkim-record": fc.record({ at, exchanges }),
  "dmarc-record": fc.record({ at, exchanges }),
  // With and without what records of earlier versions lack.
  "smart-host": fc.oneof(
    smtp,
    fc
      .record({ smtp, submission, hadCredentials: fc.boolean() })
      .map(({ smtp: record, ...more }) => ({ ...record, ...more })),
  ),
  "reverse-dns": fc.record({ at, exchanges }),
  "tls-rpt": fc.record({ at, exchanges }),
  dane: fc.record({ at, exchanges }),
  egress: fc.record({
    smtp,
    exchanges,
    tcp: fc.array(
      fc.record({
        host: fc.constantFrom("api.vendor.example", "dc1.acme.example"),
        port: fc.constantFrom(443, 25),
        purpose: fc.constantFrom("https", "directory"),
        source: fc.constantFrom("literal", "dns", "system"),
        attempts: fc.array(
          fc.record({
            address: fc.constant("192.0.2.1"),
            local: fc.option(fc.constant("192.0.2.2:1")),
            milliseconds: fc.nat(1_000),
            failure: fc.option(fc.constantFrom("TIMEOUT", "ECONNREFUSED", "__proto__")),
            tls: fc.constant(null),
            tlsFailure: fc.option(fc.constantFrom("TIMEOUT", "__proto__")),
          }),
          { maxLength: 2 },
        ),
      }),
      { maxLength: 3 },
    ),
  }),
  "mta-sts": fc.record({
    at,
    exchanges,
    fetches: fc.array(
      fc.record({ domain: fc.constant("acme.example"), attempts: fc.array(attempt, { maxLength: 3 }) }),
      {
        maxLength: 2,
      },
    ),
  }),
  "inbound-host": smtp,
  "open-relay": smtp,
  "journal-hosts": smtp,
  "recipient-pair": fc.record({ nonsense: fc.string({ maxLength: 40 }), server: smtp, gateway: smtp }),
  "test-mail": fc.record({
    at,
    source: fc.constantFrom("pasted", "file"),
    by: fc.constant("Ada Byron"),
    header: fc.oneof(
      fc.constantFrom(outboundHeader(), inboundHeader()),
      fc
        .tuple(fc.constant(outboundHeader()), fc.nat(2_000), fc.string({ maxLength: 20 }))
        .map(([header, at, text]) => [header.slice(0, at), text, header.slice(at + text.length)].join("")),
      fc.string({ maxLength: 300 }),
    ),
    isCut: fc.boolean(),
  }),
  lockdown: fc.record({ targets: smtp, references: smtp }),
  directory: fc.record({
    at,
    exchanges,
    hadPassword: fc.boolean(),
    servers: fc.array(
      fc.record({
        host: fc.constant("dc1.acme.example"),
        address: fc.option(fc.constant("192.0.2.1")),
        milliseconds: fc.nat(),
        failure: fc.option(fc.constantFrom("TIMEOUT", "NO_ADDRESS")),
        tls: fc.constant(null),
        tlsFailure: fc.option(
          fc.oneof(fc.string({ maxLength: 10 }), fc.constantFrom("__proto__", "constructor", "toString")),
        ),
        verification: fc.option(fc.string({ maxLength: 10 })),
        bind: fc.option(fc.record(outcome)),
        searches: fc.array(fc.record({ ...outcome, filter: fc.string(), count: fc.nat(), hasMore: fc.boolean() }), {
          maxLength: 2,
        }),
      }),
      { maxLength: 2 },
    ),
  }),
};

/** Records of checks that have no arbitrary of their own above. */
const arbitraryOf = ({ schema }: CheckDefinition): fc.Arbitrary<unknown> =>
  schemaToArbitrary((schema as unknown as z.ZodObject<{ record: z.ZodType }>).shape.record, new Map());

const fields = {
  "recipients.directory": "ldap",
  "recipients.ldapHost": "dc1.acme.example",
  "recipients.rootDn": "dc=acme",
  "recipients.bindDn": "cn=reader",
  "recipients.knownAddress": "ada@acme.example",
  "journaling.transport": "smtp",
};
const rows = {
  inboundHosts: [{ id: "1", values: { host: "mail.acme.example" } }],
  outboundAddresses: [
    { id: "1", values: { network: "192.0.2.0/24" } },
    { id: "2", values: { network: "192.0.2.10" } },
  ],
};

describe("judging a record again", () => {
  test.each(checkCatalog.map(({ id }) => id))("%s gives a verdict for whatever the network may have sent", (id) => {
    const definition = findCheck(id);
    // Only smart hosts are asked more where the addresses are dynamic; names of such addresses are not asked at all.
    const dynamic = { "outbound.dynamic": id === "smart-host" };
    const context = createContext({ answers: { fields: { ...fields, ...dynamic }, rows } });
    const planned = definition.plan({ ...context, services: ["email-security", "archiving"] });
    if (planned.kind !== "ready") throw new Error(`${id} is not ready`);
    fc.assert(
      fc.property(records[id] ?? arbitraryOf(definition), (record) => {
        const json = JSON.parse(JSON.stringify({ plan: planned.plan, record }));
        const judgement = judgeAgain(id, json);
        expect(judgement.reason).not.toBe("The recorded answers are damaged or of another version.");
        expect(findPlaceholders(judgement.reason, json)).toEqual([]);
        expect(judgeAgain(id, json)).toEqual(judgement);
      }),
      { numRuns: 300 },
    );
  });

  test("records of the version before, which knew neither greylisting nor submission, are still judged", () => {
    const host = {
      ...{ host: "192.0.2.1", port: 25, source: "literal" },
      dialogues: [{ address: "192.0.2.1", local: null, turns: [], tls: null }],
    };
    const record = { at: "2026-11-23T10:00:00.000Z", exchanges: [], hosts: [host] };
    const smtpSettings = {
      ...{ ehloName: "x.example", connectTimeout: 1, greetingTimeout: 1, replyTimeout: 1, extraAuthorities: "" },
    };
    const dns = { resolver: null, dnsTimeout: 1 };
    const plan = { dns, smtp: smtpSettings, hosts: [{ host: "192.0.2.1", port: 25 }] };
    const reasons = [
      judgeAgain("smart-host", { plan: { ...plan, expected: [] }, record }).reason,
      judgeAgain("inbound-host", { plan: { ...plan, publicCertificate: null }, record }).reason,
    ];
    for (const reason of reasons) expect(reason).toContain("no greeting came");
  });

  test("damaged records and unknown checks are an error with a sentence, never an exception", () => {
    const anything = fc.jsonValue();
    const ids = fc.constantFrom(...checkCatalog.map(({ id }) => id), "__proto__", "no-such-check");
    fc.assert(
      fc.property(ids, anything, (id, json) => {
        expect(judgeAgain(id, json)).toMatchObject({ verdict: "error", reason: expect.stringMatching(/\w/) });
      }),
    );
  });

  test("a record made before resolvers were compared, or asked by HTTPS, is judged as it was", () => {
    const plan = {
      dns: { resolver: "127.0.0.1:53", dnsTimeout: 200 },
      authoritativePort: 53,
      domains: [{ name: "acme.example", use: "send-receive" }],
      mxHosts: ["mx.vendor.example"],
      suffixes: [],
    };
    const exchange = {
      ...{ name: "acme.example", type: "MX", to: null, server: "127.0.0.1:53", transport: "udp", tries: 1 },
      ...{ milliseconds: 1, reply: null, failure: "TIMEOUT" },
    };
    const record = { at: "2026-11-23T10:00:00.000Z", exchanges: [exchange] };
    expect(judgeAgain("mx-records", { plan, record })).toMatchObject({
      verdict: "not-measurable",
      reason: expect.stringContaining("no answer within the time allowed"),
    });
  });

  test("a record with a key too many is refused", () => {
    expect(judgeAgain("mx-records", { plan: {}, record: {}, more: 1 }).verdict).toBe("error");
  });
});
