import type { ConflictView } from "../../src-main/contract/conflicts.ts";
import type { StepSummary } from "../../src-main/contract/steps.ts";
import { joinWords, nameStep } from "./steps.ts";

type Version = ConflictView["versions"][number];

const authorsOf = (versions: readonly Version[]) => [...new Set(versions.map(({ author }) => author))];

/** What happened, with names: "Ben removed it while Anna changed it". */
export function describeConflict({ versions }: ConflictView): string {
  const removers = authorsOf(versions.filter(({ deleted }) => deleted));
  const writers = authorsOf(versions.filter(({ deleted }) => !deleted));
  if (removers.length > 0 && writers.length > 0) {
    return `${joinWords(removers)} removed it while ${joinWords(writers)} changed it.`;
  }
  const [only, ...others] = writers;
  if (others.length === 0) return `${only ?? "Somebody"} wrote different values on different copies.`;
  return `${joinWords(writers)} wrote different values without knowing of each other.`;
}

/** A version's value in words, also when there is none. */
export function describeVersion({ value, deleted }: Version): string {
  if (deleted) return "Removed";
  return value === null || value === "" ? "Empty" : value;
}

export interface ConflictGroup {
  title: string;
  conflicts: ConflictView[];
}

/** Conflicts by step in the order of the engagement; what belongs to no step comes first. */
export function groupConflicts(
  conflicts: readonly ConflictView[],
  steps: readonly Pick<StepSummary, "step" | "number" | "title">[],
): ConflictGroup[] {
  const general = { title: "Answers and details", conflicts: conflicts.filter(({ step }) => step === null) };
  const bySteps = steps.map((summary) => ({
    title: nameStep(summary),
    conflicts: conflicts.filter(({ step }) => step === summary.step),
  }));
  return [general, ...bySteps].filter((group) => group.conflicts.length > 0);
}

/** Where to go on after one was decided: the one that follows it in the order shown, else the last that is left; null when none is. */
export function findNextConflict(before: readonly string[], decided: string, left: readonly string[]): string | null {
  const follower = before.slice(before.indexOf(decided) + 1).find((cell) => left.includes(cell));
  return follower ?? left.at(-1) ?? null;
}
