import type { Proof, ProofRequest, ProofResult } from "../proof.ts";
import { addCounts, runInThreads } from "../threads.ts";
import type { SeasonsAnswer, SeasonsRequest } from "./worker.ts";

const SEASONS_AT_A_TIME = 10;
const ENOUGH_FAILURES = 5;

/** What has to be met once in five hundred device-days, so that the run proves something. */
const SIGHTS = [
  ...["dropped", "duplicated", "torn", "disk full", "error after commit", "restart"],
  ...["office restored", "revoked", "turned away", "upgrade that reveals", "seasons on files"],
  ...["valid", "contested", "reopened", "forks", "conflicts", "refused"],
];
const SMALLEST_TELLING = 2000;

function findBlindSpots({ done, figures }: ProofResult): string[] {
  if (done < SMALLEST_TELLING) return [];
  return SIGHTS.filter((sight) => (figures[sight] ?? 0) < done / 2000).map((sight) => `too few: ${sight}`);
}

export const proof: Proof = {
  name: "simulation",
  unit: "device-days",
  sizes: { ci: 2_000, full: 1_000_000 },
  async run({ size, seed, deadline }: ProofRequest): Promise<ProofResult> {
    const result: ProofResult = { done: 0, failures: [], figures: {} };
    let first = seed * 10_000_000;
    const nextSeasons = (): SeasonsRequest | undefined => {
      const isOver = result.done >= size || Date.now() > deadline || result.failures.length >= ENOUGH_FAILURES;
      if (isOver) return undefined;
      const request = { first, count: SEASONS_AT_A_TIME };
      first += SEASONS_AT_A_TIME;
      return request;
    };
    await runInThreads(new URL("./worker.ts", import.meta.url), nextSeasons, (answer: SeasonsAnswer) => {
      result.done += answer.deviceDays;
      result.failures.push(...answer.failures);
      addCounts(result.figures, answer.sights);
    });
    if (result.failures.length === 0) result.failures.push(...findBlindSpots(result));
    return result;
  },
};
