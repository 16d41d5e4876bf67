import { hash } from "node:crypto";

/** SHA-256 as 64 lower-case hex digits. */
export type Hash = string;

/** The clock of the host: `now` is claimed wall time, `mono` milliseconds that never go back. */
export interface Clock {
  now(): Date;
  mono(): number;
}

/** The random source of the host. */
export interface Random {
  bytes(count: number): Uint8Array;
}

const HASH = /^[0-9a-f]{64}$/;
const OP_ID = /^[0-9a-f]{64}:(0|[1-9][0-9]{0,6})$/;

export function isHash(value: unknown): value is Hash {
  return typeof value === "string" && HASH.test(value);
}

/** An op id is `entryHash:index`. */
export function isOpId(value: unknown): value is string {
  return typeof value === "string" && OP_ID.test(value);
}

export function splitOpId(id: string): { entry: Hash; index: number } {
  return { entry: id.slice(0, 64), index: Number(id.slice(65)) };
}

export function hashBytes(bytes: Uint8Array): Hash {
  return hash("sha256", bytes, "hex");
}

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export function isUuidV7(value: unknown): value is string {
  return typeof value === "string" && UUID_V7.test(value);
}

/** A point in the total order that breaks ties between concurrent writes: Lamport depth, then hash, then place in the entry. */
export interface Place {
  lam: number;
  entry: Hash;
  index: number;
}

export function comparePlaces(a: Place, b: Place): number {
  if (a.lam !== b.lam) return a.lam - b.lam;
  if (a.entry !== b.entry) return a.entry < b.entry ? -1 : 1;
  return a.index - b.index;
}
