import { afterEach, describe, expect, test } from "vitest";
import { judgeAgain } from "../../../src-main/checks/index.ts";
import { parseSpf, selectSpf } from "../../../src-main/checks/spf/parse.ts";
import { walkSpf } from "../../../src-main/checks/spf/walk.ts";
import { fc } from "../../support/fast-check.ts";
import { growthOf, linear } from "../../support/growth.ts";
import { createContext, findCheck, region, runToEnd } from "./context.ts";
import { type FakeDns, mx, startFakeDns, type Zone } from "./fake-dns.ts";
import { hasSpfSuite, readSpfSuite, walkZone } from "./spf-suite.ts";

const [include = ""] = region["spf-include"];
const running: FakeDns[] = [];
afterEach(() => {
  for (const server of running.splice(0)) server.stop();
});

const txt = (...texts: string[]) => ({ TXT: texts });
const vendor: Zone = { [include]: txt("v=spf1 ip4:192.0.2.0/24 ~all") };

async function judge(zone: Zone) {
  const server = await startFakeDns(zone);
  running.push(server);
  const { judgement } = await runToEnd(
    "spf-record",
    createContext({ network: { resolver: server.endpoint, ...server.patience } }),
  );
  return judgement;
}

const many = (count: number) => Array.from({ length: count }, (_, index) => `include:i${index}.example`).join(" ");
const included = (count: number): Zone =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`i${index}.example`, txt("v=spf1 -all")]));

