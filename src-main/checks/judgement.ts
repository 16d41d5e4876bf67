import type { Finding, Judgement, Verdict } from "./types.ts";

/** Worst first. A failure seen outranks what could not be seen; what could not be seen is never a pass, not even one with a warning. */
const severity: readonly Verdict[] = ["fail", "error", "not-measurable", "warn", "pass"];

/** Limits a transcript that a hostile peer could blow up. */
const longestTranscript = 400_000;

const worstOf = (verdicts: readonly Verdict[]): Verdict =>
  severity.find((verdict) => verdicts.includes(verdict)) ?? "not-measurable";

/** Negative when the first verdict is worse than the second, positive when it is better, 0 when they are equal. */
export const compareVerdicts = (one: Verdict, other: Verdict): number =>
  severity.indexOf(one) - severity.indexOf(other);

export const finding = (verdict: Verdict, subject: string, text: string, todo = ""): Finding => ({
  verdict,
  subject,
  text,
  todo,
});

/**
 * Joins findings to a verdict: the worst one decides, its text is the reason, its instruction the next step.
 * `passed` is the sentence for the case that nothing is wrong; it names what was probed and no more.
 */
export function conclude(findings: Finding[], passed: string, transcript: string): Judgement {
  if (findings.length === 0) return concludeNothing(transcript);
  const verdict = worstOf(findings.map((one) => one.verdict));
  const text = transcript.length > longestTranscript ? `${transcript.slice(0, longestTranscript)}\n… cut` : transcript;
  const deciding = findings.filter((one) => one.verdict === verdict);
  const first = deciding[0];
  if (verdict === "pass" || !first) return { verdict, reason: passed, todo: "", findings, transcript: text };
  const more = deciding.length > 1 ? ` (${deciding.length - 1} more like it, see the findings.)` : "";
  const todo = [...new Set(deciding.map((one) => one.todo).filter((one) => one !== ""))].slice(0, 5).join(" ");
  return { verdict, reason: `${first.subject}: ${first.text}${more}`, todo, findings, transcript: text };
}

/** A record without anything to judge proves nothing, least of all what a pass would say. */
const concludeNothing = (transcript: string): Judgement => ({
  verdict: "not-measurable",
  reason: "The record holds nothing that could be judged.",
  todo: "Run the check again.",
  findings: [],
  transcript: transcript.slice(0, longestTranscript),
});

/** "a", "a and b", "a, b and c". */
export function listInWords(items: readonly string[], none = "none"): string {
  if (items.length <= 1) return items[0] ?? none;
  return `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

/** "the domain", "both domains", "all 3 domains". */
export const countInWords = (count: number, singular: string): string =>
  count === 1 ? `the ${singular}` : `${count === 2 ? "both" : `all ${count}`} ${singular}s`;

/** Seconds as a person says them. */
export function durationInWords(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}
