import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { type Entry, isRejection, readEntry, type SignedBytes } from "../core/entry.ts";
import { type Hash, isHash } from "../core/ids.ts";
import { Ledger, type Receipt } from "../core/ledger.ts";
import { Effort } from "../intake/effort.ts";
import { BLOB_PART_BYTES } from "./blobs.ts";
import { type Connection, openDatabase } from "./database.ts";
import { isEncrypted, keyFor } from "./driver.ts";
import { Entries, type HeadRow } from "./entries.ts";
import { createFailure, JournalFailure, type JournalFailureCode, toFailure } from "./failure.ts";
import { checkHeader, hasUnfinishedWrite } from "./header.ts";
import { readEngagementId } from "./load.ts";
import { isSealed, readSeal, sumFile } from "./seal.ts";

type ProblemCode =
  | JournalFailureCode
  | "UNFINISHED_WRITE"
  | "STRUCTURE"
  | "SEAL"
  | "ENTRY"
  | "INBOX"
  | "BLOB"
  | "DERIVED";

interface Problem {
  code: ProblemCode;
  /** Table and row, or the file. */
  where: string;
  sentence: string;
}

export interface VerifyReport {
  ok: boolean;
  entries: number;
  blobs: number;
  /** Files that entries name and this copy does not hold; allowed, but the copy is not complete. */
  missingBlobs: number;
  /**
   * True when the file was closed in good order and its seal was compared: then a change of any single byte is found.
   * Without a seal (open now, or the last session ended in a crash) every stored value is checked, but not the unused bytes.
   * An encrypted file has none and needs none: each of its pages carries a MAC.
   */
  sealed: boolean;
  problems: Problem[];
}

export type Progress = (done: number, total: number) => void;

/** A hopeless file does not need a longer list. */
const PROBLEMS_KEPT = 100;

class Findings {
  readonly problems: Problem[] = [];

  add(code: ProblemCode, where: string, sentence: string): void {
    if (this.problems.length < PROBLEMS_KEPT) this.problems.push({ code, where, sentence });
  }
}

interface Step {
  done: number;
  total: number;
  progress: Progress | undefined;
}

function advance(step: Step): void {
  step.done++;
  if (step.done % 100 === 0 || step.done === step.total) step.progress?.(step.done, step.total);
}

/** A ledger that does not start on a file made to keep it busy for ever. */
class GuardedLedger {
  readonly ledger: Ledger;
  readonly #effort = new Effort();

  constructor(engagement: string) {
    this.ledger = new Ledger(engagement);
  }

  /** @throws JournalFailure DAMAGED */
  receive(raw: SignedBytes): Receipt {
    const entry = readEntry(raw.bytes);
    if (!isRejection(entry) && !this.#effort.add(entry)) {
      throw new JournalFailure("DAMAGED", "The file holds more parallel versions than any engagement leads to.");
    }
    return this.ledger.receive(raw);
  }
}

function checkEntries(db: Connection, ledger: GuardedLedger, findings: Findings, step: Step): number {
  const rows = db.prepare<[], { pos: number; hash: Buffer; bytes: Buffer; sig: Buffer }>(
    "SELECT pos, hash, bytes, sig FROM entry ORDER BY pos",
  );
  let count = 0;
  for (const { pos, hash, bytes, sig } of rows.iterate()) {
    count++;
    const where = `entry ${pos}`;
    if (pos !== count)
      findings.add("ENTRY", where, "An entry is missing before this one, or its position was changed.");
    const receipt = ledger.receive({ bytes, sig });
    if (receipt.status === "rejected") findings.add("ENTRY", where, `The entry is not genuine (${receipt.rejected}).`);
    else if (receipt.status !== "admitted") findings.add("ENTRY", where, "The entry does not stand where it belongs.");
    else if (receipt.admitted[0]?.hash !== hash.toString("hex"))
      findings.add("ENTRY", where, "The entry has another hash.");
    advance(step);
  }
  return count;
}

function checkInbox(entries: Entries, ledger: GuardedLedger, findings: Findings): void {
  let row = 0;
  for (const { hash, bytes, sig } of entries.inbox()) {
    const receipt = ledger.receive({ bytes, sig });
    const isRight = receipt.status === "waiting" && receipt.hash === hash.toString("hex");
    if (!isRight)
      findings.add("INBOX", `inbox row ${++row}`, "A waiting entry is not what its hash says, or need not wait.");
  }
}

function checkBlobs(db: Connection, findings: Findings, step: Step): Set<Hash> {
  const found = new Set<Hash>();
  const hashes = db.prepare<[], Buffer>("SELECT DISTINCT hash FROM blob ORDER BY hash").pluck().all();
  const parts = db.prepare<[Buffer], { part: number; bytes: Buffer }>(
    "SELECT part, bytes FROM blob WHERE hash = ? ORDER BY part",
  );
  for (const key of hashes) {
    const hash = key.toString("hex");
    const digest = createHash("sha256");
    let next = 0;
    let isWhole = true;
    for (const { part, bytes } of parts.iterate(key)) {
      // Only the last part may be short, and none long.
      if (part !== next++ || !isWhole || bytes.length > BLOB_PART_BYTES)
        findings.add("BLOB", `blob ${hash}`, "A part of a stored file is missing or misplaced.");
      isWhole = bytes.length === BLOB_PART_BYTES;
      digest.update(bytes);
    }
    if (digest.digest("hex") !== hash) findings.add("BLOB", `blob ${hash}`, "A stored file was changed.");
    found.add(hash);
    advance(step);
  }
  return found;
}

