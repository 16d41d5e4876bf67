import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Random } from "../core/ids.ts";
import { writeAnew } from "./convert.ts";
import { type Connection, closeDatabase, openToSeal } from "./database.ts";
import { isEncrypted } from "./driver.ts";
import { JournalFailure } from "./failure.ts";
import { copyDurably, placeFile, removeQuietly, requireFreeName, syncFile } from "./place.ts";
import { blankSeal, closeAndSeal } from "./seal.ts";
import { verifyFile } from "./verify.ts";

/**
 * Compacts the open file into a new one, which gets a seal of its own: that of the open file fits only its pages. What is
 * made of an encrypted file is encrypted with the same key.
 */
function compactFile(db: Connection, path: string): void {
  db.prepare<[string]>("VACUUM INTO ?").run(path);
  if (isEncrypted(db)) return;
  const sealing = openToSeal(path);
  try {
    blankSeal(sealing);
    closeAndSeal(sealing, path);
  } finally {
    closeDatabase(sealing);
  }
}

/** Compacts the open file into a new one: complete, sealed and on the disk under its name, or not there. */
export function snapshotFile(db: Connection, path: string): void {
  const target = resolve(path);
  requireFreeName(target);
  const unfinished = `${target}.part`;
  try {
    compactFile(db, unfinished);
    syncFile(unfinished);
    placeFile(unfinished, target);
  } finally {
    for (const leftover of [unfinished, `${unfinished}-journal`]) removeQuietly(leftover);
  }
}

/**
 * Writes a hand-over copy, plain also where the open file is encrypted: compacted in a private folder on the local disk,
 * sealed, verified as any reader would, copied next to the target, read back and compared, and only then given its name.
 */
export function exportFile(db: Connection, path: string, random: Random): void {
  const target = resolve(path);
  requireFreeName(target);
  const folder = mkdtempSync(join(tmpdir(), "fieldbook-"));
  const unfinished = `${target}.part-${Buffer.from(random.bytes(8)).toString("hex")}`;
  try {
    const copy = join(folder, "copy.fieldbook");
    if (isEncrypted(db)) writeAnew(db, copy, undefined);
    else compactFile(db, copy);
    const report = verifyFile(copy);
    if (!report.ok || !report.sealed) {
      throw new JournalFailure("DAMAGED", report.problems[0]?.sentence ?? "The copy could not be verified.");
    }
    copyDurably(copy, unfinished);
    placeFile(unfinished, target);
  } finally {
    for (const leftover of [unfinished, folder]) removeQuietly(leftover);
  }
}
