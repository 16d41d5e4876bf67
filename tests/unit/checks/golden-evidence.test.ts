import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { judgeAgain } from "../../../src-main/checks/index.ts";
import { judgeRecorded } from "../../../src-main/checks/run.ts";
import type { Json } from "../../../src-main/checks/types.ts";
import { findPlaceholders } from "../../support/placeholders.ts";

interface Evidence {
  check: string;
  verdict: string;
  reason: string;
  plan: Record<string, Json>;
  record: Record<string, Json>;
}
const file = join(import.meta.dirname, "../../golden/evidence-0.1.0.json");
const evidence = JSON.parse(readFileSync(file, "utf8")) as Evidence[];

/** What version 0.1.0 recorded, one run of each check it had. The file stays as it is; rules may change, reading may not. */
describe("evidence of version 0.1.0", () => {
  test.each(evidence.map((one) => [one.check, one] as const))("%s can still be judged", (check, { plan, record }) => {
    const { isReadable, judgement } = judgeRecorded(check, { plan, record });
    expect(isReadable).toBe(true);
    expect(judgement.verdict).not.toBe("error");
    expect(findPlaceholders(judgement.reason)).toEqual([]);
    expect(judgement.transcript).not.toBe("");
  });

  test.each(evidence.map((one) => [one.check, one] as const))(
    "%s is refused once tampered with",
    (check, { plan, record }) => {
      const { exchanges: _, ...without } = record;
      const spoilt: [Json, Json][] = [
        [{ ...plan, added: 1 }, record],
        [plan, { ...record, added: 1 }],
        [plan, "exchanges" in record ? without : {}],
        [plan, null],
        [null, record],
      ];
      for (const [one, other] of spoilt) {
        expect(judgeRecorded(check, { plan: one, record: other }).isReadable).toBe(false);
        expect(judgeAgain(check, { plan: one, record: other }).verdict).toBe("error");
      }
    },
  );
});
