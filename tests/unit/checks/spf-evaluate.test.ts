import { describe, expect, test } from "vitest";
import { evaluateSpf } from "../../../src-main/checks/spf/evaluate.ts";
import { hasSpfSuite, readSpfSuite, walkZone } from "./spf-suite.ts";

if (!hasSpfSuite) console.log("RFC 7208 suite: skipped, ../shared/suites/spf is not there");

describe.skipIf(!hasSpfSuite)("RFC 7208 suite", () => {
  test("all 203 cases, explanations included", () => {
    const cases = hasSpfSuite ? readSpfSuite() : [];
    const wrong = cases.flatMap(({ name, input, results, explanation, zone }) => {
      const found = walkZone(evaluateSpf(input), zone);
      const isRight =
        results.includes(found.result) && (explanation === undefined || explanation === found.explanation);
      return isRight
        ? []
        : [
            {
              name,
              result: found.result,
              reason: found.reason,
              explanation: found.explanation,
              results,
              wanted: explanation,
            },
          ];
    });
    console.log(`RFC 7208 suite: ${cases.length - wrong.length} of ${cases.length} evaluate as expected`);
    expect(cases.length).toBe(203);
    expect(wrong).toEqual([]);
  });
});
