import { createHash } from "node:crypto";
import { createDeviceKey, type JournalDeps } from "../../../src-main/journal/index.ts";
import { createRandom } from "../proof.ts";

export interface Dice {
  /** A whole number from 0 to below - 1. */
  next(below: number): number;
  bytes(count: number): Uint8Array;
  pick<T>(items: readonly T[]): T;
  /** True once in `times`. */
  once(times: number): boolean;
}

/** Random numbers that follow from a name alone, such as "seed 1, world 17". */
export function createDice(name: string): Dice {
  const random = createRandom(createHash("sha256").update(name).digest().readUInt32LE());
  return {
    ...random,
    pick: (items) => items[random.next(items.length)] as (typeof items)[number],
    once: (times) => random.next(times) === 0,
  };
}

/** PKCS #8 header of an Ed25519 private key (RFC 8410, section 7); the 32 bytes of the key follow it. */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");
const START = Date.UTC(2026, 10, 23, 9, 0, 0);

/** A consultant with a device key and a clock that follow from the dice. */
export function createPerson(name: string, dice: Dice): JournalDeps {
  let ticks = dice.next(100_000);
  return {
    clock: { now: () => new Date(START + 1000 * ticks++), mono: () => ticks },
    random: { bytes: (count) => dice.bytes(count) },
    device: createDeviceKey(Buffer.concat([PKCS8_PREFIX, dice.bytes(32)])),
    author: { name },
    appVersion: "0.1.0",
  };
}
