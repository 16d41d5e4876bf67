import { constants } from "node:os";
export type JournalFailureCode =
  | "NOT_FOUND"
  | "ALREADY_EXISTS"
  | "NOT_A_FIELDBOOK"
  | "NEWER_VERSION"
  | "ENCRYPTED"
  | "DAMAGED"
  | "LOCKED"
  | "READ_ONLY"
  | "DISK_FULL"
  | "BLOB_MISSING"
  | "REJECTED"
  | "IO";

const UNCHANGED = "The file is as it was before.";

/** The one exception of the engagement file: what happened (message), what was kept. */
export class JournalFailure extends Error {
  readonly code: JournalFailureCode;
  readonly kept: string;

  constructor(code: JournalFailureCode, message: string, kept: string = UNCHANGED) {
    super(message);
    this.name = "JournalFailure";
    this.code = code;
    this.kept = kept;
  }
}

const sentences: { [code in JournalFailureCode]: string } = {
  NOT_FOUND: "There is no file at this place.",
  ALREADY_EXISTS: "A file of this name is already there.",
  NOT_A_FIELDBOOK: "This is not an engagement file.",
  NEWER_VERSION: "The file was written by a newer version of the program.",
  ENCRYPTED: "The file is encrypted, and its key is not here.",
  DAMAGED: "The file is damaged.",
  LOCKED: "The file is open in another program.",
  READ_ONLY: "The file or its folder cannot be written.",
  DISK_FULL: "The disk is full.",
  BLOB_MISSING: "A file that this refers to is not in the engagement file.",
  REJECTED: "The action was refused.",
  IO: "The disk did not do what was asked.",
};

export function createFailure(code: JournalFailureCode): JournalFailure {
  return new JournalFailure(code, sentences[code]);
}

/** First match wins; SQLite's extended codes start with the primary code (sqlite.org/rescode.html). */
const codesByPrefix: [string, JournalFailureCode][] = [
  ["SQLITE_FULL", "DISK_FULL"],
  ["SQLITE_READONLY", "READ_ONLY"],
  ["SQLITE_BUSY", "LOCKED"],
  ["SQLITE_LOCKED", "LOCKED"],
  ["SQLITE_CORRUPT", "DAMAGED"],
  ["SQLITE_NOTADB", "NOT_A_FIELDBOOK"],
  ["SQLITE_SCHEMA", "DAMAGED"],
  // The file itself was opened before: what cannot be opened now is the rollback journal beside it.
  ["SQLITE_CANTOPEN", "READ_ONLY"],
  ["SQLITE_PERM", "READ_ONLY"],
  ["ENOSPC", "DISK_FULL"],
  ["EACCES", "READ_ONLY"],
  ["EPERM", "READ_ONLY"],
  ["EROFS", "READ_ONLY"],
  ["ENOENT", "NOT_FOUND"],
  ["ENOTDIR", "NOT_FOUND"],
  ["EISDIR", "NOT_A_FIELDBOOK"],
  ["EEXIST", "ALREADY_EXISTS"],
  ["EBUSY", "LOCKED"],
];

/** Turns what SQLite or the operating system threw into a {@link JournalFailure}; a bug stays what it is. */
export function toFailure(error: unknown): unknown {
  if (error instanceof JournalFailure) return error;
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
  const known = codesByPrefix.find(([prefix]) => code.startsWith(prefix));
  if (known) return createFailure(known[1]);
  // libuv has no name for a full quota.
  if (error instanceof Error && "errno" in error && error.errno === -constants.errno.EDQUOT)
    return createFailure("DISK_FULL");
  // Both database libraries name what they throw alike.
  const isFromDisk = error instanceof Error && (error.name === "SqliteError" || "errno" in error);
  return isFromDisk ? createFailure("IO") : error;
}

/** Runs `work`; whatever the disk throws in it comes out as a {@link JournalFailure}. */
export function guardDisk<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw toFailure(error);
  }
}
