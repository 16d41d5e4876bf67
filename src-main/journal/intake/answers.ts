import * as z from "zod";
import { MAX_ENTRY_BYTES } from "../core/entry.ts";
import { BLOB_PART_BYTES } from "../file/blobs.ts";
import { CHUNK_ENTRIES, PROBLEMS_KEPT, SIGNATURE_BYTES } from "./wire.ts";

const isBytes = (least: number, most: number) =>
  z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length >= least && value.length <= most);
const count = z.int().min(0);
const signedBytes = z.strictObject({
  bytes: isBytes(1, MAX_ENTRY_BYTES),
  sig: isBytes(SIGNATURE_BYTES, SIGNATURE_BYTES),
});
const entries = z.array(signedBytes).min(1).max(CHUNK_ENTRIES);

const problem = z.strictObject({
  code: z.enum(["NOT_AN_ENTRY", "OTHER_HASH", "NEWER_VERSION", "BLOB_CHANGED"]),
  table: z.enum(["entry", "inbox", "blob"]),
  /** Counted from 1, in the order of reading. */
  row: z.int().min(1),
});

/**
 * What the reading process may answer. It has touched a hostile file and counts as taken over by it: no text of it is
 * passed on, only bytes whose worth lies in their hash and signature, numbers, and words of a closed list.
 */
export const answer = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("ready") }),
  z.strictObject({
    type: z.literal("failed"),
    code: z.enum([
      "NOT_FOUND",
      "NOT_A_FIELDBOOK",
      "NEWER_VERSION",
      "ENCRYPTED",
      "DAMAGED",
      "LOCKED",
      "READ_ONLY",
      "DISK_FULL",
      "IO",
    ]),
    reason: z.enum(["UNFINISHED_WRITE", "IMPOSSIBLE_VALUES", "TOO_TANGLED"]).nullable(),
  }),
  z.strictObject({
    type: z.literal("summary"),
    genesis: signedBytes,
    entries: count,
    waiting: count,
    blobs: count,
    bytes: count,
  }),
  z.strictObject({ type: z.literal("entries"), entries }),
  z.strictObject({ type: z.literal("waiting"), entries }),
  z.strictObject({
    type: z.literal("blob"),
    hash: z.string().regex(/^[0-9a-f]{64}$/),
    part: count,
    last: z.boolean(),
    bytes: isBytes(0, BLOB_PART_BYTES),
  }),
  z.strictObject({ type: z.literal("end"), problems: z.array(problem).max(PROBLEMS_KEPT), leftOut: count }),
]);
export type Answer = z.infer<typeof answer>;
export type RowProblem = z.infer<typeof problem>;
export type Failed = Extract<Answer, { type: "failed" }>;
