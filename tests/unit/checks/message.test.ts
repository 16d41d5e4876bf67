import { encode } from "dns-packet";
import { describe, expect, test } from "vitest";
import { bytesToHex, hexToBytes, toPrintable } from "../../../src-main/checks/bytes.ts";
import { exchangeToAnswer } from "../../../src-main/checks/dns/exchange.ts";
import { encodeQuery, formatIpv6, parseMessage } from "../../../src-main/checks/dns/message.ts";
import { parseServer } from "../../../src-main/checks/dns/server.ts";
import { fc } from "../../support/fast-check.ts";

const answers = [
  { name: "a.example", type: "A", ttl: 60, data: "192.0.2.1" },
  { name: "a.example", type: "AAAA", ttl: 61, data: "2001:db8::1" },
  { name: "a.example", type: "MX", ttl: 62, data: { preference: 10, exchange: "mx.a.example" } },
  { name: "a.example", type: "TXT", ttl: 63, data: ["v=spf1 ", "-all"] },
  { name: "a.example", type: "CNAME", ttl: 64, data: "b.example" },
];
const sample = encode({
  id: 7,
  type: "response",
  flags: 0x0480,
  questions: [{ name: "a.example", type: "MX" }],
  answers,
});

describe("DNS messages", () => {
  test("reads what another implementation wrote", () => {
    const parsed = parseMessage(sample);
    expect(parsed.ok && parsed.message.answers.map(({ ttl, data }) => [ttl, data])).toEqual([
      [60, { type: "A", address: "192.0.2.1" }],
      [61, { type: "AAAA", address: "2001:db8::1" }],
      [62, { type: "MX", preference: 10, exchange: "mx.a.example" }],
      [63, { type: "TXT", text: "v=spf1 -all" }],
      [64, { type: "CNAME", host: "b.example" }],
    ]);
    expect(parsed.ok && parsed.message.isAuthoritative).toBe(true);
  });

  test("any bytes end in a message or a problem", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        const parsed = parseMessage(bytes);
        expect(typeof (parsed.ok ? parsed.message.code : parsed.problem)).toMatch(/number|string/);
      }),
      { numRuns: 2_000 },
    );
  });

  test("a damaged real answer ends in a message or a problem, and its exchange in an answer", () => {
    const flip = fc.tuple(fc.nat(sample.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(flip, { minLength: 1, maxLength: 8 }), fc.nat(sample.length), (flips, cut) => {
        const bytes = Uint8Array.from(sample);
        for (const [at, value] of flips) bytes[at] = value;
        const reply = bytesToHex(bytes.subarray(0, cut));
        const base = { name: "a.example", type: "MX" as const, to: null, server: "x", transport: "udp" as const };
        exchangeToAnswer({ ...base, tries: 1, milliseconds: 1, reply, failure: null });
      }),
      { numRuns: 2_000 },
    );
  });

  test("a compression loop ends", () => {
    const loop = Uint8Array.from([...sample.subarray(0, 12), 0xc0, 12, 0, 15, 0, 1]);
    expect(parseMessage(loop)).toEqual({ ok: false, problem: "A compressed name points forwards." });
  });

  test.each([
    ["a..b"],
    [`${"a".repeat(64)}.example`],
    [`${"abcdefgh.".repeat(30)}example`],
    ["a b.example"],
    ["a\\046b"],
  ])("%s is not asked for", (name) => {
    expect(encodeQuery(1, name, "A", { recursion: true, edns: true })).toBeNull();
  });

  test.each([
    ["00000000000000000000000000000000", "::"],
    ["20010db8000000000000000000000001", "2001:db8::1"],
    ["00000000000000000000000000000001", "::1"],
    ["fe800000000000000000000000000000", "fe80::"],
    ["20010db8000100000001000000000001", "2001:db8:1:0:1::1"],
    ["00100000000000000100000000000000", "10::100:0:0:0"],
  ])("IPv6 %s is written %s", (hex, text) => {
    expect(formatIpv6(hexToBytes(hex))).toBe(text);
  });

  test.each([
    ["192.0.2.53", { address: "192.0.2.53", port: 53 }],
    ["192.0.2.53:5353", { address: "192.0.2.53", port: 5353 }],
    ["2001:db8::53", { address: "2001:db8::53", port: 53 }],
    ["[2001:db8::53]:5353", { address: "2001:db8::53", port: 5353 }],
    ["fe80::1%eth0", { address: "fe80::1%eth0", port: 53 }],
    ["dns.example", null],
    ["192.0.2.53:99999", null],
  ])("server %s", (text, endpoint) => {
    expect(parseServer(text)).toEqual(endpoint);
  });

  test("what a peer sends cannot write to a terminal or turn the direction of text", () => {
    expect(toPrintable("a\u001b[2J\u202eb\n")).toBe("a\\x1b[2J\\u202eb\\x0a");
  });
});
