import { existsSync } from "node:fs";
import { hashBytes } from "../../../src-main/journal/core/ids.ts";
import { type Journal, type JournalDeps, openJournal, verifyFile } from "../../../src-main/journal/index.ts";
import type { Acknowledged } from "./acks.ts";

/** What a crash may leave of a file: its newest acknowledged state, or the one that was being made. */
export interface Allowed {
  newest: Acknowledged | undefined;
  coming: Acknowledged | undefined;
}

/**
 * How a file differs from what was promised. Content is stored before the entries that name it, so some of what is
 * `coming` may be there already.
 */
function compare(journal: Journal, promise: Acknowledged, coming: Acknowledged | undefined): string[] {
  const entries = journal.entries().map(({ bytes }) => hashBytes(bytes));
  const { waiting } = journal.state();
  const blobs = journal.blobs();
  const known = new Set([...promise.blobs, ...(coming?.blobs ?? [])]);
  const without = (some: string[], others: Set<string>): number => some.filter((one) => !others.has(one)).length;
  const differences = [
    [without(promise.entries, new Set(entries)), "entries are lost"],
    [without(entries, new Set(promise.entries)), "entries are there that were not written"],
    [without(promise.blobs, new Set(blobs)), "blobs are lost"],
    [without(blobs, known), "blobs are there that were not written"],
    [Math.abs(waiting - promise.waiting), "waiting entries are too many or too few"],
    [journal.head() === promise.head ? 0 : 1, "head is another one"],
  ] as const;
  return differences.filter(([count]) => count > 0).map(([count, words]) => `${count} ${words}`);
}

function compareOpened(journal: Journal, { newest, coming }: Allowed): string | undefined {
  const report = journal.verify();
  if (!report.ok) return `does not verify: ${report.problems[0]?.sentence}`;
  if (report.missingBlobs > 0) return `${report.missingBlobs} blobs are missing`;
  const promises = [newest, coming].filter((promise) => promise !== undefined);
  const differences = promises.map((promise) => compare(journal, promise, coming));
  if (differences.some((found) => found.length === 0)) return undefined;
  return `differs from what was acknowledged: ${differences[0]?.join(", ")}`;
}

/** What is wrong with a file that nobody writes to any more. */
function checkSealed(path: string, { newest, coming }: Allowed): string | undefined {
  if (!(newest ?? coming)?.isSealed || (newest && coming)) return undefined;
  const report = verifyFile(path);
  if (!report.ok) return `does not verify unopened: ${report.problems[0]?.sentence}`;
  return report.sealed ? undefined : "has no seal";
}

/**
 * Opens a file as the program would after the crash and compares it with what was acknowledged. Returns what is wrong,
 * or undefined.
 */
export function checkFile(path: string, allowed: Allowed, deps: JournalDeps): string | undefined {
  if (!existsSync(path)) return allowed.newest ? "is gone" : undefined;
  const unsealed = checkSealed(path, allowed);
  if (unsealed) return unsealed;
  try {
    const journal = openJournal(path, deps, { mode: "write" });
    try {
      return compareOpened(journal, allowed);
    } finally {
      journal.close();
    }
  } catch (error) {
    return `does not open: ${error instanceof Error ? error.message : error}`;
  }
}
