import fc from "fast-check";
import type { Json } from "../../../src-main/journal/core/json.ts";

export const AUTHORS = ["Anna", "Ben", "Cora"];
const ENTITIES = ["step/outbound/a", "step/outbound/b", "rfi/inbound"];
const FIELDS = ["x", "y"];
export const SCOPES = [["step/outbound/"], ["rfi/inbound#x"], ["step/", "rfi/", "internal/"]];
/** Among them two spellings of one value, and values that could be taken for a deletion. */
export const VALUES: Json[] = [0, 1, null, "deleted", { a: 1, b: [2] }, { b: [2], a: 1 }];

const who = fc.nat(AUTHORS.length - 1);
const seed = fc.nat(0xffff);
const what = {
  entity: fc.constantFrom(...ENTITIES),
  field: fc.constantFrom(...FIELDS),
  value: fc.constantFrom(...VALUES),
};

type Step<K, T> = { do: K; who: number } & T;

function one<K extends string, T>(
  weight: number,
  kind: K,
  model: { [P in keyof T]: fc.Arbitrary<T[P]> },
): { weight: number; arbitrary: fc.Arbitrary<Step<K, T>> } {
  const arbitrary = fc.record({ do: fc.constant(kind), who, ...model }) as unknown as fc.Arbitrary<Step<K, T>>;
  return { weight, arbitrary };
}

const command = fc.oneof(
  one(7, "set", what),
  one(1, "pair", { ...what, seed }),
  one(1, "attach", { entity: what.entity, seed }),
  one(2, "note", what),
  one(2, "delete", { entity: what.entity }),
  one(4, "sign", { scope: fc.nat(SCOPES.length - 1) }),
  one(2, "reopen", { seed }),
  one(1, "export", { seed }),
  // Disk full: while writing, while taking in.
  one(1, "fail", { ...what, from: who }),
  // What faulty, foreign and newer programs do.
  one(1, "blind", what),
  one(2, "knowing", { ...what, seed }),
  one(1, "twice", what),
  one(1, "opaque", { seed }),
  one(1, "strangeSign", { from: who, scope: fc.nat(SCOPES.length - 1), seed }),
  one(1, "strangeReopen", { from: who, seed }),
  one(2, "forge", { from: who, seed }),
  // What happens to copies.
  one(8, "sync", { from: who, keep: fc.nat(9), seed }),
  one(1, "handOver", { from: who }),
  one(1, "session", {}),
  one(2, "snapshot", { from: who }),
  one(1, "copy", { from: who }),
  one(1, "restore", { keep: fc.nat(20) }),
  one(1, "upgrade", {}),
);

export type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

/** What happened, and the order in which everything reaches the readers afterwards. */
export interface History {
  commands: Command[];
  seed: number;
  /** How much of everything a reader gets whose sync breaks off. */
  cut: number;
}

export const history: fc.Arbitrary<History> = fc.record({
  commands: fc.array(command, { maxLength: 30, size: "medium" }),
  seed: fc.nat(),
  cut: fc.nat(),
});

/** The items in another order that follows from the seed. */
export function shuffle<T>(items: readonly T[], seed: number): T[] {
  const shuffled = [...items];
  let state = seed >>> 0;
  for (let i = shuffled.length - 1; i > 0; i--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const j = (state >>> 8) % (i + 1);
    [shuffled[i], shuffled[j]] = [shuffled[j] as T, shuffled[i] as T];
  }
  return shuffled;
}