describe("spf-record", () => {
  test.each<[string, Zone, string, RegExp]>([
    [
      "the region's include",
      { "acme.example": txt(`v=spf1 include:${include} ~all`), ...vendor },
      "pass",
      /names the region's include/,
    ],
    [
      "other TXT records beside it",
      { "acme.example": txt("v=spf10 x", `v=spf1 include:${include} ~all`), ...vendor },
      "pass",
      /names/,
    ],
    [
      "reached by redirect",
      {
        "acme.example": txt("v=spf1 redirect=_spf.acme.example"),
        "_spf.acme.example": txt(`v=spf1 include:${include} -all`),
        ...vendor,
      },
      "pass",
      /names/,
    ],
    ["no record", { "acme.example": txt("hello") }, "fail", /no SPF record/],
    ["two records", { "acme.example": txt(`v=spf1 include:${include} ~all`, "v=spf1 -all") }, "fail", /2 SPF records/],
    [
      "a syntax error",
      { "acme.example": txt(`v=spf1 include:${include} ip4:1.2.3 ~all`), ...vendor },
      "fail",
      /syntax error at “ip4:1.2.3”/,
    ],
    ["no vendor", { "acme.example": txt("v=spf1 mx -all"), ...vendor }, "fail", /MX of acme.example|does not lead/],
    [
      "the include behind all",
      { "acme.example": txt(`v=spf1 -all include:${include}`), ...vendor },
      "fail",
      /does not lead/,
    ],
    [
      "a negated include",
      { "acme.example": txt(`v=spf1 -include:${include} ~all`), ...vendor },
      "fail",
      /stands with “-”/,
    ],
    [
      "another region's include",
      {
        "acme.example": txt(`v=spf1 include:${include} include:us._netblocks.vendor.example ~all`),
        "us._netblocks.vendor.example": txt("v=spf1 ~all"),
        ...vendor,
      },
      "warn",
      /another region/,
    ],
    [
      "the global include",
      {
        "acme.example": txt("v=spf1 include:_netblocks.vendor.example ~all"),
        "_netblocks.vendor.example": txt(`v=spf1 include:${include} include:us._netblocks.vendor.example ~all`),
        "us._netblocks.vendor.example": txt("v=spf1 ~all"),
        ...vendor,
      },
      "warn",
      /global include.*3 here/,
    ],
    ["+all", { "acme.example": txt(`v=spf1 include:${include} +all`), ...vendor }, "warn", /every server in the world/],
    ["no end", { "acme.example": txt(`v=spf1 include:${include}`), ...vendor }, "warn", /neither “all” nor “redirect”/],
    [
      "eight look-ups",
      { "acme.example": txt(`v=spf1 include:${include} ${many(7)} ~all`), ...included(7), ...vendor },
      "warn",
      /8 of 10 look-ups/,
    ],
    [
      "ten look-ups",
      { "acme.example": txt(`v=spf1 include:${include} ${many(9)} ~all`), ...included(9), ...vendor },
      "warn",
      /10 of 10/,
    ],
    [
      "eleven look-ups",
      { "acme.example": txt(`v=spf1 include:${include} ${many(10)} ~all`), ...included(10), ...vendor },
      "fail",
      /11 look-ups, 10 are allowed/,
    ],
    [
      "three void look-ups",
      { "acme.example": txt(`v=spf1 include:${include} a:x1.example a:x2.example exists:x3.example ~all`), ...vendor },
      "fail",
      /3 terms lead to names without an answer/,
    ],
    [
      "two void look-ups",
      { "acme.example": txt(`v=spf1 include:${include} a:x1.example a:x2.example ~all`), ...vendor },
      "pass",
      /names/,
    ],
    [
      "an include without a record",
      { "acme.example": txt(`v=spf1 include:${include} include:x.example ~all`), ...vendor },
      "fail",
      /x.example has no SPF record/,
    ],
    [
      "a circle",
      {
        "acme.example": txt(`v=spf1 include:${include} include:b.example ~all`),
        "b.example": txt("v=spf1 include:acme.example ~all"),
        ...vendor,
      },
      "fail",
      /includes itself/,
    ],
    [
      "eleven MX hosts",
      {
        "acme.example": {
          TXT: [`v=spf1 include:${include} mx ~all`],
          MX: Array.from({ length: 11 }, (_, n) => mx(n, `m${n}.example`)),
        },
        ...vendor,
      },
      "fail",
      /11 MX hosts/,
    ],
    [
      "an include whose server is silent",
      { "acme.example": txt(`v=spf1 include:${include} include:x.example ~all`), "x.example": "SILENT", ...vendor },
      "not-measurable",
      /could not be read/,
    ],
    ["a resolver that is silent", { "acme.example": "SILENT" }, "not-measurable", /could not be read/],
    ["a broken zone", { "acme.example": "SERVFAIL" }, "error", /SERVFAIL/],
  ])("%s", async (_, zone, verdict, reason) => {
    const judgement = await judge(zone);
    expect([judgement.verdict, judgement.findings.map(({ text }) => text).join(" ") + judgement.reason]).toEqual([
      verdict,
      expect.stringMatching(reason),
    ]);
  });

  test("the count comes with the terms that made it", async () => {
    const { transcript } = await judge({
      "acme.example": {
        TXT: [`v=spf1 a include:${include} exists:%{i}.x.example ptr ~all`],
        A: ["192.0.2.1"],
        AAAA: ["2001:db8::1"],
      },
      ...vendor,
    });
    expect(transcript).toContain("SPF of acme.example: 4 look-ups of 10, void 0 (IPv4) and 0 (IPv6) of 2");
    expect(transcript).toMatch(/1 a\n.*2 include:.*\n(.*\n)*.*3 exists:%\{i\}\.x\.example {2}\(depends on the sender/);
  });

  test("what the record lets pass, and what stands there twice", async () => {
    const { verdict, transcript, findings } = await judge({
      "acme.example": {
        TXT: [`v=spf1 mx ip4:192.0.2.0/28 include:${include} ip4:192.0.2.0/28 ~all`],
        MX: [mx(10, "mail.acme.example")],
      },
      "mail.acme.example": { A: ["198.51.100.9"], AAAA: ["2001:db8::9"] },
      ...vendor,
    });
    expect(verdict).toBe("warn");
    expect(findings.map(({ text }) => text).join()).toContain("ip4:192.0.2.0/28 in acme.example (2 times)");
    expect(transcript).toContain("lets pass 257 IPv4 addresses and 2001:db8::9");
    expect(transcript).toContain("2 times: ip4:192.0.2.0/28 in acme.example");
  });

  test("a record made before MX hosts were asked for is judged by what it has", async () => {
    const zone = {
      "acme.example": { TXT: [`v=spf1 mx include:${include} ~all`], MX: [mx(10, "mail.acme.example")] },
      ...vendor,
    };
    const server = await startFakeDns(zone);
    running.push(server);
    const outcome = await runToEnd("spf-record", createContext({ network: { resolver: server.endpoint } }));
    const { plan, record } = JSON.parse(JSON.stringify(outcome.record));
    plan.asksHosts = undefined;
    record.exchanges = record.exchanges.filter(({ name }: { name: string }) => name !== "mail.acme.example");
    const judgement = judgeAgain("spf-record", JSON.parse(JSON.stringify({ plan, record })));
    expect([judgement.verdict, judgement.transcript.includes("lets pass")]).toEqual(["pass", false]);
  });

  test("missing region value", () => {
    expect(findCheck("spf-record").plan(createContext({ region: {} }))).toMatchObject({ kind: "missing" });
  });

  test.each(["__proto__", "constructor", "toString", "-hasOwnProperty"])(
    "a term named like a part of every object is no mechanism: %s",
    (term) => {
      expect(parseSpf(`v=spf1 ${term}`)).toMatchObject({ ok: false });
    },
  );

  test("any text is parsed or refused", () => {
    const hostile = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom("a", ".", "%", "{", "}", "/", ":", "=", "1", " ", "-") }),
    );
    fc.assert(
      fc.property(hostile, (text) => void parseSpf(`v=spf1 ${text}`)),
      { numRuns: 2_000 },
    );
  });

  test.each(["a", "a.", "%{i}", "a "])("a flood of “%s” costs by its length", (flood) => {
    const make = (size: number) => `v=spf1 x=${flood.repeat(size)}!`;
    expect(growthOf(make, 7_500, (text) => [parseSpf(text), parseSpf(text.replace("x=", "a:"))])).toBeLessThan(linear);
  });
});

