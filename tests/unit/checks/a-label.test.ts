import { domainToASCII } from "node:url";
import { describe, expect, test } from "vitest";
import { toDomainName } from "../../../src-main/checks/dns/a-label.ts";
import { fc } from "../../support/fast-check.ts";

describe("domain names as DNS has them", () => {
  test.each<[string, string | null]>([
    ["Example.COM.", "example.com"],
    [" example.com ", "example.com"],
    ["bücher.example", "xn--bcher-kva.example"],
    ["BÜCHER.example", "xn--bcher-kva.example"],
    ["bu\u0308cher.example", "xn--bcher-kva.example"],
    ["παράδειγμα.δοκιμή", "xn--hxajbheg2az3al.xn--jxalpdlp"],
    ["例え。テスト", "xn--r8jz45g.xn--zckzah"],
    ["😀.example", "xn--e28h.example"],
    ["_dmarc.example.com", "_dmarc.example.com"],
    ["localhost", "localhost"],
    ["", null],
    [".", null],
    ["a..b", null],
    ["[192.0.2.1]", null],
    ["192.0.2.1", null],
    ["exa mple.com", null],
    ["a@b.example", null],
    ["-a.example", null],
    ["a\u0000b.example", null],
    [`${"a".repeat(64)}.example`, null],
    [`${"a".repeat(60)}é.example`, null],
    [Array.from({ length: 70 }, () => "abc").join("."), null],
  ])("“%s”", (text, name) => {
    expect(toDomainName(text)).toBe(name);
  });

  test("labels beyond ASCII become what Node makes of them", () => {
    const letters = "abcxyzäöüßéèñçøåłžабвгдежзийклмнопрстуфхцчшщαβγδεζηθικλμνξοπρστυφχψω漢字仮名交じり文한국어".split(
      "",
    );
    const label = fc.array(fc.constantFrom(...letters), { minLength: 1, maxLength: 20 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(label, (text) => {
        const expected = domainToASCII(`${text}.example`);
        fc.pre(expected !== "" && expected.split(".").every((one) => one.length <= 63));
        expect(toDomainName(`${text}.example`)).toBe(expected);
      }),
      { numRuns: 2_000 },
    );
  });

  test("any text is read", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        expect(toDomainName(text) ?? "a").toMatch(/^[a-z0-9_.-]{1,253}$/);
      }),
    );
  });
});
