/**
 * One row of the reliability table (README): a claim about the engagement file that is tried many times over. CI runs the
 * small size as a vitest test, `npm run proof` the full one until it is done or its time is up.
 */
export interface Proof {
  /** The claim in a few words. */
  name: string;
  /** What is counted: histories, disk states, kills, files. */
  unit: string;
  sizes: { ci: number; full: number };
  /** Why the proof cannot run on this machine; null when it can. */
  obstacle?(): string | null;
  run(request: ProofRequest): Promise<ProofResult>;
}

export interface ProofRequest {
  size: number;
  /** Everything random follows from it, so that a failure can be replayed. */
  seed: number;
  /** Milliseconds since 1970; no new unit starts after it. */
  deadline: number;
}

export interface ProofResult {
  done: number;
  /** One sentence each, with the seed or number that replays it. */
  failures: string[];
  /** Further counts worth printing, such as forks seen or the slowest file in ms. */
  figures: Record<string, number>;
}

/** A small seeded generator (xorshift32): the same seed gives the same numbers on every machine. */
export function createRandom(seed: number): { next(below: number): number; bytes(count: number): Uint8Array } {
  let state = seed >>> 0 || 0x9e3779b9;
  const draw = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
  return {
    next: (below) => draw() % below,
    bytes: (count) => Uint8Array.from({ length: count }, () => draw() >>> 24),
  };
}
