import { expect, it } from "vitest";
import type { Proof } from "./proof.ts";

/** Registers the CI size of a proof as a test. The bound only ends a run that hangs; speed is measured in the benches. */
export function proveInCi(proof: Proof, longestSeconds: number): void {
  const obstacle = proof.obstacle?.() ?? null;
  const size = Number(process.env.FIELDBOOK_PROOF_SIZE ?? proof.sizes.ci);
  const seed = Number(process.env.FIELDBOOK_PROOF_SEED ?? 1);
  it.skipIf(obstacle !== null)(
    `${proof.name}: ${size} ${proof.unit}`,
    async () => {
      const { done, failures, figures } = await proof.run({ size, seed, deadline: Number.POSITIVE_INFINITY });
      console.log(`${proof.name}: ${done} ${proof.unit} ${JSON.stringify(figures)}`);
      expect(failures).toEqual([]);
      expect(done).toBeGreaterThanOrEqual(size);
    },
    longestSeconds * 1000,
  );
}
