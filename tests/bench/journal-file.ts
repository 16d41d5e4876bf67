import { copyFileSync, statSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { composeEntry } from "../../src-main/journal/authoring.ts";
import { type SignedBytes, signEntry } from "../../src-main/journal/core/entry.ts";
import { Ledger } from "../../src-main/journal/core/ledger.ts";
import type { Op } from "../../src-main/journal/core/ops.ts";
import type { JournalDeps } from "../../src-main/journal/file/journal.ts";
import { createStream } from "../../src-main/journal/file/streams.ts";
import { createJournal, generateDeviceKey, openJournal } from "../../src-main/journal/index.ts";
import { compare, printFigure } from "./measure.ts";

const deps = (): JournalDeps => ({
  clock: { now: () => new Date(), mono: () => performance.now() },
  random: { bytes: (count) => crypto.getRandomValues(new Uint8Array(count)) },
  device: generateDeviceKey().key,
  author: { name: "Anna" },
  appVersion: "0.1.0",
});
const form = "f".repeat(64);

/** What another copy wrote on top of some entries: answers in sessions of 500 entries, each over the one before. */
function writeElsewhere(base: readonly SignedBytes[], engagement: string, count: number): SignedBytes[] {
  const ledger = new Ledger(engagement);
  for (const raw of base) ledger.receive(raw, false);
  const made: SignedBytes[] = [];
  const other = deps();
  const openStream = () => createStream(other, [form], null);
  let session: Parameters<typeof composeEntry>[1]["session"];
  for (let i = 0; i < count; i++) {
    const [entity, field] = [`rfi/section${i % 40}`, `field${i % 25}`];
    const over = ledger.cells.headsOf(entity, field).map(({ op }) => op);
    const op: Op = { kind: "set", entity, field, value: `An answer of usual length, number ${i}`, over };
    if (i % 500 === 0) session = undefined;
    const body = composeEntry([op], { clock: other.clock, author: other.author, session, openStream }, ledger);
    const raw = signEntry(body, other.device);
    const receipt = ledger.receive(raw, false);
    if (receipt.status !== "admitted") throw new Error(receipt.status);
    session = { stream: body.stream, prev: receipt.admitted[0]?.hash ?? "", seq: body.seq };
    made.push(raw);
  }
  return made;
}

/** Opening, uniting and size of an engagement file with many entries. */
export async function journalFigures(folder: string, sizes = { open: 20_000, merge: 100_000 }): Promise<void> {
  const empty = join(folder, "empty.fieldbook");
  const first = createJournal(empty, deps(), { form });
  const [base, { engagement }] = [first.entries(), first];
  first.close();
  const entries = writeElsewhere(base, engagement, sizes.merge);
  await openFigure(folder, empty, entries.slice(0, sizes.open));
  await mergeFigure(folder, empty, entries);
}

async function openFigure(folder: string, empty: string, entries: readonly SignedBytes[]): Promise<void> {
  const path = join(folder, "open.fieldbook");
  copyFileSync(empty, path);
  const before = statSync(path).size;
  const journal = openJournal(path, deps(), { mode: "write" });
  journal.receive(entries);
  journal.close();
  const perEntry = (statSync(path).size - before) / entries.length;
  const content = entries.reduce((sum, { bytes, sig }) => sum + bytes.length + sig.length, 0) / entries.length;
  const { subject, baseline } = await compare(
    5,
    () => openJournal(path, deps(), { mode: "read" }).close(),
    () => {
      const db = new Database(path, { readonly: true });
      db.prepare("SELECT hash, bytes, sig FROM entry ORDER BY pos").all();
      db.close();
    },
  );
  const what = `Open a file of ${entries.length.toLocaleString("en")} entries: every page, hash and link checked, state computed`;
  printFigure({ what, baselineIs: "reading the same rows", subject, baseline });
  console.log(`File size: ${perEntry.toFixed(0)} bytes per entry, of them ${content.toFixed(0)} entry and signature\n`);
}

async function mergeFigure(folder: string, empty: string, entries: readonly SignedBytes[]): Promise<void> {
  const { subject, baseline } = await compare(
    3,
    (run) => {
      const path = join(folder, `merge-${run}.fieldbook`);
      copyFileSync(empty, path);
      const journal = openJournal(path, deps(), { mode: "write" });
      const start = performance.now();
      const { isVerified } = journal.unite(entries);
      const united = performance.now() - start;
      console.log(`  unite alone: ${united.toFixed(0)} ms, all signatures verified at once: ${isVerified}`);
      journal.close();
    },
    (run) => {
      const db = new Database(join(folder, `raw-${run}.db`));
      for (const pragma of ["locking_mode = EXCLUSIVE", "journal_mode = TRUNCATE", "synchronous = EXTRA"])
        db.pragma(pragma);
      db.exec(
        "CREATE TABLE entry (pos INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, bytes BLOB NOT NULL, sig BLOB NOT NULL)",
      );
      const insert = db.prepare("INSERT INTO entry (hash, bytes, sig) VALUES (randomblob(32), ?, ?)");
      db.transaction(() => {
        for (const { bytes, sig } of entries) insert.run(bytes, sig);
      })();
      db.close();
    },
  );
  const what = `Unite ${entries.length.toLocaleString("en")} entries: open, chain checked, newest signatures, one transaction, seal`;
  printFigure({ what, baselineIs: "inserting the same rows", subject, baseline });
}
