import { beforeAll, describe, expect, test } from "vitest";
import type * as z from "zod";
import { type CheckDefinition, checkCatalog, runCheck } from "../../../src-main/checks/index.ts";
import { conclude } from "../../../src-main/checks/judgement.ts";
import type { CheckOutcome } from "../../../src-main/checks/run.ts";
import type { Json, Judgement } from "../../../src-main/checks/types.ts";
import { sights } from "../../../src-main/contract/checks.ts";
import { fc } from "../../support/fast-check.ts";
import { type Harvest, harvest, schemaToArbitrary } from "./schema-arbitrary.ts";
import { inboundHeader, outboundHeader } from "./test-mail-headers.ts";
import { createChanceContext } from "./wording-context.ts";
import { createChance, createChanceNet, pick } from "./wording-net.ts";
import { findOverclaims, isImperative, unmeasuredFacts, vantageWords } from "./wording-rules.ts";

/** Seeds tried for each check. A check that waits by design is cut off by the signal and counts as no run. */
const seeds = Array.from({ length: 250 }, (_, index) => index + 1);
const longestRun = 1_500;
const atOnce = 25;

interface Gathered {
  outcomes: CheckOutcome[];
  blocked: Set<string>;
}

/** Runs one check against many networks by chance, some at a time: what waits does not add up. */
async function gather(definition: CheckDefinition): Promise<Gathered> {
  const gathered: Gathered = { outcomes: [], blocked: new Set() };
  for (let from = 0; from < seeds.length; from += atOnce) {
    for (const outcome of await Promise.all(seeds.slice(from, from + atOnce).map((seed) => runOne(definition, seed)))) {
      if (outcome === null) continue;
      if ("blocked" in outcome) gathered.blocked.add(outcome.blocked);
      else gathered.outcomes.push(outcome);
    }
  }
  return gathered;
}

async function runOne(definition: CheckDefinition, seed: number) {
  const chance = createChance(seed);
  const text = pick(chance, [outboundHeader(), inboundHeader(), "From: a@b.example\n"]);
  return runCheck(definition, createChanceContext(seed), {
    signal: AbortSignal.timeout(longestRun),
    secrets: chance() < 0.8 ? { directoryPassword: "secret-of-the-test" } : {},
    message: { text, source: "pasted", by: "Ada Byron" },
    now: () => new Date("2026-11-23T10:00:00.000Z"),
    progress: () => undefined,
    net: createChanceNet(seed),
  }).catch((error: unknown) => {
    if (error instanceof Error && /Abort|Timeout/.test(error.name)) return null;
    throw error;
  });
}

/** Everything wrong with the sentences of one judgement. */
function findProblems({ sees }: Pick<CheckDefinition, "sees">, judgement: Judgement): string[] {
  const { verdict, reason, todo, findings, transcript } = judgement;
  const problems: string[] = [];
  const hold = (isRight: boolean, rule: string, text: string) => {
    if (!isRight) problems.push(`${rule}: ${text}`);
  };
  for (const text of [reason, ...findings.map((one) => `${one.subject}: ${one.text}`)]) {
    for (const broken of findOverclaims(text, sees)) hold(false, broken, text);
    hold(/[.”)]$/.test(text), "is no whole sentence", text);
  }
  for (const one of [todo, ...findings.map((each) => each.todo)].filter((text) => text !== "")) {
    hold(isImperative(one), "is no instruction", one);
    hold(!/!|successfully/.test(one), "has a forbidden word", one);
  }
  if (verdict === "pass") hold(vantageWords.test(reason), "passes without naming probe or vantage", reason);
  for (const one of findings) {
    if (one.verdict === "not-measurable")
      hold(!unmeasuredFacts.test(one.text), "states what was not measured", one.text);
    if (one.verdict === "fail") hold(one.todo !== "", "fails without an instruction", one.text);
    if (one.verdict === "pass" || one.verdict === "fail")
      hold(hasEvidence(one.subject, transcript), "has no evidence", `${one.subject}: ${one.text}`);
  }
  // A reason that names a host or a finding's number must stand on something.
  hold(findings.length > 0 || verdict === "not-measurable" || verdict === "error", "has no finding", reason);
  if (verdict === "pass")
    for (const [name] of reason.matchAll(/[a-z0-9_-]+(?:\.[a-z0-9_-]+)+(?=:\d)/gi))
      hold(transcript.includes(name), "passes a host that is not in the transcript", reason);
  return problems;
}

/** Whether the transcript shows something, and the host or domain that a finding is about. */
function hasEvidence(subject: string, transcript: string): boolean {
  const [name] = /[a-z0-9_-]+(?:\.[a-z0-9_-]+)+/i.exec(subject) ?? [];
  return transcript.trim() !== "" && (name === undefined || transcript.toLowerCase().includes(name.toLowerCase()));
}

/** The first problem of each kind, so that a broken rule is read at a glance. */
const digest = (problems: readonly string[]): string[] => [
  ...new Map(problems.map((problem) => [problem.replace(/“[^”]*”|[\d.]+/g, "").slice(0, 60), problem])).values(),
];

