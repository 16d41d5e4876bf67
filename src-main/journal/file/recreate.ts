import { closeSync, openSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { isRejection, readEntry, type SignedBytes } from "../core/entry.ts";
import type { Hash, Random } from "../core/ids.ts";
import { type Admitted, Ledger } from "../core/ledger.ts";
import { Blobs } from "./blobs.ts";
import { type Connection, closeDatabase, createTables } from "./database.ts";
import { keyFor } from "./driver.ts";
import { Entries } from "./entries.ts";
import { createFailure, guardDisk, JournalFailure } from "./failure.ts";
import { placeFile, removeQuietly, requireFreeName } from "./place.ts";
import { closeAndSeal } from "./seal.ts";
import { verifyFile } from "./verify.ts";

/** Content by SHA-256. */
export interface StoredBlob {
  hash: Hash;
  bytes: Uint8Array;
}

/** The engagement of some entries: that of the one entry that rests on nothing. */
function findEngagement(entries: readonly SignedBytes[]): string {
  for (const { bytes } of entries) {
    const entry = readEntry(bytes);
    if (!isRejection(entry) && entry.body.prev === null && entry.body.deps.length === 0) return entry.body.eng;
  }
  throw noBeginning();
}

const noBeginning = (): JournalFailure =>
  new JournalFailure("DAMAGED", "The first entry of the engagement is missing.");

function fill(db: Connection, ledger: Ledger, admitted: readonly Admitted[], blobs: Iterable<StoredBlob>): void {
  const tables = new Entries(db);
  const contents = new Blobs(db);
  for (const { hash, bytes } of blobs) db.transaction(() => contents.put(hash, bytes))();
  db.transaction(() => {
    tables.insert(admitted);
    for (const [hash, { raw }] of ledger.inbox) tables.wait(hash, raw);
    tables.rebuildHeads(ledger);
  })();
}

/**
 * Makes a clean engagement file from entries and content that came from elsewhere: a foreign copy, a damaged file, one
 * space of an engagement. What does not hold is left out; entries whose causes are missing wait. The file is sealed (an
 * encrypted one, by the name of the target, has no seal) and verified and appears under its name complete or not at all; it
 * is closed when this returns.
 * @throws JournalFailure DAMAGED when the first entry of the engagement is missing; ALREADY_EXISTS, READ_ONLY, DISK_FULL, IO
 */
export function createFromEntries(
  path: string,
  { random, vaultKey }: { random: Random; vaultKey?: Uint8Array },
  entries: Iterable<SignedBytes>,
  blobs: Iterable<StoredBlob>,
): void {
  const target = resolve(path);
  const all = [...entries];
  const ledger = new Ledger(findEngagement(all));
  const receipts = all.map((raw) => ledger.receive(raw));
  if (ledger.graph.genesis === undefined) throw noBeginning();
  const admitted = receipts.flatMap((receipt) => (receipt.status === "admitted" ? receipt.admitted : []));
  const key = keyFor(target, vaultKey);
  const suffix = Buffer.from(random.bytes(8)).toString("hex");
  // It ends as the target does: by its ending a reader knows whether it is encrypted.
  const unfinished = join(dirname(target), `.new-${suffix}-${basename(target)}`);
  guardDisk(() => {
    requireFreeName(target);
    try {
      closeSync(openSync(unfinished, "wx", 0o600));
      const db = createTables(unfinished, key);
      try {
        fill(db, ledger, admitted, blobs);
        closeAndSeal(db, unfinished);
      } finally {
        closeDatabase(db);
      }
      const report = verifyFile(unfinished, undefined, key);
      if (!report.ok || report.sealed === (key !== undefined)) throw createFailure("IO");
      placeFile(unfinished, target);
    } finally {
      for (const leftover of [unfinished, `${unfinished}-journal`]) removeQuietly(leftover);
    }
  });
}
