import { describe, expect, it } from "vitest";
import { runHistories } from "../../proof/histories/histories.ts";
import { findBlindSpots } from "../../proof/histories/proof.ts";

// To replay a failure, take seed and path from its message.
const { FIELDBOOK_PROOF_SEED, FIELDBOOK_HISTORY_PATH: path } = process.env;
const HISTORIES = 1000;

describe("any history of copies, syncs, forks, restores and upgrades", () => {
  it(`holds S1 to S7 in ${HISTORIES} histories`, async () => {
    const seed = Number(FIELDBOOK_PROOF_SEED ?? 1);
    const { failure, done, sights } = await runHistories({ histories: HISTORIES, seed, ...(path ? { path } : {}) });
    expect(failure).toBeNull();
    expect(findBlindSpots(done, sights)).toEqual([]);
  }, 300_000);
});