const headKey = ({ entity, field, op }: Pick<HeadRow, "entity" | "field" | "op">): string =>
  JSON.stringify([entity, field, op]);
const headContent = ({ lam, value }: Pick<HeadRow, "lam" | "value">): string => JSON.stringify([lam, value]);

function checkDerived(entries: Entries, ledger: Ledger, findings: Findings): void {
  const expected = new Map<string, string>();
  for (const record of ledger.cells.records.values()) {
    for (const { entity, field, heads } of record.cells.values()) {
      for (const { op, lam, value, deleted } of heads) {
        const content = headContent({ lam, value: deleted ? null : JSON.stringify(value) });
        expected.set(headKey({ entity, field, op }), content);
      }
    }
  }
  for (const row of entries.heads()) {
    const key = headKey(row);
    if (expected.get(key) !== headContent(row)) {
      findings.add("DERIVED", `head ${row.entity}#${row.field}`, "A derived value differs from the entries.");
    }
    expected.delete(key);
  }
  if (expected.size > 0) findings.add("DERIVED", "head", "Derived values are missing.");
}

export function referencedBlobs(entries: Iterable<{ entry: Entry }>): Set<Hash> {
  const found = new Set<Hash>();
  for (const { entry } of entries) {
    for (const op of entry.ops) {
      if (op.kind === "open" && isHash(op.certificate)) found.add(op.certificate);
      if (op.kind === "attach") found.add(op.blob);
      if (op.kind === "sign") for (const hash of [...op.evidence, op.drawing, op.strokes]) found.add(hash);
    }
  }
  return found;
}

/** Checks everything the tables hold: page structure, entries, inbox, blobs, derived rows. */
export function verifyContent(db: Connection, progress?: Progress): VerifyReport {
  const findings = new Findings();
  const structure = db.prepare<[], string>("PRAGMA integrity_check(20)").pluck().all();
  for (const line of structure) if (line !== "ok") findings.add("STRUCTURE", "file", `The file is damaged: ${line}.`);
  const total = db
    .prepare<[], number>("SELECT (SELECT count(*) FROM entry) + (SELECT count(DISTINCT hash) FROM blob)")
    .pluck()
    .get();
  const step = { done: 0, total: total ?? 0, progress };
  const guarded = new GuardedLedger(readEngagementId(db));
  const { ledger } = guarded;
  const tables = new Entries(db);
  const entries = checkEntries(db, guarded, findings, step);
  checkInbox(tables, guarded, findings);
  checkDerived(tables, ledger, findings);
  const blobs = checkBlobs(db, findings, step);
  const missing = [...referencedBlobs(ledger.graph.nodes.values())].filter((hash) => !blobs.has(hash));
  const { problems } = findings;
  const counts = { entries, blobs: blobs.size, missingBlobs: missing.length };
  return { ok: problems.length === 0, ...counts, sealed: false, problems };
}

function checkSeal(db: Connection, path: string, findings: Findings): boolean {
  const { seal, offset } = readSeal(db);
  const { sum, stored, areCountersEqual } = sumFile(path, offset);
  if (!areCountersEqual) findings.add("SEAL", "header", "The counters in the header of the file differ.");
  if (!stored.equals(seal)) findings.add("SEAL", "seal", "The seal does not stand where it belongs.");
  if (isSealed(seal) && !sum.equals(seal)) findings.add("SEAL", "file", "The file was changed after it was closed.");
  return isSealed(seal);
}

function verifyOpened(path: string, progress?: Progress, vaultKey?: Uint8Array): VerifyReport {
  checkHeader(path);
  if (hasUnfinishedWrite(path)) {
    const sentence =
      "A write was interrupted: open the file in the program once, which takes it back to the last saved state.";
    return failedReport({ code: "UNFINISHED_WRITE", where: "file", sentence });
  }
  const db = openDatabase(path, "read", "every page", keyFor(path, vaultKey));
  try {
    const findings = new Findings();
    const sealed = !isEncrypted(db) && checkSeal(db, path, findings);
    const report = verifyContent(db, progress);
    const problems = [...findings.problems, ...report.problems];
    return { ...report, ok: problems.length === 0, sealed, problems };
  } finally {
    db.close();
  }
}

function failedReport(problem: Problem): VerifyReport {
  return { ok: false, entries: 0, blobs: 0, missingBlobs: 0, sealed: false, problems: [problem] };
}

/**
 * Verifies a file from anywhere without changing it. Damaged and hostile bytes become problems; it does not throw.
 * @param vaultKey needed for an encrypted file.
 */
export function verifyFile(path: string, progress?: Progress, vaultKey?: Uint8Array): VerifyReport {
  try {
    return verifyOpened(resolve(path), progress, vaultKey);
  } catch (error) {
    const failure = toFailure(error);
    const { code, message } = failure instanceof JournalFailure ? failure : createFailure("DAMAGED");
    return failedReport({ code, where: "file", sentence: message });
  }
}