describe.each(checkCatalog.map((definition) => [definition.id, definition] as const))("%s", (_, definition) => {
  let gathered: Gathered;
  beforeAll(async () => {
    gathered = await gather(definition);
  }, 120_000);

  test("can be seen at work: some customer is ready for it, and runs end", () => {
    const { outcomes, blocked } = gathered;
    expect(outcomes.length, [...blocked].join(" ")).toBeGreaterThan(10);
    expect(new Set(outcomes.map(({ judgement }) => judgement.verdict)).size).toBeGreaterThan(1);
  });

  test("says no more than its probe saw", () => {
    const { outcomes } = gathered;
    expect(digest(outcomes.flatMap(({ judgement }) => findProblems(definition, judgement)))).toEqual([]);
  });

  test("says no more over records made at random", () => {
    const { outcomes } = gathered;
    const known: Harvest = new Map();
    for (const { record } of outcomes) harvest(record, known);
    const shape = (definition.schema as unknown as z.ZodObject<{ record: z.ZodType }>).shape;
    const plans = fc.constantFrom(...outcomes.map(({ record }) => record.plan));
    const problems: string[] = [];
    const verdicts = new Set(outcomes.map(({ judgement }) => judgement.verdict));
    fc.assert(
      fc.property(plans, schemaToArbitrary(shape.record, known), (plan, record) => {
        const parsed = definition.schema.safeParse({ plan, record });
        expect(parsed.error?.issues ?? []).toEqual([]);
        const judgement = definition.judge(plan, record as Json);
        verdicts.add(judgement.verdict);
        problems.push(...findProblems(definition, judgement));
      }),
      { numRuns: 400 },
    );
    expect(digest(problems)).toEqual([]);
    // The sentences of a pass are those that could claim too much: they must have been among the ones read.
    expect([...verdicts]).toContain("pass");
  });

  test("names vantage and time with each result, and holds no secret", () => {
    const { outcomes } = gathered;
    for (const outcome of outcomes) {
      expect(outcome.vantage.host).not.toBe("");
      expect(outcome.vantage.resolver !== "" || definition.sees.every((sight) => sight === "header")).toBe(true);
      for (const at of [outcome.startedAt, outcome.finishedAt]) expect(Date.parse(at)).not.toBeNaN();
      expect(JSON.stringify(outcome)).not.toContain("secret-of-the-test");
    }
  });

  test("speaks plainly before it runs, and declares what it sees", () => {
    const { blocked } = gathered;
    for (const sight of definition.sees) expect(Object.keys(sights)).toContain(sight);
    expect(new Set(definition.sees).size).toBe(definition.sees.length);
    for (const text of [definition.purpose, ...blocked]) {
      expect(text).toMatch(/^[A-Z].*\.$/);
      expect(text).not.toMatch(/!|\bsuccessfully\b|\bguarantee/);
    }
    expect(definition.title).toMatch(/^[A-Z][^.!?]{2,60}$/);
  });
});

describe("the rules", () => {
  test.each<[string, Parameters<typeof findOverclaims>[1]]>([
    ["The server accepts mail.", ["dns"]],
    ["The server relays for others.", ["smtp-greeting"]],
    ["The host is reachable.", ["dns"]],
    ["It greeted.", ["dns"]],
    ["Mail is delivered.", ["dns", "smtp-dialogue", "tls", "tcp"]],
    ["Everything works.", ["dns", "smtp-dialogue", "tls"]],
    ["The route is secure.", ["tls"]],
    ["The certificate is trusted.", ["dns", "tcp"]],
    ["Bind accepted.", ["dns", "tcp"]],
    ["The resolver gives a record.", ["header"]],
    ["In the header SPF passed.", ["dns"]],
    ["The test was successfully done.", ["dns"]],
    ["Everyone can send.", ["dns"]],
    ["Done!", ["dns"]],
    ["The value is undefined.", ["dns"]],
  ])("catch %j of %s", (text, sees) => expect(findOverclaims(text, sees)).not.toEqual([]));

  test.each<[string, Parameters<typeof findOverclaims>[1]]>([
    ["From here the host greeted with “220 it always works!”.", ["smtp-greeting"]],
    ["The resolver gives one MX record.", ["dns"]],
    ["From here the server accepts mail for the address.", ["smtp-dialogue"]],
  ])("let %j of %s stand", (text, sees) => expect(findOverclaims(text, sees)).toEqual([]));

  test.each([
    ["Run the check again.", true],
    ["If it stays, ask the DNS host.", true],
    ["Publish one TXT record.", true],
    ["Address the cause.", true],
    ["The vendor renews its certificates.", false],
    ["Caches forget the records soon.", false],
    ["Nothing is to be done.", false],
    ["Checking again helps.", false],
    ["run it", false],
  ])("%j is an instruction: %s", (text, isOne) => expect(isImperative(text)).toBe(isOne));

  test("know what was not measured", () => {
    expect("The port is closed.").toMatch(unmeasuredFacts);
    expect("No connection from this place.").not.toMatch(unmeasuredFacts);
  });

  test("leave nothing to a record without anything to judge", () => {
    const judgement = conclude([], "From here the host greeted.", "");
    expect(judgement).toMatchObject({ verdict: "not-measurable", reason: expect.not.stringContaining("greeted") });
  });

  test("catch a check that claims too much", () => {
    const judgement: Judgement = {
      verdict: "pass",
      reason: "Mail works.",
      todo: "",
      findings: [{ verdict: "pass", subject: "acme.example", text: "The host is reachable.", todo: "" }],
      transcript: "",
    };
    expect(findProblems({ sees: ["dns"] }, judgement)).toHaveLength(4);
  });
});
