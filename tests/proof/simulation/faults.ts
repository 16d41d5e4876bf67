import { createRandom } from "../proof.ts";

export type Random = ReturnType<typeof createRandom>;

/** What can go wrong, in percent of the occasions. */
export interface Faults {
  drop: number;
  duplicate: number;
  /** A chunk of entries ends early, or one of its bytes is another. */
  torn: number;
  diskFull: number;
  /** The disk keeps what it was given and reports an error all the same. */
  errorAfterCommit: number;
  clockJump: number;
  restart: number;
  peerRestored: number;
}

export const noFaults: Faults = {
  drop: 0,
  duplicate: 0,
  torn: 0,
  diskFull: 0,
  errorAfterCommit: 0,
  clockJump: 0,
  restart: 0,
  peerRestored: 0,
};

/** A generator whose first numbers differ also for neighbouring seeds. */
export function createSeasonRandom(seed: number): Random {
  const random = createRandom(Math.imul(seed ^ 0x5bd1e995, 0x9e3779b1));
  random.bytes(8);
  return random;
}

export function happens(random: Random, percent: number): boolean {
  return random.next(100) < percent;
}

/** Some seasons are calm, some wild. */
export function drawFaults(random: Random): Faults {
  const most = (percent: number): number => random.next(percent + 1);
  return {
    drop: most(30),
    duplicate: most(30),
    torn: most(20),
    diskFull: most(10),
    errorAfterCommit: most(5),
    clockJump: most(20),
    restart: most(40),
    peerRestored: most(6),
  };
}
