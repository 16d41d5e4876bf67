import { createSystemWorld, type World } from "../../src-main/engine/world.ts";

/** A world whose time stands still until it is moved, and whose waits end only then. */
export interface SlowWorld extends World {
  /** Moves the clock; waits that are over by then end. */
  pass(milliseconds: number): void;
  /** Milliseconds of the waits that are going on. */
  waiting(): number[];
}

interface Wait {
  until: number;
  release(): void;
}

export function createSlowWorld(start: string): SlowWorld {
  const real = createSystemWorld();
  const waits = new Set<Wait>();
  let now = Date.parse(start);
  return {
    ...real,
    clock: { now: () => new Date(now), mono: real.clock.mono },
    wait: (milliseconds, signal) =>
      new Promise<void>((resolve, reject) => {
        const wait = { until: now + milliseconds, release: resolve };
        waits.add(wait);
        signal.addEventListener("abort", () => {
          waits.delete(wait);
          reject(new DOMException("The wait was cancelled.", "AbortError"));
        });
      }),
    waiting: () => [...waits].map(({ until }) => until - now),
    pass: (milliseconds) => {
      now += milliseconds;
      for (const wait of [...waits].filter(({ until }) => until <= now)) {
        waits.delete(wait);
        wait.release();
      }
    },
  };
}
