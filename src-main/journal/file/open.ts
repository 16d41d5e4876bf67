import { closeSync, openSync } from "node:fs";
import { resolve } from "node:path";
import { composeEntry, type Session } from "../authoring.ts";
import { signEntry } from "../core/entry.ts";
import { type Hash, hashBytes } from "../core/ids.ts";
import { Ledger } from "../core/ledger.ts";
import { createUuidV7 } from "../uuid.ts";
import { Blobs } from "./blobs.ts";
import { type Connection, closeDatabase, createTables, openDatabase } from "./database.ts";
import { keyFor } from "./driver.ts";
import { Entries } from "./entries.ts";
import { guardDisk, JournalFailure } from "./failure.ts";
import { checkHeader, claimForWriting, hasUnfinishedWrite } from "./header.ts";
import { Journal, type JournalDeps, type JournalMode } from "./journal.ts";
import { placeFile, removeQuietly, requireFreeName } from "./place.ts";
import { isSealed, readSeal } from "./seal.ts";
import { createStream } from "./streams.ts";
import { verifyContent } from "./verify.ts";

function randomSuffix(deps: JournalDeps): string {
  return Buffer.from(deps.random.bytes(8)).toString("hex");
}

function requireSound(db: Connection): void {
  const [problem] = verifyContent(db).problems;
  if (problem) throw new JournalFailure("DAMAGED", problem.sentence);
}

/** Writes tables and first entry into a file nobody knows yet. */
function writeGenesis(path: string, deps: JournalDeps, form: Hash, key: Uint8Array | undefined): Session {
  closeSync(openSync(path, "wx", 0o600));
  const db = createTables(path, key);
  try {
    const ledger = new Ledger(createUuidV7(deps.clock, deps.random));
    const openStream = () => createStream(deps, [form], null);
    const body = composeEntry([], { clock: deps.clock, author: deps.author, session: undefined, openStream }, ledger);
    const raw = signEntry(body, deps.device);
    const receipt = ledger.receive(raw);
    if (receipt.status !== "admitted") throw new Error(`first entry was not admitted: ${JSON.stringify(receipt)}`);
    const hash = ledger.graph.genesis ?? "";
    const { certificate } = deps;
    db.transaction(() => {
      if (certificate) new Blobs(db).put(hashBytes(certificate), certificate);
      new Entries(db).insert([{ hash, raw }]);
    })();
    return { stream: body.stream, prev: hash, seq: 0 };
  } finally {
    closeDatabase(db);
  }
}

function open(path: string, deps: JournalDeps, mode: JournalMode, form?: Hash, session?: Session): Journal {
  checkHeader(path);
  const key = keyFor(path, deps.vaultKey);
  // Reading cannot take back what a crash left half written; a short writing session can, where the disk allows it.
  if (mode === "read" && hasUnfinishedWrite(path)) closeDatabase(openDatabase(path, "write", "every page", key));
  const release = mode === "write" ? claimForWriting(path) : () => undefined;
  try {
    const db = openDatabase(path, mode, "every page", key);
    try {
      return guardDisk(() => {
        // A blank seal means that the last writer did not get to close the file: everything in it is looked at.
        if (mode === "write" && !session && !isSealed(readSeal(db).seal)) requireSound(db);
        return new Journal({ db, path, mode, form, session, release }, deps);
      });
    } catch (error) {
      closeDatabase(db);
      throw error;
    }
  } catch (error) {
    release();
    throw error;
  }
}

/**
 * Makes a new engagement file with its first entry and opens it for writing. The file appears under its name complete
 * or not at all.
 * @throws JournalFailure ALREADY_EXISTS, NOT_FOUND (no such folder), READ_ONLY, DISK_FULL, ENCRYPTED (no key for a name
 *   that wants one), IO
 */
export function createJournal(path: string, deps: JournalDeps, { form }: { form: Hash }): Journal {
  const target = resolve(path);
  requireFreeName(target);
  const unfinished = `${target}.new-${randomSuffix(deps)}`;
  const session = guardDisk(() => {
    try {
      const started = writeGenesis(unfinished, deps, form, keyFor(target, deps.vaultKey));
      placeFile(unfinished, target);
      return started;
    } finally {
      for (const leftover of [unfinished, `${unfinished}-journal`]) removeQuietly(leftover);
    }
  });
  try {
    return open(target, deps, "write", form, session);
  } catch (error) {
    for (const made of [target, `${target}-journal`]) removeQuietly(made);
    throw error;
  }
}

/**
 * Opens an engagement file. `write` takes the one write lock; `read` takes none and works on read-only disks.
 * @throws JournalFailure NOT_FOUND, NOT_A_FIELDBOOK, NEWER_VERSION, ENCRYPTED (no key, or another one), DAMAGED, LOCKED,
 *   READ_ONLY, IO; a file that cannot be opened is left as it is.
 */
export function openJournal(path: string, deps: JournalDeps, options: { mode: JournalMode; form?: Hash }): Journal {
  return open(resolve(path), deps, options.mode, options.form);
}
