import { availableParallelism } from "node:os";
import type { Proof, ProofRequest, ProofResult } from "../proof.ts";
import { authoringMutants } from "./list/authoring.ts";
import { cellsMutants } from "./list/cells.ts";
import { graphMutants } from "./list/graph.ts";
import { ledgerMutants } from "./list/ledger.ts";
import { signOffsMutants } from "./list/signoffs.ts";
import { stateUndoMutants } from "./list/state-undo.ts";
import type { Mutant } from "./mutant.ts";
import { tryMutant } from "./trial.ts";

const mutants: readonly Mutant[] = [
  ...graphMutants,
  ...ledgerMutants,
  ...cellsMutants,
  ...signOffsMutants,
  ...authoringMutants,
  ...stateUndoMutants,
];
/** Histories after which a mutant counts as not caught; most are caught within fifty. */
const HISTORIES = 1500;
const SMALLEST_SHARE = 0.95;
const SLOWEST = "histories until the slowest kill";

export const proof: Proof = {
  name: "mutants",
  unit: "mutants",
  sizes: { ci: mutants.length, full: mutants.length },
  async run({ size, seed, deadline }: ProofRequest): Promise<ProofResult> {
    const result: ProofResult = { done: 0, failures: [], figures: { killed: 0 } };
    const whole = await tryMutant(null, 200, seed);
    if (whole.outcome !== "survived") result.failures.push(`the program without a mutant: ${JSON.stringify(whole)}`);
    const left = mutants.slice(0, size);
    const work = async (): Promise<void> => {
      for (let mutant = left.shift(); mutant && Date.now() < deadline; mutant = left.shift()) {
        await tryOne(mutant, seed, result);
      }
    };
    await Promise.all(Array.from({ length: availableParallelism() }, work));
    const share = (result.figures.killed ?? 0) / Math.max(1, result.done);
    if (share < SMALLEST_SHARE) result.failures.push(`only ${Math.round(100 * share)} % of the mutants were killed`);
    return result;
  },
};

async function tryOne(mutant: Mutant, seed: number, result: ProofResult): Promise<void> {
  const verdict = await tryMutant(mutant, HISTORIES, seed);
  const { figures, failures } = result;
  result.done++;
  const where = `"${mutant.name}" in ${mutant.file}`;
  if (verdict.outcome === "killed") {
    figures.killed = (figures.killed ?? 0) + 1;
    figures[SLOWEST] = Math.max(figures[SLOWEST] ?? 0, verdict.after);
  }
  if (verdict.outcome === "survived") figures[`survivor ${where}`] = 1;
  if (verdict.outcome === "broken") figures[`broken ${where}: ${verdict.why.slice(0, 200)}`] = 1;
  if (verdict.outcome === "outdated") failures.push(`${where}: its text is no longer there exactly once`);
}
