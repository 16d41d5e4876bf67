import { describe, expect, test } from "vitest";
import type { Answer, AnswerStatus } from "../../../src-main/checks/dns/exchange.ts";
import type { RecordData } from "../../../src-main/checks/dns/message.ts";
import { evaluateSpf } from "../../../src-main/checks/spf/evaluate.ts";
import type { SpfInput } from "../../../src-main/checks/spf/sender.ts";
import { listSteps } from "../../../src-main/checks/spf/tree.ts";
import { fc } from "../../support/fast-check.ts";
import { findPlaceholders } from "../../support/placeholders.ts";
import { hasSpfSuite, readSpfSuite, type SuiteCase, walkZone } from "./spf-suite.ts";

type SuiteZone = SuiteCase["zone"];
const spf = (text: string) => [{ SPF: text }];
const evaluate = (zone: SuiteZone, input: Partial<SpfInput> = {}) =>
  walkZone(
    evaluateSpf({ ip: "192.0.2.7", sender: "ann.lee+news@acme.example", helo: "mx.acme.example", ...input }),
    zone,
  );

describe("evaluating SPF", () => {
  test.each<[string, SuiteZone, Partial<SpfInput>, string, RegExp]>([
    ["no record", { "acme.example": [{ TXT: "hello" }] }, {}, "none", /has no SPF record/],
    ["no domain", {}, { sender: "ann@[192.0.2.1]" }, "none", /no domain that could have a record/],
    ["a bounce is judged by HELO", { "mx.acme.example": spf("v=spf1 +all") }, { sender: "" }, "pass", /\+all of mx/],
    ["no address", { "acme.example": spf("v=spf1 +all") }, { ip: "192.0.2.256" }, "none", /no IP address/],
    ["a silent zone", { "acme.example": ["TIMEOUT"] }, {}, "temperror", /could not be read/],
    [
      "silence behind an include",
      { "acme.example": spf("v=spf1 include:x.example +all"), "x.example": ["TIMEOUT"] },
      {},
      "temperror",
      /TXT record of x/,
    ],
    [
      "silence behind an exists",
      { "acme.example": spf("v=spf1 exists:x.example +all"), "x.example": ["TIMEOUT"] },
      {},
      "temperror",
      /A of x\.example, for exists/,
    ],
    [
      "a match before a silent term",
      { "acme.example": spf("v=spf1 ip4:192.0.2.0/24 include:x.example -all"), "x.example": ["TIMEOUT"] },
      {},
      "pass",
      /ip4:192\.0\.2\.0\/24/,
    ],
    ["a syntax error behind the match", { "acme.example": spf("v=spf1 +all ip4:1") }, {}, "permerror", /syntax error/],
    [
      "an include without a record",
      { "acme.example": spf("v=spf1 include:x.example +all") },
      {},
      "permerror",
      /x\.example has no SPF record/,
    ],
    [
      "a redirect without a record",
      { "acme.example": spf("v=spf1 redirect=x.example") },
      {},
      "permerror",
      /x\.example has no SPF record/,
    ],
    [
      "nested redirects",
      {
        "acme.example": spf("v=spf1 redirect=b.example"),
        "b.example": spf("v=spf1 redirect=c.example"),
        "c.example": spf("v=spf1 ~all"),
      },
      {},
      "softfail",
      /~all of c\.example matches, by way of redirect=b\.example > redirect=c\.example/,
    ],
    [
      "a redirect that is not reached",
      { "acme.example": spf("v=spf1 redirect=b.example ?all") },
      {},
      "neutral",
      /\?all/,
    ],
    [
      "ten redirects and one more",
      Object.fromEntries(
        Array.from({ length: 12 }, (_, n) => [
          n === 0 ? "acme.example" : `r${n}.example`,
          spf(`v=spf1 redirect=r${n + 1}.example`),
        ]),
      ),
      {},
      "permerror",
      /look-up 11; 10 are allowed/,
    ],
    ["an include of itself", { "acme.example": spf("v=spf1 include:acme.example") }, {}, "permerror", /look-up 11/],
    [
      "an alias",
      {
        "acme.example": spf("v=spf1 a:www.acme.example -all"),
        "www.acme.example": [{ CNAME: "web.example" }],
        "web.example": [{ A: "192.0.2.7" }],
      },
      {},
      "pass",
      /a:www/,
    ],
    [
      "an alias in a circle",
      {
        "acme.example": spf("v=spf1 a:x.example -all"),
        "x.example": [{ CNAME: "y.example" }],
        "y.example": [{ CNAME: "x.example" }],
      },
      {},
      "temperror",
      /could not be read/,
    ],
    [
      "an IPv4-mapped address is IPv4",
      { "acme.example": spf("v=spf1 ip6:::/0 ip4:192.0.2.7 -all") },
      { ip: "::ffff:192.0.2.7" },
      "pass",
      /ip4:192\.0\.2\.7/,
    ],
    [
      "the same in hexadecimal",
      { "acme.example": spf("v=spf1 ip4:192.0.2.7 -all") },
      { ip: "::ffff:c000:207" },
      "pass",
      /ip4/,
    ],
    [
      "an IPv4-mapped network matches no IPv4 address",
      { "acme.example": spf("v=spf1 ip6:::ffff:192.0.2.7/128 -all") },
      {},
      "fail",
      /-all/,
    ],
    ["every IPv6 address", { "acme.example": spf("v=spf1 ip6:::/0 -all") }, { ip: "2001:db8::1" }, "pass", /ip6/],
    [
      "the sender's family alone is asked for",
      { "acme.example": spf("v=spf1 a//64 -all") },
      { ip: "2001:db8::1" },
      "fail",
      /-all/,
    ],
    [
      "a prefix for each family",
      { "acme.example": [...spf("v=spf1 a/24//64 -all"), { A: "192.0.2.200" }, { AAAA: "2001:db8::ff" }] },
      { ip: "2001:db8::1" },
      "pass",
      /a\/24/,
    ],
    ["two voids", { "acme.example": spf("v=spf1 a:x.example exists:y.example ?all") }, {}, "neutral", /\?all/],
    [
      "three voids",
      { "acme.example": spf("v=spf1 a:x.example exists:y.example mx:z.example ?all") },
      {},
      "permerror",
      /3 look-ups came back empty/,
    ],
    [
      "voids of three different terms below includes",
      {
        "acme.example": spf("v=spf1 include:b.example a:x.example ?all"),
        "b.example": spf("v=spf1 a:y.example a:z.example -all"),
      },
      {},
      "permerror",
      /3 look-ups/,
    ],
    [
      "an MX host without an address is no void",
      { "acme.example": [...spf("v=spf1 mx a:x.example a:y.example ?all"), { MX: [10, "gone.example"] }] },
      {},
      "neutral",
      /\?all/,
    ],
    [
      "eleven MX hosts",
      {
        "acme.example": [
          ...spf("v=spf1 mx ?all"),
          ...Array.from({ length: 11 }, (_, n) => ({ MX: [n, `m${n}.example`] })),
        ],
      },
      {},
      "permerror",
      /11 MX hosts/,
    ],
    [
      "a name that DNS cannot carry does not exist",
      { "acme.example": spf("v=spf1 exists:%{l}..example ~all") },
      {},
      "softfail",
      /~all/,
    ],
    [
      "a forged PTR name",
      {
        "acme.example": spf("v=spf1 ptr -all"),
        "7.2.0.192.in-addr.arpa": [{ PTR: "mx.acme.example" }],
        "mx.acme.example": [{ A: "192.0.2.8" }],
      },
      {},
      "fail",
      /-all/,
    ],
    [
      "a PTR name that leads back",
      {
        "acme.example": spf("v=spf1 ptr -all"),
        "7.2.0.192.in-addr.arpa": [{ PTR: "mx.acme.example" }],
        "mx.acme.example": [{ A: "192.0.2.7" }],
      },
      {},
      "pass",
      /ptr/,
    ],
    [
      "PTR silence is no match",
      { "acme.example": spf("v=spf1 ptr ~all"), "7.2.0.192.in-addr.arpa": ["TIMEOUT"] },
      {},
      "softfail",
      /~all/,
    ],
    [
      "exists asks for A even for IPv6",
      { "acme.example": spf("v=spf1 exists:ok.example -all"), "ok.example": [{ A: "127.0.0.2" }] },
      { ip: "2001:db8::1" },
      "pass",
      /exists/,
    ],
  ])("%s", (_, zone, input, result, reason) => {
    const found = evaluate(zone, input);
    expect([found.result, found.reason]).toEqual([result, expect.stringMatching(reason)]);
  });

  test.each<[string, string, string]>([
    ["%{s}", "ann.lee+news@acme.example", "sender"],
    ["%{l} %{o} %{d} %{h}", "ann.lee+news acme.example acme.example mx.acme.example", "parts"],
    ["%{l1r+} %{l-} %{l2r.+}", "ann.lee ann.lee+news lee.ann", "delimiters, digits, reversed"],
    ["%{d1} %{dr} %{d1r}", "example example.acme acme", "domain parts"],
    ["%{d9} %{d99999999999999999999}", "acme.example acme.example", "more parts than there are"],
    ["%{i} %{c} %{v} %{ir}", "192.0.2.7 192.0.2.7 in-addr 7.2.0.192", "address"],
    ["%{p} %{r} %{t}", "unknown rx.example 1700000000", "receiver"],
    ["%{L} %{S}", "ann.lee%2Bnews ann.lee%2Bnews%40acme.example", "URL escapes"],
    ["100%% of%_it%-all", "100% of it%20all", "escapes"],
  ])("the explanation “%s” reads “%s”: %s", (text, wanted) => {
    const zone = { "acme.example": spf("v=spf1 exp=why.example -all"), "why.example": [{ TXT: text }] };
    const found = evaluate(zone, { seconds: 1_700_000_000, receiver: "rx.example" });
    expect([found.result, found.explanation]).toEqual(["fail", wanted]);
  });

  test.each<[string, SuiteZone]>([
    ["an unknown macro", { "why.example": [{ TXT: "%{x}" }] }],
    ["a stray percent", { "why.example": [{ TXT: "100% sure" }] }],
    ["a byte beyond ASCII", { "why.example": [{ TXT: "schön" }] }],
    ["two texts", { "why.example": [{ TXT: "one" }, { TXT: "two" }] }],
    ["silence", { "why.example": ["TIMEOUT"] }],
    ["nothing", {}],
  ])("an explanation is left out for %s", (_, zone) => {
    const found = evaluate({ "acme.example": spf("v=spf1 exp=why.example -all"), ...zone });
    expect([found.result, found.explanation]).toEqual(["fail", null]);
  });

  test("the way to the match, and the count at each term", () => {
    const zone = {
      "acme.example": spf("v=spf1 a:none.example include:b.example -all"),
      "b.example": spf("v=spf1 exists:none.example include:c.example -all"),
      "c.example": spf("v=spf1 ip4:192.0.2.0/24 -all"),
    };
    const found = evaluate(zone);
    expect(found.match).toMatchObject({
      domain: "c.example",
      way: ["include:b.example", "include:c.example", "ip4:192.0.2.0/24"],
    });
    expect(found.lookups.length).toBe(4);
    const steps = found.root ? listSteps(found.root) : [];
    expect(steps.map(({ term, count, note }) => `${count ?? "-"} ${term.text} ${note}`.trim())).toEqual([
      "1 a:none.example",
      "2 include:b.example matches",
      "3 exists:none.example",
      "4 include:c.example matches",
      "- ip4:192.0.2.0/24 matches",
    ]);
    expect(found.voids).toEqual(["a:none.example", "exists:none.example"]);
  });

  test("macros make the name that is asked for, cut on the left to what DNS allows", () => {
    const asked: string[] = [];
    const walk = evaluateSpf({
      ip: "192.0.2.7",
      sender: `${"a.".repeat(140)}b c@acme.example`,
      helo: "x",
    });
    const zone = { "acme.example": spf("v=spf1 exists:%{l}.%{ir}.in.example -all") };
    let step = walk.next();
    while (!step.done) {
      asked.push(...step.value.map(({ name }) => name));
      const questions = step.value;
      step = walk.next(questions.map((question) => walkZone(askOnce(question), zone)));
    }
    expect(asked[1]?.replace("\\032", " ").length).toBeLessThanOrEqual(253);
    expect(asked[1]).toMatch(/^(a\.)+b\\032c\.7\.2\.0\.192\.in\.example$/);
  });
});

