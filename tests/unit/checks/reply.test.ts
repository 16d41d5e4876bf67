import { describe, expect, test } from "vitest";
import { parseReply } from "../../../src-main/checks/smtp/reply.ts";
import { matchesName } from "../../../src-main/checks/tls/judge.ts";
import { fc } from "../../support/fast-check.ts";

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
