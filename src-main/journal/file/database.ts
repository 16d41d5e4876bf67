import { type Connection, openConnection } from "./driver.ts";
import { createFailure, guardDisk, JournalFailure } from "./failure.ts";
import { APPLICATION_ID, identityPragmas, isKnownSchema, type SchemaRow, tables, USER_VERSION } from "./schema.ts";

export type { Connection };

/** How much of a file is checked before its rows are read. */
type CheckDepth = "schema only" | "every page";

/** How long a second program waits for the file before it says LOCKED, in milliseconds. */
const LOCK_WAIT_MS = 500;

function readPragma(db: Connection, name: string): unknown {
  return db.pragma(name, { simple: true });
}

/** Settings that stand between SQLite and a crafted file (sqlite.org/security.html). */
function hardenReading(db: Connection): void {
  db.pragma("trusted_schema = OFF");
  db.pragma("cell_size_check = ON");
  db.pragma("mmap_size = 0");
}

/**
 * Sets how commits reach the disk, in this order, and reads every setting back. TRUNCATE commits by a synced write into
 * the journal file on every system; DELETE commits by an unlink, which Windows does not sync.
 */
function setDurability(db: Connection): void {
  db.pragma("locking_mode = EXCLUSIVE");
  db.pragma("journal_mode = TRUNCATE");
  db.pragma("synchronous = EXTRA");
  // A plain fsync on macOS leaves the data in the drive's cache.
  if (process.platform === "darwin") db.pragma("fullfsync = ON");
  const isTaken =
    readPragma(db, "locking_mode") === "exclusive" &&
    readPragma(db, "journal_mode") === "truncate" &&
    readPragma(db, "synchronous") === 3 &&
    (process.platform !== "darwin" || readPragma(db, "fullfsync") === 1);
  if (!isTaken) throw new JournalFailure("IO", "The file cannot be set to durable writing here.");
}

/** Makes the tables in an empty file, encrypted where a key is given. The caller sees to it that nobody else knows the file yet. */
export function createTables(path: string, key?: Uint8Array): Connection {
  const db = openConnection(path, { fileMustExist: true }, key);
  try {
    hardenReading(db);
    setDurability(db);
    for (const pragma of identityPragmas) db.pragma(pragma);
    db.transaction(() => {
      for (const { sql } of tables) db.exec(sql);
      db.exec("INSERT INTO seal (id, sha) VALUES (1, zeroblob(32))");
    })();
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Fails unless the file has the known tables and a sound page structure; reads no row before. */
function checkStructure(db: Connection, depth: CheckDepth): void {
  const rows = db.prepare<[], SchemaRow>("SELECT type, name, tbl_name, sql FROM sqlite_schema").all();
  if (!isKnownSchema(rows))
    throw new JournalFailure("NOT_A_FIELDBOOK", "The file has tables that no engagement file has.");
  if (depth === "every page" && readPragma(db, "quick_check(1)") !== "ok") throw createFailure("DAMAGED");
}

/**
 * Takes the one write lock now, so that a second program learns at once that the file is in use. Writing the version and
 * taking it back proves that file and folder can be written, before anybody types an answer.
 */
function lock(db: Connection): void {
  setDurability(db);
  db.exec("BEGIN EXCLUSIVE");
  try {
    db.pragma("user_version = 1");
  } finally {
    if (db.inTransaction) db.exec("ROLLBACK");
  }
}

/**
 * Reads the first page of an encrypted file, and in it what `checkHeader` reads of a plain one. A page whose MAC does not
 * hold looks the same as one of another key.
 */
function checkKey(db: Connection): void {
  const sentence = "The vault key does not open the file: it belongs to another vault, or its beginning is damaged.";
  try {
    if (readPragma(db, "application_id") !== APPLICATION_ID) throw createFailure("NOT_A_FIELDBOOK");
  } catch (error) {
    const isUnreadable = error instanceof Error && "code" in error && error.code === "SQLITE_NOTADB";
    throw isUnreadable ? new JournalFailure("ENCRYPTED", sentence) : error;
  }
  if (Number(readPragma(db, "user_version")) > USER_VERSION) throw createFailure("NEWER_VERSION");
}

/**
 * Opens a file whose header was checked; `write` holds the exclusive lock until it is closed. With a key the file is an
 * encrypted one.
 */
export function openDatabase(
  path: string,
  mode: "write" | "read",
  depth: CheckDepth = "every page",
  key?: Uint8Array,
): Connection {
  return guardDisk(() => {
    const options = { fileMustExist: true, readonly: mode === "read", timeout: LOCK_WAIT_MS };
    const db = openConnection(path, options, key);
    try {
      hardenReading(db);
      if (key) checkKey(db);
      if (mode === "write") lock(db);
      checkStructure(db, depth);
      return db;
    } catch (error) {
      closeDatabase(db);
      throw error;
    }
  });
}

/** Opens a file that this process has just closed, to set its seal. */
export function openToSeal(path: string): Connection {
  const db = openConnection(path, { fileMustExist: true, timeout: LOCK_WAIT_MS });
  try {
    hardenReading(db);
    setDurability(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Closes; the empty rollback journal goes away while the lock is still held. */
export function closeDatabase(db: Connection): void {
  if (!db.open) return;
  try {
    if (!db.readonly) db.pragma("journal_mode = DELETE");
  } catch {
    // On a damaged or locked file the rollback journal is not ours to remove.
  } finally {
    db.close();
  }
}

/** Version of the SQLite library inside the program, for the status page. */
export function sqliteVersion(): string {
  const db = openConnection(":memory:", {});
  try {
    return db.prepare<[], string>("SELECT sqlite_version()").pluck().get() ?? "";
  } finally {
    db.close();
  }
}