function* askOnce(question: Answer["question"]) {
  const [answer] = (yield [question]) as [Answer];
  return answer;
}

const hostileText = fc.oneof(
  fc.string(),
  fc.constantFrom(
    "v=spf1 -all",
    "v=spf1",
    "v=spf1 redirect=%{o}",
    "v=spf1 include:%{d} include:%{p}.x.example a mx ptr exists:%{S} ?all exp=%{d}",
  ),
  fc
    .array(
      fc.constantFrom(
        "include:a.example",
        "a",
        "mx//0",
        "ptr",
        "exists:%{ir}.x.example",
        "?all",
        "redirect=b.example",
        "ip4:0.0.0.0/0",
        "exp=%{p}.example",
        "-mx:%{h}.example",
      ),
      { maxLength: 30 },
    )
    .map((terms) => `v=spf1 ${terms.join(" ")}`),
);
const hostileRecord: fc.Arbitrary<RecordData> = fc.oneof(
  hostileText.map((text) => ({ type: "TXT" as const, text })),
  fc.string().map((address) => ({ type: "A" as const, address })),
  fc.constantFrom("192.0.2.7", "::", "2001:db8::1", "").map((address) => ({ type: "AAAA" as const, address })),
  fc.string().map((exchange) => ({ type: "MX" as const, preference: 1, exchange })),
  fc.constantFrom("", "a.example", "\\000.example").map((host) => ({ type: "PTR" as const, host })),
);
const statuses: AnswerStatus[] = ["answered", "answered", "answered", "no-data", "no-such-name", "silent", "malformed"];
const hostileAnswer = fc.record({
  status: fc.constantFrom(...statuses),
  records: fc.array(
    hostileRecord.map((data) => ({ data, ttl: 1 })),
    { maxLength: 15 },
  ),
});

