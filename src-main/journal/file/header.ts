import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { isVaultPath } from "./driver.ts";
import { createFailure, guardDisk } from "./failure.ts";
import { APPLICATION_ID, USER_VERSION } from "./schema.ts";

/** A hand-over file above this size is refused (8 GiB). */
const MAX_FILE_BYTES = 8 * 1024 ** 3;
const HEADER_BYTES = 100;
const MAGIC = Buffer.from("SQLite format 3\0", "latin1");

/**
 * Files this process has open for writing, by device and inode. On Unix, closing any descriptor of a file drops every
 * lock the process holds on it (sqlite.org/howtocorrupt.html, 2.2), so these files must not be read around SQLite.
 */
const openForWriting = new Set<string>();

function fileKey(path: string): string {
  const { dev, ino } = statSync(path, { bigint: true });
  return `${dev}:${ino}`;
}

/** Notes that this process writes the file; fails with LOCKED when it does already. Returns the release. */
export function claimForWriting(path: string): () => void {
  const key = guardDisk(() => fileKey(path));
  if (openForWriting.has(key)) throw createFailure("LOCKED");
  openForWriting.add(key);
  return () => openForWriting.delete(key);
}

/** Fails with LOCKED when this process has the file open for writing. */
function refuseIfClaimed(path: string): void {
  if (openForWriting.has(guardDisk(() => fileKey(path)))) throw createFailure("LOCKED");
}

function readHeader(path: string): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  const descriptor = openSync(path, "r");
  try {
    return header.subarray(0, readSync(descriptor, header, 0, HEADER_BYTES, 0));
  } finally {
    closeSync(descriptor);
  }
}

/** A file with the name of an encrypted one that is not encrypted was not made by this program. */
function refusePlainText(header: Buffer): void {
  if (header.length < HEADER_BYTES || header.subarray(0, 16).equals(MAGIC)) throw createFailure("NOT_A_FIELDBOOK");
}

/**
 * Looks at the first 100 bytes before SQLite sees the file: magic, application_id, user_version. Those of an encrypted file
 * say nothing; its first page is checked when it is opened with the key.
 * @throws JournalFailure NOT_FOUND, NOT_A_FIELDBOOK, NEWER_VERSION, DAMAGED, LOCKED, IO
 */
export function checkHeader(path: string): void {
  refuseIfClaimed(path);
  const stats = guardDisk(() => statSync(path));
  if (!stats.isFile() || stats.size > MAX_FILE_BYTES) throw createFailure("NOT_A_FIELDBOOK");
  const header = guardDisk(() => readHeader(path));
  if (isVaultPath(path)) {
    refusePlainText(header);
    return;
  }
  if (header.length < HEADER_BYTES || !header.subarray(0, 16).equals(MAGIC)) throw createFailure("NOT_A_FIELDBOOK");
  if (header.readUInt32BE(68) !== APPLICATION_ID) throw createFailure("NOT_A_FIELDBOOK");
  const version = header.readUInt32BE(60);
  if (version > USER_VERSION) throw createFailure("NEWER_VERSION");
  if (version !== USER_VERSION) throw createFailure("DAMAGED");
  // A file in WAL mode (2) was changed by a foreign program and may be incomplete without its sibling.
  if (header[18] !== 1 || header[19] !== 1) throw createFailure("NOT_A_FIELDBOOK");
}

/** True when a writer was cut off: its rollback journal still lies beside the file. */
export function hasUnfinishedWrite(path: string): boolean {
  const sibling = `${path}-journal`;
  return existsSync(sibling) && statSync(sibling).size > 0;
}
