import type { Proof, ProofRequest, ProofResult } from "../proof.ts";
import { addCounts, runInThreads } from "../threads.ts";
import type { HistoriesRequest, HistoriesResult } from "./histories.ts";

/** Histories that one worker tries at a time; each block has a seed of its own. */
const BLOCK = 500;
/** Most failures that are looked for, since each is shrunk to its shortest history first. */
const ENOUGH = 5;

/** What a run of this size has to meet at least once in a hundred histories, so that it proves something. */
const SIGHTS = [
  ...["valid", "contested", "stale", "reopened", "forks", "waiting", "opaque", "conflicts", "deletion against edit"],
  ...["internal", "handed over", "forged", "dropped", "refused change"],
  ...["signing refused for a conflict", "signing refused for a newer op"],
];
/** Rarer: an older program that had received a reopen or a deletion is upgraded. */
const RARE_SIGHTS = ["upgrade that reveals"];
const SMALLEST_TELLING = 1000;

/** Names what a run did not meet often enough. */
export function findBlindSpots(done: number, sights: { [sight: string]: number }): string[] {
  if (done < SMALLEST_TELLING) return [];
  const isSeldom = (times: number) => (sight: string) => (sights[sight] ?? 0) < times;
  const seldom = [...SIGHTS.filter(isSeldom(done / 100)), ...RARE_SIGHTS.filter(isSeldom(done / 1000))];
  return seldom.map((sight) => `the histories met "${sight}" only ${sights[sight] ?? 0} times`);
}

export const proof: Proof = {
  name: "histories",
  unit: "histories",
  sizes: { ci: 20_000, full: 1_000_000 },
  async run({ size, seed, deadline }: ProofRequest): Promise<ProofResult> {
    const result: ProofResult = { done: 0, failures: [], figures: {} };
    let block = 0;
    const nextBlock = (): HistoriesRequest | undefined => {
      const histories = Math.min(BLOCK, size - block * BLOCK);
      const isOver = histories <= 0 || Date.now() > deadline || result.failures.length >= ENOUGH;
      return isOver ? undefined : { histories, seed: (Math.imul(seed, 1_000_003) + block++) | 0 };
    };
    const take = ({ done, failure, sights }: HistoriesResult): void => {
      result.done += done;
      if (failure !== null) result.failures.push(failure);
      addCounts(result.figures, sights);
    };
    await runInThreads(new URL("./worker.ts", import.meta.url), nextBlock, take);
    if (result.failures.length === 0) result.failures.push(...findBlindSpots(result.done, result.figures));
    return result;
  },
};
