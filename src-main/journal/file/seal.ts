import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { type Connection, closeDatabase, openToSeal } from "./database.ts";
import { isEncrypted } from "./driver.ts";
import { UNSEALED } from "./schema.ts";

/**
 * The seal: SHA-256 over the whole file, kept in the file. SQLite never looks at free pages, the gaps inside pages and
 * some header bytes, so no check of the content can notice a flipped byte there; the seal does. It is set when a file is
 * closed in good order and on every hand-over copy, and blanked by the first write after. It is not a signature.
 *
 * Setting the seal is itself a write and changes exactly these bytes, which the sum leaves out:
 * the seal's own 32 (they end the page of its one-row table) and the two counters of the header, which must be equal.
 *
 * An encrypted file has no seal: each of its pages carries a MAC, which SQLite checks whenever it reads the page, and no
 * byte lies outside a page. In place of a seal it notes that it was closed in good order.
 */
const CHANGE_COUNTER = 24;
const VERSION_VALID_FOR = 92;
const SEAL_BYTES = 32;
/** Stands in an encrypted file that was closed in good order. */
const CLOSED = Buffer.alloc(SEAL_BYTES, 0xff);
const READ_BYTES = 1024 * 1024;

/** Offset of the seal in the file. */
function sealOffset(db: Connection): number {
  const page = db.prepare<[], number>("SELECT rootpage FROM sqlite_schema WHERE name = 'seal'").pluck().get() ?? 0;
  const pageSize = Number(db.pragma("page_size", { simple: true }));
  return page * pageSize - SEAL_BYTES;
}

export function readSeal(db: Connection): { seal: Buffer; offset: number } {
  const seal = db.prepare<[], Buffer>("SELECT sha FROM seal WHERE id = 1").pluck().get() ?? Buffer.alloc(0);
  return { seal, offset: sealOffset(db) };
}

export function isSealed(seal: Buffer): boolean {
  return !seal.equals(UNSEALED);
}

/** Blanks `length` bytes of the file at `start`, as far as they lie in this chunk. */
function blank(chunk: Buffer, chunkStart: number, start: number, length: number): void {
  const from = Math.max(0, start - chunkStart);
  const to = Math.min(chunk.length, start + length - chunkStart);
  if (from < to) chunk.fill(0, from, to);
}

export interface FileSum {
  sum: Buffer;
  /** The bytes found where the seal lies. */
  stored: Buffer;
  areCountersEqual: boolean;
}

/** Sums the file at `path`. No connection of this process may be writing to it. */
export function sumFile(path: string, offset: number, progress?: (done: number, total: number) => void): FileSum {
  const digest = createHash("sha256");
  const stored = Buffer.alloc(SEAL_BYTES);
  const counters = Buffer.alloc(8);
  const descriptor = openSync(path, "r");
  try {
    const { size } = fstatSync(descriptor);
    readSync(descriptor, stored, 0, SEAL_BYTES, offset);
    readSync(descriptor, counters, 0, 4, CHANGE_COUNTER);
    readSync(descriptor, counters, 4, 4, VERSION_VALID_FOR);
    const buffer = Buffer.alloc(READ_BYTES);
    for (let start = 0; start < size; ) {
      const chunk = buffer.subarray(0, readSync(descriptor, buffer, 0, READ_BYTES, start));
      if (chunk.length === 0) break;
      for (const counter of [CHANGE_COUNTER, VERSION_VALID_FOR]) blank(chunk, start, counter, 4);
      blank(chunk, start, offset, SEAL_BYTES);
      digest.update(chunk);
      start += chunk.length;
      progress?.(start, size);
    }
  } finally {
    closeSync(descriptor);
  }
  const areCountersEqual = counters.subarray(0, 4).equals(counters.subarray(4));
  return { sum: digest.digest(), stored, areCountersEqual };
}

/** What identifies the content that was summed: nobody may have written since when the seal is set. */
interface ContentMark {
  entries: number;
  blobs: number;
}

const SET_SEAL = `UPDATE seal SET sha = @sum WHERE id = 1 AND sha = zeroblob(32)
  AND (SELECT coalesce(max(pos), 0) FROM entry) = @entries AND (SELECT coalesce(max(rowid), 0) FROM blob) = @blobs`;

/** Blanks the seal in the transaction of the caller: from here on the file is being written to. */
export function blankSeal(db: Connection): void {
  db.exec("UPDATE seal SET sha = zeroblob(32) WHERE id = 1");
}

/**
 * Closes a writing connection and seals the file. A file that could not be sealed (full disk) is complete all the same;
 * verify then says that it is not sealed.
 */
export function closeAndSeal(db: Connection, path: string): void {
  const { seal, offset } = readSeal(db);
  if (isEncrypted(db)) {
    if (!isSealed(seal)) db.prepare("UPDATE seal SET sha = ? WHERE id = 1").run(CLOSED);
    closeDatabase(db);
    return;
  }
  const mark = db
    .prepare<[], ContentMark>(
      "SELECT (SELECT coalesce(max(pos), 0) FROM entry) AS entries, (SELECT coalesce(max(rowid), 0) FROM blob) AS blobs",
    )
    .get();
  closeDatabase(db);
  if (isSealed(seal) || !mark) return;
  const { sum } = sumFile(path, offset);
  const sealing = openToSeal(path);
  try {
    sealing.prepare(SET_SEAL).run({ sum, ...mark });
  } finally {
    closeDatabase(sealing);
  }
}