test("any zone and any sender come to an end with a result, and nothing throws", () => {
  const input = fc.record({
    ip: fc.oneof(fc.constantFrom("192.0.2.7", "2001:db8::1", "::ffff:192.0.2.1"), fc.string()),
    sender: fc.oneof(fc.constantFrom("a@acme.example", "", "\ud800@acme.example", "@", "a@b@c.example"), fc.string()),
    helo: fc.oneof(fc.constantFrom("acme.example", "%{h}"), fc.string()),
  });
  fc.assert(
    fc.property(input, fc.array(hostileAnswer, { minLength: 1, maxLength: 12 }), (sender, answers) => {
      const walk = evaluateSpf(sender);
      let step = walk.next();
      let [given, rounds] = [0, 0];
      while (!step.done) {
        rounds++;
        expect(rounds).toBeLessThan(100);
        step = walk.next(
          step.value.map((question) => {
            const { status, records } = answers[given++ % answers.length] ?? { status: "silent" as const, records: [] };
            return {
              question,
              status,
              records,
              aliases: [],
              isAuthoritative: false,
              isVerified: false,
              server: "",
              detail: "",
            };
          }),
        );
      }
      expect(["none", "neutral", "pass", "fail", "softfail", "temperror", "permerror"]).toContain(step.value.result);
      expect(findPlaceholders(step.value.reason, [sender, answers])).toEqual([]);
    }),
    { numRuns: 3_000 },
  );
});

if (!hasSpfSuite) console.log("RFC 7208 suite: skipped, ../shared/suites/spf is not there");

describe.skipIf(!hasSpfSuite)("RFC 7208 suite", () => {
  test("all 203 cases, explanations included", () => {
    const cases = hasSpfSuite ? readSpfSuite() : [];
    const wrong = cases.flatMap(({ name, input, results, explanation, zone }) => {
      const { result, reason, explanation: said } = walkZone(evaluateSpf(input), zone);
      const isRight = results.includes(result) && (explanation === undefined || explanation === said);
      return isRight ? [] : [{ name, result, reason, said, results, explanation }];
    });
    console.log(`RFC 7208 suite: ${cases.length - wrong.length} of ${cases.length} evaluate as expected`);
    expect(cases.length).toBe(203);
    expect(wrong).toEqual([]);
  });
});
