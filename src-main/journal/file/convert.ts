import { closeSync, existsSync, openSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { copyRows, sumRows } from "./content.ts";
import { type Connection, closeDatabase, createTables, openDatabase } from "./database.ts";
import { isVaultPath, PLAIN_ENDING, VAULT_ENDING } from "./driver.ts";
import { createFailure, guardDisk, JournalFailure } from "./failure.ts";
import { checkHeader, claimForWriting, hasUnfinishedWrite } from "./header.ts";
import { placeFile, removeQuietly, syncFile, syncFolder } from "./place.ts";
import { closeAndSeal } from "./seal.ts";
import { verifyContent } from "./verify.ts";

/*
 * A file changes its form by being written anew. The new file is made under a name nobody looks for, closed, opened again,
 * verified as a whole and compared row by row; then it gets its name, and only then the old one goes. What a crash leaves:
 *
 *   before the name   the old file as it was; the unfinished one is removed by the next attempt
 *   after the name    both files. Until one of them goes, the plain one is opened (it comes first in the list), and the next
 *                     attempt settles it: a file goes only when everything in it was found in the other one, and
 *                     that one is sound. Where each has something the other lacks, both stay, and it is said.
 */

/** Writes the content of an open file into a new one at `path`, encrypted where a key is given, and closes that. */
export function writeAnew(from: Connection, path: string, key: Uint8Array | undefined): void {
  closeSync(openSync(path, "wx", 0o600));
  const db = createTables(path, key);
  try {
    copyRows(from, db);
    closeAndSeal(db, path);
  } finally {
    closeDatabase(db);
  }
}

function requireSound(db: Connection): void {
  const [problem] = verifyContent(db).problems;
  if (problem) throw new JournalFailure("DAMAGED", problem.sentence);
}

/** Opens the new file as any reader does, verifies it and compares every row with those of the old one. */
function requireEqual(from: Connection, path: string, key: Uint8Array | undefined): void {
  const copy = openDatabase(path, "read", "every page", key);
  try {
    requireSound(copy);
    if (sumRows(copy) !== sumRows(from)) throw createFailure("IO");
  } finally {
    closeDatabase(copy);
  }
}

const HASHES = "SELECT hex(hash) FROM entry UNION SELECT hex(hash) FROM inbox UNION SELECT hex(hash) FROM blob";

const hashesOf = (db: Connection): Set<string> => new Set(db.prepare<[], string>(HASHES).pluck().all());
const isWithin = (part: Set<string>, whole: Set<string>): boolean => [...part].every((hash) => whole.has(hash));

interface Form {
  path: string;
  key: Uint8Array | undefined;
}

/**
 * Decides between two forms of one engagement. The source is open for writing.
 * @returns true when the source can go, false when the target was in the way and is gone.
 * @throws JournalFailure ALREADY_EXISTS when each holds something of its own, or DAMAGED; both files stay
 */
function settle(from: Connection, target: Form): boolean {
  checkHeader(target.path);
  // Only a writer takes back what a crash left half written.
  const mode = hasUnfinishedWrite(target.path) ? "write" : "read";
  const other = openDatabase(target.path, mode, "every page", target.key);
  try {
    const [here, there] = [hashesOf(from), hashesOf(other)];
    if (isWithin(here, there)) {
      requireSound(other);
      return true;
    }
    if (!isWithin(there, here)) {
      const sentence =
        "There is a plain and an encrypted form of this engagement, and each holds something of its own.";
      throw new JournalFailure("ALREADY_EXISTS", sentence, "Both were kept.");
    }
    requireSound(from);
  } finally {
    closeDatabase(other);
  }
  removeFile(target.path);
  return false;
}

function removeFile(path: string): void {
  for (const gone of [path, `${path}-journal`]) rmSync(gone, { force: true });
  try {
    syncFolder(path);
  } catch {
    // The name may come back with a power cut; the next attempt settles it.
  }
}

function convert(source: Form, target: Form): string {
  checkHeader(source.path);
  const unfinished = `${target.path}.unfinished`;
  const release = claimForWriting(source.path);
  try {
    // Open for writing: nobody else changes the old file until the new one has its name.
    const from = openDatabase(source.path, "write", "every page", source.key);
    try {
      if (!existsSync(target.path) || !settle(from, target)) {
        removeFile(unfinished);
        writeAnew(from, unfinished, target.key);
        requireEqual(from, unfinished, target.key);
        syncFile(unfinished);
        placeFile(unfinished, target.path);
      }
    } finally {
      closeDatabase(from);
    }
    removeFile(source.path);
    return target.path;
  } finally {
    for (const leftover of [unfinished, `${unfinished}-journal`]) removeQuietly(leftover);
    release();
  }
}

/**
 * Encrypts a plain engagement file that nobody has open: `NAME.fieldbook` becomes `NAME.fieldbook-vault`. The old bytes are
 * removed, not overwritten: what a disk does with them is for its own encryption to answer.
 * @returns path of the new file
 * @throws JournalFailure DAMAGED, LOCKED, ALREADY_EXISTS (see above), READ_ONLY, DISK_FULL, IO; the file is then as it was
 */
export function encryptFile(path: string, key: Uint8Array): string {
  const source = resolve(path);
  if (!source.endsWith(PLAIN_ENDING)) throw createFailure("NOT_A_FIELDBOOK");
  const target = source.slice(0, -PLAIN_ENDING.length) + VAULT_ENDING;
  return guardDisk(() => convert({ path: source, key: undefined }, { path: target, key }));
}

/** The way back, by the same rules: the plain file is sealed as any other. */
export function decryptFile(path: string, key: Uint8Array): string {
  const source = resolve(path);
  if (!isVaultPath(source)) throw createFailure("NOT_A_FIELDBOOK");
  const target = source.slice(0, -VAULT_ENDING.length) + PLAIN_ENDING;
  return guardDisk(() => convert({ path: source, key }, { path: target, key: undefined }));
}
