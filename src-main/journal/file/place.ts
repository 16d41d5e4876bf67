import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname, resolve } from "node:path";
import { createFailure, guardDisk, JournalFailure } from "./failure.ts";
import { hasUnfinishedWrite } from "./header.ts";

const COPY_BYTES = 1024 * 1024;
/** Virus scanners and indexers hold fresh files on Windows; a rename is tried again for this long. */
const RENAME_PATIENCE_MS = 10_000;
const RENAME_PAUSE_MS = 100;

/** Brings the content of a finished file to the disk. */
export function syncFile(path: string): void {
  const descriptor = openSync(path, "r+");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Makes a new name durable. Windows cannot sync a folder; there the rename itself is journalled. */
export function syncFolder(path: string): void {
  if (process.platform === "win32") return;
  const descriptor = openSync(dirname(path), "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Makes a folder and those above it; each name is on the disk when this returns. */
export function makeFolder(path: string): void {
  const folder = resolve(path);
  guardDisk(() => {
    const highest = mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (highest === undefined) return;
    for (let made = folder; made.length >= highest.length; made = dirname(made)) syncFolder(made);
  });
}

function hasCode(error: unknown, codes: string[]): boolean {
  return error instanceof Error && "code" in error && typeof error.code === "string" && codes.includes(error.code);
}

function renamePatiently(from: string, to: string): void {
  const end = Date.now() + RENAME_PATIENCE_MS;
  for (;;) {
    try {
      renameSync(from, to);
      return;
    } catch (error) {
      const isHeld = process.platform === "win32" && hasCode(error, ["EPERM", "EACCES", "EBUSY"]);
      if (!isHeld || Date.now() > end) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RENAME_PAUSE_MS);
    }
  }
}

/**
 * Fails with ALREADY_EXISTS unless the name is free. It is not free either while the rollback journal of a former file
 * lies there: SQLite would play it into the new one.
 */
export function requireFreeName(target: string): void {
  if (existsSync(target)) throw createFailure("ALREADY_EXISTS");
  if (!hasUnfinishedWrite(target)) return;
  throw new JournalFailure(
    "ALREADY_EXISTS",
    "The remains of a file of this name are still there: choose another name.",
  );
}

/** Gives a finished file its name; never overwrites. A link fails when the name is taken, where a rename would replace. */
export function placeFile(finished: string, target: string): void {
  const takeBack = giveName(finished, target);
  try {
    syncFolder(target);
  } catch (error) {
    takeBack();
    throw error;
  }
  removeQuietly(finished);
}

/** Returns what takes the name away again and leaves the finished file where it was. */
function giveName(finished: string, target: string): () => void {
  try {
    linkSync(finished, target);
    return () => removeQuietly(target);
  } catch (error) {
    if (hasCode(error, ["EEXIST"])) throw createFailure("ALREADY_EXISTS");
    if (!hasCode(error, ["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EISDIR", "EINVAL"])) throw error;
    // FAT and some network drives have no links: look, then rename.
    if (existsSync(target)) throw createFailure("ALREADY_EXISTS");
    renamePatiently(finished, target);
    return () => renamePatiently(target, finished);
  }
}

/** Removes what is left of an attempt. What cannot be removed must not hide how the attempt ended. */
export function removeQuietly(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // Its name is one that nobody takes for a finished file.
  }
}

/** Moves a closed file of our own to another name on the same disk; never overwrites. */
export function moveIntoPlace(file: string, target: string): void {
  guardDisk(() => {
    requireFreeName(target);
    placeFile(file, target);
  });
}

/** Walks a file in pieces and returns its SHA-256. */
function readPieces(path: string, take: (piece: Buffer) => void): string {
  const digest = createHash("sha256");
  const buffer = Buffer.alloc(COPY_BYTES);
  const descriptor = openSync(path, "r");
  try {
    for (let length = readSync(descriptor, buffer); length > 0; length = readSync(descriptor, buffer)) {
      digest.update(buffer.subarray(0, length));
      take(buffer.subarray(0, length));
    }
  } finally {
    closeSync(descriptor);
  }
  return digest.digest("hex");
}

/** Copies to a new file, syncs it, reads it back and compares. Leaves nothing behind when it fails. */
export function copyDurably(source: string, target: string): void {
  const descriptor = openSync(target, "wx", 0o600);
  try {
    let written = "";
    try {
      written = readPieces(source, (piece) => {
        for (let at = 0; at < piece.length; ) at += writeSync(descriptor, piece, at);
      });
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    if (readPieces(target, () => undefined) !== written) throw createFailure("IO");
  } catch (error) {
    removeQuietly(target);
    throw error;
  }
}
