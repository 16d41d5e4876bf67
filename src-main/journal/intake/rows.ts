import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { isRejection, MAX_ENTRY_BYTES, readEntry, type SignedBytes } from "../core/entry.ts";
import { BLOB_PART_BYTES } from "../file/blobs.ts";
import { type Connection, openDatabase } from "../file/database.ts";
import { keyFor } from "../file/driver.ts";
import { createFailure } from "../file/failure.ts";
import { checkHeader } from "../file/header.ts";
import type { Answer, Failed, RowProblem } from "./answers.ts";
import { Effort } from "./effort.ts";
import { CHUNK_BYTES, CHUNK_ENTRIES, PROBLEMS_KEPT, SIGNATURE_BYTES } from "./wire.ts";

/** A refusal that says more than its code. */
export class ForeignFailure extends Error {
  readonly answer: Failed;

  constructor(code: Failed["code"], reason: Failed["reason"]) {
    super(reason ?? code);
    this.answer = { type: "failed", code, reason };
  }
}

interface EntryRow extends SignedBytes {
  hash: Buffer;
}

class Findings {
  readonly problems: RowProblem[] = [];
  readonly effort = new Effort();
  leftOut = 0;

  add(problem: RowProblem): void {
    this.leftOut++;
    if (this.problems.length < PROBLEMS_KEPT) this.problems.push(problem);
  }
}

function refuseSiblings(path: string): void {
  const hasSibling = ["-wal", "-journal"].some(
    (suffix) => (statSync(path + suffix, { throwIfNoEntry: false })?.size ?? 0) > 0,
  );
  if (hasSibling) throw new ForeignFailure("DAMAGED", "UNFINISHED_WRITE");
}

/** One look at every row that reads no value: the lengths stand in the heads of the rows. */
const IMPOSSIBLE_ROWS = `SELECT
  (SELECT count(*) FROM entry NOT INDEXED WHERE octet_length(hash) <> 32 OR octet_length(sig) <> @sig
    OR octet_length(bytes) NOT BETWEEN 1 AND @entry)
  + (SELECT count(*) FROM inbox NOT INDEXED WHERE octet_length(hash) <> 32 OR octet_length(sig) <> @sig
    OR octet_length(bytes) NOT BETWEEN 1 AND @entry)
  + (SELECT count(*) FROM blob NOT INDEXED WHERE octet_length(hash) <> 32 OR octet_length(bytes) > @part)`;

/**
 * Runs after the `quick_check` of opening, which must come before anything walks the pages: pages that lead to each other
 * in circles keep a reader busy for ever. The full check comes after the lengths, because it copies keys into memory.
 */
function checkRows(db: Connection): void {
  const limits = { sig: SIGNATURE_BYTES, entry: MAX_ENTRY_BYTES, part: BLOB_PART_BYTES };
  if (db.prepare<[typeof limits], number>(IMPOSSIBLE_ROWS).pluck().get(limits) !== 0) {
    throw new ForeignFailure("DAMAGED", "IMPOSSIBLE_VALUES");
  }
  if (db.pragma("integrity_check(1)", { simple: true }) !== "ok") throw createFailure("DAMAGED");
}

const ENTRIES = "SELECT hash, bytes, sig FROM entry ORDER BY pos";
const INBOX = "SELECT hash, bytes, sig FROM inbox NOT INDEXED ORDER BY rowid";

function readSummary(db: Connection): Answer {
  const counts = db
    .prepare<[], { entries: number; waiting: number; blobs: number; bytes: number }>(
      `SELECT (SELECT count(*) FROM entry) AS entries, (SELECT count(*) FROM inbox) AS waiting,
        (SELECT count(DISTINCT hash) FROM blob) AS blobs,
        (SELECT coalesce(sum(octet_length(bytes)), 0) FROM entry) + (SELECT coalesce(sum(octet_length(bytes)), 0) FROM inbox)
        + (SELECT coalesce(sum(octet_length(bytes)), 0) FROM blob) AS bytes`,
    )
    .get();
  for (const { bytes, sig } of db.prepare<[], EntryRow>(ENTRIES).iterate()) {
    const entry = readEntry(bytes);
    const isGenesis = !isRejection(entry) && entry.body.prev === null && entry.body.deps.length === 0;
    if (counts && isGenesis) return { type: "summary", genesis: { bytes, sig }, ...counts };
  }
  throw createFailure("DAMAGED");
}

