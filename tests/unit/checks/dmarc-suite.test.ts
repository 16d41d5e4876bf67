import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { evaluateDmarc } from "../../../src-main/checks/dmarc/evaluate.ts";
import { mostQueries } from "../../../src-main/checks/dmarc/walk.ts";
import { fc } from "../../support/fast-check.ts";
import { readDmarcSuite, suiteFile, suiteFolder, toExpectable, walkSuiteZone } from "./dmarc-suite.ts";

const suite = readDmarcSuite();

describe("the DMARC suite", () => {
  test("has at least sixty cases, each with a name of its own and the section it stands for", () => {
    expect(suite.length).toBeGreaterThanOrEqual(60);
    expect(new Set(suite.map(({ id }) => id)).size).toBe(suite.length);
  });

  test("has no two cases that ask the same", () => {
    const questions = suite.map(({ zone, message }) => JSON.stringify({ zone, message }));
    expect(questions.filter((question, index) => questions.indexOf(question) !== index)).toEqual([]);
  });

  test("its README names every reason and every file", () => {
    const text = readFileSync(new URL("README.md", suiteFolder), "utf8");
    for (const reason of new Set(suite.map(({ expect: { reason } }) => reason)))
      expect(text).toContain(`\`${reason}\``);
    for (const file of readdirSync(suiteFolder).filter((one) => one !== "README.md"))
      expect(text).toContain(`\`${file}\``);
  });

  test("a case with a key too many is refused", () => {
    const [one] = suite;
    const { id: _, ...first } = one ?? { id: "" };
    const file = { format: "dmarc-rfc9989-suite", version: 1, title: "x", cases: [first] };
    expect(suiteFile.safeParse(file).success).toBe(true);
    expect(suiteFile.safeParse({ ...file, cases: [{ ...first, more: 1 }] }).success).toBe(false);
  });
});

describe("our verdicts", () => {
  test.each(suite.map((one) => [one.id, one] as const))("%s", (_, { zone, message, expect: expected }) => {
    const { value, asked } = walkSuiteZone(evaluateDmarc(message), zone);
    // Where several results are right, the first is the one the other fields describe, and ours.
    const wanted = { ...expected, result: [expected.result].flat()[0] };
    expect(toExpectable(value, asked)).toMatchObject(wanted);
    expect(value.text).toMatch(/^[A-Z_a-z0-9].*\.$/);
  });

  test("whatever a message says costs at most eight queries for each of eleven names, and one for existence", () => {
    const label = fc.constantFrom("a", "b", "mail", "example", "com");
    const domain = fc.array(label, { minLength: 1, maxLength: 30 }).map((labels) => labels.join("."));
    const result = fc.constantFrom("pass", "fail", "temperror", "strange");
    const one = fc.record({ result, domain: fc.oneof(domain, fc.string()) });
    const from = fc.oneof(domain, fc.string(), fc.array(fc.oneof(domain, fc.string()), { maxLength: 3 }));
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom(
        "v=DMARC1; p=reject; np=none",
        "v=DMARC1; p=none; psd=y",
        "v=DMARC1; psd=n; rua=mailto:a@b",
        "v=DMARC1; p=x; p=y",
      ),
    );
    const zone = fc.dictionary(
      domain.map((name) => `_dmarc.${name}`),
      fc.oneof(
        fc.constantFrom("SERVFAIL" as const, "TIMEOUT" as const),
        fc.record({ TXT: fc.array(text, { minLength: 1, maxLength: 3 }) }),
      ),
    );
    const message = fc.record({ from, spf: fc.option(one), dkim: fc.array(one, { maxLength: 15 }) });
    fc.assert(
      fc.property(message, zone, (identities, names) => {
        const { value, asked } = walkSuiteZone(evaluateDmarc(identities), names);
        expect(asked.length).toBeLessThanOrEqual(mostQueries * 11 + 1);
        expect(value.text).not.toMatch(/undefined|null|\[object/);
        if (value.result !== "fail") expect(value.disposition).toBe("none");
        if (value.result === "pass") expect([value.spf, ...value.dkim]).toContain("aligned");
      }),
      { numRuns: 1_000 },
    );
  });
});
