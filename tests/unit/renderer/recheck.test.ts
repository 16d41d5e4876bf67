import { expect, test } from "vitest";
import type { RecheckItem, RecheckOutcome } from "../../../src-main/contract/checks.ts";
import { summarizeRecheck } from "../../../src-renderer/words/recheck.ts";

const item = (outcome: RecheckOutcome): RecheckItem => ({
  ...{ run: "r", check: "mx-records", step: "inbound", title: "MX records", at: "2026-11-23T10:00:00.000Z" },
  ...{ was: "pass", wasReason: "", now: "pass", reason: "", outcome },
});

test.each<[RecheckOutcome[], string]>([
  [[], "No check has been run yet, so there is no old evidence to judge."],
  [["same"], "One recorded run was looked at: its verdict is the same today."],
  [["same", "same"], "2 recorded runs were looked at: all verdicts are the same today."],
  [["worse"], "One recorded run was looked at: 1 worse than recorded, 0 the same."],
  [
    ["same", "better", "unreadable", "worse", "missing", "worse"],
    "6 recorded runs were looked at: 2 worse than recorded, 1 better than recorded, 1 unreadable, 1 without evidence in this copy, 1 the same.",
  ],
])("%j is summed up", (outcomes, sentence) => {
  expect(summarizeRecheck(outcomes.map(item))).toBe(sentence);
});
