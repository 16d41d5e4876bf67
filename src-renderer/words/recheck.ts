import type { RecheckItem, RecheckOutcome } from "../../src-main/contract/checks.ts";

export const recheckWords: Record<RecheckOutcome, string> = {
  same: "Same",
  better: "Better",
  worse: "Worse",
  missing: "Evidence missing",
  unreadable: "Unreadable",
};

const phrases: [RecheckOutcome, string][] = [
  ["worse", "worse than recorded"],
  ["better", "better than recorded"],
  ["unreadable", "unreadable"],
  ["missing", "without evidence in this copy"],
];

/** What judging old evidence again came to, in one sentence. */
export function summarizeRecheck(runs: readonly RecheckItem[]): string {
  if (runs.length === 0) return "No check has been run yet, so there is no old evidence to judge.";
  const parts = phrases.flatMap(([outcome, phrase]) => {
    const count = runs.filter((item) => item.outcome === outcome).length;
    return count === 0 ? [] : [`${count} ${phrase}`];
  });
  const judged = runs.length === 1 ? "One recorded run was looked at" : `${runs.length} recorded runs were looked at`;
  if (parts.length === 0)
    return `${judged}: ${runs.length === 1 ? "its verdict is" : "all verdicts are"} the same today.`;
  const same = runs.filter(({ outcome }) => outcome === "same").length;
  return `${judged}: ${parts.join(", ")}, ${same} the same.`;
}
