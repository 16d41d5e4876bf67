import fc from "fast-check";
import { type History, history } from "./commands.ts";
import { loadOldProgram } from "./programs.ts";
import { checkHistory } from "./properties.ts";
import type { Sights } from "./world.ts";

export interface HistoriesRequest {
  histories: number;
  seed: number;
  /** Replays one history that failed; as fast-check prints it. */
  path?: string;
  /** Whether the shortest history is looked for that fails in the same way; true when left out. */
  isShrunk?: boolean;
}

export interface HistoriesResult {
  done: number;
  /** What went wrong first, with the seed and path that replay it and the shortest history found; null when all held. */
  failure: string | null;
  /** True when a property was violated, false when the program threw something else. */
  isViolation: boolean;
  sights: Sights;
}

/** Tries histories until one violates a property. Never throws for a violation. */
export async function runHistories({
  histories,
  seed,
  path,
  isShrunk = true,
}: HistoriesRequest): Promise<HistoriesResult> {
  const old = await loadOldProgram();
  const sights: Sights = {};
  const property = fc.property(history, (tried: History) => checkHistory(tried, old, sights));
  const replayed = path === undefined ? {} : { path };
  const details = fc.check(property, { seed, numRuns: histories, endOnFailure: !isShrunk, ...replayed });
  const error = details.errorInstance;
  return {
    done: details.numRuns,
    failure: details.failed ? describeFailure(details) : null,
    isViolation: error instanceof Error && error.name === "AssertionError",
    sights,
  };
}

function describeFailure({
  seed,
  counterexamplePath,
  counterexample,
  errorInstance,
}: fc.RunDetails<[History]>): string {
  const message = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  return `seed ${seed}, path ${counterexamplePath}: ${message}\n${JSON.stringify(counterexample?.[0])}`;
}
