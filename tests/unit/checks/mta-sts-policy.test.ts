import { describe, expect, test } from "vitest";
import { coversHost, longestAge, parsePolicy } from "../../../src-main/checks/mta-sts/policy.ts";
import { parseTagged, selectLookalikes, selectTagged } from "../../../src-main/checks/tagged-text.ts";
import { fc } from "../../support/fast-check.ts";
import { growthOf, linear } from "../../support/growth.ts";

const lines = (...all: string[]) => all.join("\r\n");
const good = lines(
  "version: STSv1",
  "mode: enforce",
  "mx: mx1.acme.example",
  "mx: *.vendor.example",
  "max_age: 604800",
  "",
);

describe("a policy file", () => {
  test.each<[string, string]>([
    ["lines ended by CRLF", good],
    ["lines ended by LF", good.replaceAll("\r", "")],
    ["no end of the last line", good.trimEnd()],
    ["no space behind the colon", good.replaceAll(": ", ":")],
    ["blanks at the end of lines", good.replaceAll("\r\n", " \t\r\n")],
    ["another order", good.trimEnd().split("\r\n").reverse().join("\n")],
    ["unknown keys", `${good}x-note: anything: at all\r\n`],
  ])("is read with %s", (_, text) => {
    expect(parsePolicy(text)).toMatchObject({ mode: "enforce", maxAge: 604_800, problems: [], remarks: [] });
    expect(parsePolicy(text).mx.sort()).toEqual(["*.vendor.example", "mx1.acme.example"]);
  });

  test.each<[string, string, RegExp]>([
    ["nothing", "", /no “version” line/],
    ["a page instead", "<!doctype html>\n<title>Hello</title>\n", /no “version” line/],
    ["another version", good.replace("STSv1", "STSv2"), /version is “STSv2”/],
    ["a version in other letters", good.replace("STSv1", "stsv1"), /version is “stsv1”/],
    ["a byte order mark", `\xef\xbb\xbf${good}`, /byte order mark/],
    ["no mode", good.replace("mode", "note"), /no “mode” line/],
    ["an unknown mode", good.replace("enforce", "Enforce"), /mode is “Enforce”/],
    ["no age", good.replace("max_age", "age"), /no “max_age” line/],
    ["an age that is no number", good.replace("604800", "1 week"), /max_age is “1 week”/],
    ["a negative age", good.replace("604800", "-1"), /max_age is “-1”/],
    ["an age of eleven digits", good.replace("604800", "99999999999"), /no number of seconds/],
    ["no mx", good.replaceAll(/mx: .*\r\n/g, ""), /no “mx” line/],
  ])("is of no use with %s", (_, text, problem) => {
    expect(parsePolicy(text).problems.join(" ")).toMatch(problem);
  });

  test.each<[string, string, RegExp]>([
    ["mode twice", `${good}mode: none\r\n`, /“mode” is given more than once/],
    ["a line without key", `${good}hello\r\n`, /“hello” is no “key: value”/],
    ["an address as mx", `${good}mx: 192.0.2.1/24\r\n`, /is no host name/],
    ["an mx with a final dot", `${good}mx: mx2.acme.example.\r\n`, /is no host name/],
    ["two wildcards", `${good}mx: *.*.acme.example\r\n`, /is no host name/],
    ["more than a year", good.replace("604800", "31557601"), /largest allowed is 31557600/],
    ["no time at all", good.replace("604800", "0"), /remember nothing/],
  ])("is odd but used with %s", (_, text, remark) => {
    const policy = parsePolicy(text);
    expect(policy.problems).toEqual([]);
    expect(policy.mode).toBe("enforce");
    expect(policy.remarks.join(" ")).toMatch(remark);
  });

  test("of mode none needs no mx", () => {
    expect(parsePolicy("version: STSv1\nmode: none\nmax_age: 86400\n").problems).toEqual([]);
  });

  test("takes a year at most", () => {
    expect(parsePolicy(good.replace("604800", "9999999999")).maxAge).toBe(longestAge);
    expect(parsePolicy(good.replace("604800", "31557600")).remarks).toEqual([]);
  });

  test("of any bytes is read to the end, quickly, without an exception", () => {
    const piece = fc.constantFrom(
      "version",
      "mode",
      "mx",
      "max_age",
      ": ",
      ":",
      "\n",
      "\r\n",
      "STSv1",
      "enforce",
      "*.",
      " ",
      "\0",
      "\xff",
    );
    const text = fc
      .array(fc.oneof(piece, fc.string({ maxLength: 20 })), { maxLength: 60 })
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, (hostile) => {
        const policy = parsePolicy(hostile);
        const isUsable = policy.problems.length === 0;
        if (isUsable) expect([policy.mode, policy.maxAge]).not.toContain(null);
        for (const pattern of policy.mx) expect(coversHost(pattern, "-")).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([" ", "a: ", "mx: ", "\n", ":", "mx: *.", "=", "-"])("a flood of “%s” costs by its length", (flood) => {
    const make = (size: number) => flood.repeat(size / flood.length);
    const cost = growthOf(make, 8_192, (text) => [parsePolicy(text), parsePolicy(`mx: ${text}x`)]);
    expect(cost).toBeLessThan(linear);
  });
});

test.each<[string, string, boolean]>([
  ["mx1.acme.example", "mx1.acme.example", true],
  ["mx1.acme.example", "MX1.Acme.Example.", true],
  ["mx1.acme.example", "mx2.acme.example", false],
  ["*.acme.example", "mx1.acme.example", true],
  ["*.acme.example", "acme.example", false],
  ["*.acme.example", "a.mx1.acme.example", false],
  ["*.acme.example", ".acme.example", false],
  ["acme.example", "mx1.acme.example", false],
  ["*.example", "mx1.acme.example", false],
])("mx: %s covers %s: %s", (pattern, host, expected) => {
  expect(coversHost(pattern, host)).toBe(expected);
});

describe("a record of fields", () => {
  test.each<[string, boolean, boolean]>([
    ["v=STSv1; id=1", true, false],
    ["v=STSv1 ;id=1", true, false],
    ["v=STSv1", false, true],
    ["v=STSV1; id=1", false, true],
    [" v=STSv1; id=1", false, true],
    ['"v=STSv1; id=1"', false, true],
    ["v = STSv1; id=1", false, true],
    ["v=STSv2; id=1", false, false],
    ["v=spf1 -all", false, false],
    ["", false, false],
  ])("“%s” is selected: %s, looks alike: %s", (text, selected, alike) => {
    expect(selectTagged([text], "STSv1").length > 0).toBe(selected);
    expect(selectLookalikes([text], "STSv1").length > 0).toBe(alike);
  });

  test("is read with blanks, repetitions and strays", () => {
    const { fields, strays, repeated } = parseTagged("v=STSv1; id = a1 ;x=1=2; nonsense;id=b;; ");
    expect([...fields]).toEqual([
      ["id", "a1"],
      ["x", "1=2"],
    ]);
    expect([strays, repeated]).toEqual([["nonsense"], ["id"]]);
  });

  test("of any text is read without an exception", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        parseTagged(`v=STSv1;${text}`);
        selectLookalikes([text], "STSv1");
      }),
      { numRuns: 1_000 },
    );
  });
});