if (!hasSpfSuite) console.log("RFC 7208 suite: skipped, ../shared/suites/spf is not there");

describe.skipIf(!hasSpfSuite)("RFC 7208 suite", () => {
  const isPermanent = (domain: string, zone: Parameters<typeof walkZone>[1]) => {
    const view = walkZone(walkSpf(domain), zone);
    const overLimit = view.lookups.length > 10 || view.voids.v4.length > 2;
    return (
      overLimit ||
      view.problems.some(({ kind, text }) => kind === "permanent" && !text.startsWith(`${domain} has no SPF`))
    );
  };

  test("permanent errors agree", () => {
    const cases = hasSpfSuite ? readSpfSuite() : [];
    const wrong = cases.filter(({ domain, zone, results }) => {
      const isFound = isPermanent(domain, zone);
      return isFound ? !results.includes("permerror") : results.every((result) => result === "permerror");
    });
    console.log(
      `RFC 7208 suite: ${cases.length - wrong.length} of ${cases.length} agree on permerror; not: ${wrong.map(({ name, results }) => `${name} (${results})`).join(", ")}`,
    );
    expect(cases.length).toBe(203);
    // There a term matches the case's sender before the eleventh look-up; the check bills the sender whom nothing matches.
    expect(wrong.map(({ name }) => name)).toEqual(["include-at-limit"]);
  });

  test("record selection and syntax agree wherever the suite has one SPF record at the domain asked for", () => {
    const cases = hasSpfSuite ? readSpfSuite() : [];
    const judged = cases.flatMap(({ name, domain, zone, results }) => {
      const texts = (zone[domain] ?? []).flatMap((entry) =>
        typeof entry === "object" && "SPF" in entry ? [[entry.SPF].flat().join("")] : [],
      );
      const [record] = selectSpf(texts);
      return texts.length === 1 && record !== undefined
        ? [{ name, ok: parseSpf(Buffer.from(record, "utf8").toString("latin1")).ok, results }]
        : [];
    });
    // A record that can be read may still end in a permanent error by what it leads to; one that cannot must.
    const wrong = judged.filter(({ ok, results }) => !ok && !results.includes("permerror"));
    console.log(
      `RFC 7208 suite: ${judged.length} records parsed, ${judged.filter(({ ok }) => !ok).length} refused, ${wrong.length} refused wrongly`,
    );
    expect(wrong).toEqual([]);
  });
});
