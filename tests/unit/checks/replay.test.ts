import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type * as z from "zod";
import { type CheckDefinition, checkCatalog, judgeAgain } from "../../../src-main/checks/index.ts";
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
  ),
  type: fc.constantFrom("A", "AAAA", "MX", "NS", "TXT"),
  to: fc.constantFrom(null, "127.0.0.1:53"),
  server: fc.constant("127.0.0.1:53"),
  transport: fc.constantFrom("udp", "tcp"),
  tries: fc.nat(3),
  milliseconds: fc.nat(1_000),
  reply: fc.option(hex),
  failure: fc.option(fc.constantFrom("TIMEOUT", "ECONNREFUSED", "STRANGE")),
});
const turn = fc.record({
  phase: fc.constantFrom("connect", "greeting", "ehlo", "helo", "starttls", "tls", "ehlo-tls", "quit"),
  milliseconds: fc.nat(1_000),
  sent: fc.string({ maxLength: 50 }),
  received: fc.oneof(
    fc.string({ maxLength: 200 }),
    fc.constantFrom("220 hello\r\n", "250-a\r\n250 STARTTLS\r\n", "421 no\r\n"),
  ),
  failure: fc.option(fc.constantFrom("TIMEOUT", "ECONNREFUSED", "NOT_SMTP", "STRANGE")),
});
const at = fc.constant("2026-11-23T10:00:00.000Z");
const exchanges = fc.array(exchange, { maxLength: 6 });
const smtp = fc.record({
  at,
  exchanges,
  hosts: fc.array(
    fc.record({
      host: fc.constantFrom("mail.acme.example", "192.0.2.1"),
      port: fc.constant(25),
      source: fc.constantFrom("literal", "dns", "system"),
      dialogues: fc.array(
        fc.record({
          address: fc.constantFrom("192.0.2.1", "2001:db8::1"),
          local: fc.option(fc.constant("192.0.2.2:1")),
          turns: fc.array(turn, { maxLength: 8 }),
          tls: fc.constant(null),
        }),
        { maxLength: 2 },
      ),
    }),
    { maxLength: 2 },
  ),
});
const outcome = { done: fc.boolean(), code: fc.option(fc.nat(120)), detail: fc.string() };
const records: Record<string, fc.Arbitrary<unknown>> = {
  "mx-records": fc.record({ at, exchanges }),
  "spf-record": fc.record({ at, exchanges }),
  "dkim-record": fc.record({ at, exchanges }),
  "dmarc-record": fc.record({ at, exchanges }),
  "smart-host": smtp,
  "inbound-host": smtp,
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
};
const rows = { inboundHosts: [{ id: "1", values: { host: "mail.acme.example" } }] };

describe("judging a record again", () => {
  test.each(checkCatalog.map(({ id }) => id))("%s gives a verdict for whatever the network may have sent", (id) => {
    const definition = findCheck(id);
    const planned = definition.plan(createContext({ answers: { fields, rows } }));
    if (planned.kind !== "ready") throw new Error(`${id} is not ready`);
    fc.assert(
      fc.property(records[id] ?? arbitraryOf(definition), (record) => {
        const json = JSON.parse(JSON.stringify({ plan: planned.plan, record }));
        const judgement = judgeAgain(id, json);
        expect(judgement.reason).not.toBe("The recorded answers are damaged or of another version.");
        expect(judgement.reason).not.toMatch(/undefined|\[object|NaN/);
        expect(judgeAgain(id, json)).toEqual(judgement);
      }),
      { numRuns: 300 },
    );
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

  test("a record with a key too many is refused", () => {
    expect(judgeAgain("mx-records", { plan: {}, record: {}, more: 1 }).verdict).toBe("error");
  });
});