/** @throws ForeignFailure when the entries up to this one are made to overwhelm whoever takes them in. */
function findProblem({ hash, bytes }: EntryRow, effort: Effort): RowProblem["code"] | null {
  const entry = readEntry(bytes);
  if (isRejection(entry)) return entry.rejected === "NEWER_VERSION" ? "NEWER_VERSION" : "NOT_AN_ENTRY";
  if (entry.hash !== hash.toString("hex")) return "OTHER_HASH";
  if (!effort.add(entry)) throw new ForeignFailure("DAMAGED", "TOO_TANGLED");
  return null;
}

function* readEntries(db: Connection, table: "entry" | "inbox", findings: Findings): Generator<Answer> {
  const type = table === "entry" ? "entries" : "waiting";
  let entries: SignedBytes[] = [];
  let size = 0;
  let row = 0;
  for (const read of db.prepare<[], EntryRow>(table === "entry" ? ENTRIES : INBOX).iterate()) {
    row++;
    const code = findProblem(read, findings.effort);
    if (code) {
      findings.add({ code, table, row });
      continue;
    }
    const { bytes, sig } = read;
    if (entries.length === CHUNK_ENTRIES || (entries.length > 0 && size + bytes.length > CHUNK_BYTES)) {
      yield { type, entries };
      entries = [];
      size = 0;
    }
    entries.push({ bytes, sig });
    size += bytes.length;
  }
  if (entries.length > 0) yield { type, entries };
}

interface BlobPart {
  part: number;
  bytes: Buffer;
}

/** How many parts make up the blob; null when they are not the content that the hash names. */
function countParts(parts: Iterable<BlobPart>, hash: Buffer): number | null {
  const digest = createHash("sha256");
  let count = 0;
  let isLastWhole = true;
  for (const { part, bytes } of parts) {
    // Only the last part may be short.
    if (part !== count || !isLastWhole) return null;
    isLastWhole = bytes.length === BLOB_PART_BYTES;
    digest.update(bytes);
    count++;
  }
  return digest.digest().equals(hash) ? count : null;
}

/** Every blob is read twice: only content that has its hash goes out, and no blob is held as a whole. */
function* readBlobs(db: Connection, findings: Findings): Generator<Answer> {
  const after = db.prepare<[Buffer], Buffer>("SELECT hash FROM blob WHERE hash > ? ORDER BY hash LIMIT 1").pluck();
  const parts = db.prepare<[Buffer], BlobPart>("SELECT part, bytes FROM blob WHERE hash = ? ORDER BY part");
  let row = 0;
  for (let hash = after.get(Buffer.alloc(0)); hash; hash = after.get(hash)) {
    row++;
    const count = countParts(parts.iterate(hash), hash);
    if (count === null) {
      findings.add({ code: "BLOB_CHANGED", table: "blob", row });
      continue;
    }
    for (const { part, bytes } of parts.iterate(hash)) {
      yield { type: "blob", hash: hash.toString("hex"), part, last: part === count - 1, bytes };
    }
  }
}

/**
 * Reads a foreign engagement file, one answer at a time. Runs in the reading process only: whatever SQLite does with the
 * file, it does there.
 * @throws JournalFailure, {@link ForeignFailure}
 */
export function* readForeignRows(path: string, vaultKey?: Uint8Array): Generator<Answer> {
  checkHeader(path);
  refuseSiblings(path);
  const db = openDatabase(path, "read", "every page", keyFor(path, vaultKey));
  try {
    checkRows(db);
    const findings = new Findings();
    yield readSummary(db);
    yield* readEntries(db, "entry", findings);
    yield* readEntries(db, "inbox", findings);
    yield* readBlobs(db, findings);
    const { problems, leftOut } = findings;
    yield { type: "end", problems, leftOut };
  } finally {
    db.close();
  }
}
