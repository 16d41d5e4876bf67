import type { Party, StepId } from "../../src-main/contract/names.ts";
import type { StepState, StepSummary } from "../../src-main/contract/steps.ts";
import { wordMomentsBriefly } from "./time.ts";

export const stepStateWords: Record<StepState, string> = {
  "not-applicable": "Does not apply",
  open: "Open",
  "in-progress": "In progress",
  ready: "Ready to sign",
  signed: "Signed",
  "needs-review": "Needs review",
};

export const partyWords: Record<Party, string> = {
  customer: "Customer",
  consultant: "Consultant",
  vendor: "Vendor",
  both: "Customer and consultant",
};

/** "3 Outbound routing"; considerations have no number. */
export const nameStep = ({ number, title }: Pick<StepSummary, "number" | "title">): string =>
  number === null ? title : `${number} ${title}`;

/** The word for a step's state; an open step that waits for earlier ones is locked. */
export const nameState = (step: StepSummary): string =>
  isLocked(step) && step.state === "open" ? "Locked" : stepStateWords[step.state];

/** Whether earlier steps should be signed first, or closing the old way would lose mail; a signed step waits for nothing. */
export const isLocked = (step: StepSummary): boolean =>
  (step.waitsFor.length > 0 || isHeldByCaches(step)) &&
  (step.state === "open" || step.state === "in-progress" || step.state === "ready");

/** The lockdown is not even begun before caches have forgotten the old MX records; the step before it only cannot be completed. */
const isHeldByCaches = ({ step, waitsForCaches }: StepSummary): boolean => step === "lockdown" && waitsForCaches !== "";

/** Why a step is locked, needs review or does not apply, in one sentence; empty when there is nothing to explain. */
export function explainStep(step: StepSummary, steps: readonly StepSummary[], now = new Date()): string {
  if (!isLocked(step)) return step.reason;
  if (step.waitsFor.length === 0) return wordMomentsBriefly(step.waitsForCaches, now);
  const names = step.waitsFor.map((id: StepId) => {
    const other = steps.find((candidate) => candidate.step === id);
    return other ? nameStep(other) : id;
  });
  return `Waits for the sign-off of ${joinWords(names)}.`;
}

/** The same beside the list of steps, where numbers say enough: "Waits for steps 3 and 4." */
export function explainStepBriefly(step: StepSummary, steps: readonly StepSummary[], now = new Date()): string {
  if (!isLocked(step)) return step.reason;
  if (step.waitsFor.length === 0) return wordMomentsBriefly(step.waitsForCaches, now);
  const numbers = step.waitsFor.map((id) => String(steps.find((other) => other.step === id)?.number ?? id));
  return `Waits for ${numbers.length === 1 ? "step" : "steps"} ${joinWords(numbers)}`;
}

/** "a", "a and b", "a, b and c". */
export function joinWords(words: readonly string[]): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** "1 task", "2 tasks"; other plurals are given. */
export const countNoun = (count: number, noun: string, plural = `${noun}s`): string =>
  `${count} ${count === 1 ? noun : plural}`;
