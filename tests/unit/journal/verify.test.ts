import { closeSync, copyFileSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { createJournal, JournalFailure, openJournal, verifyFile } from "../../../src-main/journal/index.ts";
import { fc } from "../../support/fast-check.ts";
import { createFolders, createSign, createTestDeps, FORM } from "./world.ts";

const newFolder = createFolders();

/** An engagement with everything in it: values, a deletion, blobs, a sign-off, free pages and half-used ones. */
function createEngagement(path: string): void {
  const deps = createTestDeps();
  const journal = createJournal(path, deps, { form: FORM });
  const blob = journal.putBlob(Buffer.alloc(20_000, "evidence "));
  journal.append([
    { kind: "attach", entity: "evidence/1", blob, name: "x.txt", type: "text/plain", size: 20_000, meta: {} },
  ]);
  for (let i = 0; i < 60; i++) {
    journal.append([{ kind: "set", entity: `row/${i % 9}`, field: "note", value: "n".repeat(i % 2 ? 700 : 20) }]);
  }
  journal.append([{ kind: "delete", entity: "row/3" }]);
  const sign = { ...createSign("rfi", ["row/"]), evidence: [blob], drawing: blob, strokes: blob };
  journal.append([sign]);
  journal.close();
}

function failureOf(work: () => unknown): string {
  try {
    work();
    return "none";
  } catch (error) {
    if (!(error instanceof JournalFailure)) throw error;
    return error.code;
  }
}

/** Offsets that reach every part of the file: the whole header, page headers, the schema, and a stride over the rest. */
function sampleOffsets(size: number, count: number): number[] {
  const header = Array.from({ length: 112 }, (_, i) => i);
  const pageHeads = Array.from({ length: Math.floor(size / 4096) }, (_, i) => i * 4096 + (i % 12));
  const stride = size / count;
  const spread = Array.from({ length: count }, (_, i) => Math.floor(i * stride + ((i * 7919) % stride)));
  return [...new Set([...header, ...pageHeads, ...spread, size - 1])].filter((offset) => offset < size);
}

describe("one flipped byte", () => {
  const expectEveryFlipFound = (path: string): void => {
    const good = readFileSync(path);
    const missed: string[] = [];
    const descriptor = openSync(path, "r+");
    try {
      for (const [i, offset] of sampleOffsets(good.length, 240).entries()) {
        const mask = [0x01, 0x80, 0xff][i % 3] ?? 1;
        writeSync(descriptor, Buffer.from([(good[offset] ?? 0) ^ mask]), 0, 1, offset);
        const report = verifyFile(path);
        if (report.ok || report.problems.length === 0) missed.push(`${offset} ^ ${mask}`);
        writeSync(descriptor, good.subarray(offset, offset + 1), 0, 1, offset);
      }
    } finally {
      closeSync(descriptor);
    }
    expect(missed).toEqual([]);
    expect(verifyFile(path)).toMatchObject({ ok: true, sealed: true });
  };

  it("is found at any offset of a file that was closed", () => {
    const path = join(newFolder(), "closed.fieldbook");
    createEngagement(path);
    expectEveryFlipFound(path);
  }, 60_000);

  it("is found at any offset of a hand-over copy", () => {
    const folder = newFolder();
    createEngagement(join(folder, "a.fieldbook"));
    const journal = openJournal(join(folder, "a.fieldbook"), createTestDeps(), { mode: "read" });
    journal.exportCopy(join(folder, "hand-over.fieldbook"));
    journal.close();
    expectEveryFlipFound(join(folder, "hand-over.fieldbook"));
  }, 60_000);
});

describe("a file mangled by chance", () => {
  it("becomes problems and failures, never an exception of another kind, and is not changed by looking at it", () => {
    const path = join(newFolder(), "a.fieldbook");
    createEngagement(path);
    const raw = new Database(path);
    raw.exec("UPDATE seal SET sha = zeroblob(32)");
    raw.close();
    const good = readFileSync(path);
    const nat = (below: number) => fc.nat(below - 1);
    const pages = good.length / 4096;
    const mangled = fc.oneof(
      fc
        .record({ at: nat(good.length), bytes: fc.uint8Array({ minLength: 1, maxLength: 64 }) })
        .map(({ at, bytes }) => {
          const copy = Buffer.from(good);
          copy.set(bytes.subarray(0, good.length - at), at);
          return copy;
        }),
      nat(good.length).map((size) => good.subarray(0, size)),
      fc.record({ from: nat(pages), to: nat(pages) }).map(({ from, to }) => {
        const copy = Buffer.from(good);
        good.copy(copy, to * 4096, from * 4096, (from + 1) * 4096);
        return copy;
      }),
    );
    fc.assert(
      fc.property(mangled, (bytes) => {
        writeFileSync(path, bytes);
        verifyFile(path);
        failureOf(() => openJournal(path, createTestDeps(), { mode: "read" }).close());
        expect(readFileSync(path).equals(bytes)).toBe(true);
      }),
      { numRuns: 120 },
    );
  }, 60_000);
});

describe("a file without a seal", () => {
  it("is checked value by value: every byte of every entry, signature, blob and derived row", () => {
    const path = join(newFolder(), "a.fieldbook");
    createEngagement(path);
    const raw = new Database(path);
    raw.exec("UPDATE seal SET sha = zeroblob(32)");
    expect(verifyFile(path)).toMatchObject({ ok: true, sealed: false });
    const flips = [
      "UPDATE entry SET bytes = CAST(replace(CAST(bytes AS TEXT), 'nnn', 'nnm') AS BLOB) WHERE pos = 4",
      "UPDATE entry SET sig = zeroblob(64) WHERE pos = 7",
      "UPDATE entry SET hash = zeroblob(32) WHERE pos = 9",
      "UPDATE entry SET pos = 1000 WHERE pos = 62",
      "DELETE FROM entry WHERE pos = 5",
      "UPDATE blob SET bytes = zeroblob(20000)",
      "UPDATE blob SET part = 1",
      "UPDATE head SET lam = lam + 1 WHERE entity = 'row/1'",
      "DELETE FROM head WHERE entity = 'row/1'",
      "INSERT INTO head VALUES ('a', 'b', 'c', 1, NULL)",
      "INSERT INTO inbox VALUES (zeroblob(32), zeroblob(5), zeroblob(64))",
      "DELETE FROM entry",
      "DELETE FROM seal",
    ];
    for (const sql of flips) {
      raw.exec("SAVEPOINT flip");
      raw.exec(sql);
      const copy = join(newFolder(), "copy.fieldbook");
      writeFileSync(copy, raw.serialize());
      raw.exec("ROLLBACK TO flip");
      const report = verifyFile(copy);
      expect([sql, report.ok]).toEqual([sql, false]);
    }
    raw.close();
  });

  it("may lack blobs, and says how many", () => {
    const path = join(newFolder(), "a.fieldbook");
    createEngagement(path);
    const raw = new Database(path);
    raw.exec("UPDATE seal SET sha = zeroblob(32); DELETE FROM blob");
    raw.close();
    expect(verifyFile(path)).toMatchObject({ ok: true, blobs: 0, missingBlobs: 1 });
  });
});

describe("a foreign schema", () => {
  /** A crafted file that would keep a reader busy for ever, or fill its memory, if one row of it were read. */
  const endless =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS pos, x'00' AS hash, x'00' AS bytes, x'00' AS sig FROM n";
  it.each([
    ["a view in place of a table", `DROP TABLE entry; CREATE VIEW entry AS ${endless}`],
    ["a trigger", "CREATE TRIGGER t AFTER INSERT ON entry BEGIN DELETE FROM entry; END"],
    [
      "a generated column",
      "DROP TABLE inbox; CREATE TABLE inbox (hash BLOB, bytes BLOB AS (zeroblob(200000000)), sig BLOB)",
    ],
    ["a virtual table", "CREATE VIRTUAL TABLE search USING fts5(text)"],
    ["another index", "CREATE INDEX i ON entry (bytes)"],
    ["another table", "CREATE TABLE more (x)"],
    ["a missing table", "DROP TABLE seal"],
    ["another spelling", "DROP TABLE seal; CREATE TABLE seal (id INTEGER PRIMARY KEY, sha BLOB NOT NULL) STRICT"],
  ])("with %s is refused at once", (_, sql) => {
    const path = join(newFolder(), "a.fieldbook");
    createEngagement(path);
    const raw = new Database(path);
    raw.exec(sql);
    raw.close();
    expect(failureOf(() => openJournal(path, createTestDeps(), { mode: "read" }))).toBe("NOT_A_FIELDBOOK");
    expect(failureOf(() => openJournal(path, createTestDeps(), { mode: "write" }))).toBe("NOT_A_FIELDBOOK");
    expect(verifyFile(path)).toMatchObject({ ok: false, problems: [{ code: "NOT_A_FIELDBOOK" }] });
  });

  it("in WAL mode or with an oversized row is refused", () => {
    const path = join(newFolder(), "a.fieldbook");
    createEngagement(path);
    const large = join(newFolder(), "large.fieldbook");
    copyFileSync(path, large);
    let raw = new Database(large);
    raw.exec("UPDATE entry SET bytes = zeroblob(17000000) WHERE pos = 3");
    raw.close();
    expect(failureOf(() => openJournal(large, createTestDeps(), { mode: "read" }))).toBe("DAMAGED");
    expect(verifyFile(large).ok).toBe(false);
    raw = new Database(path);
    raw.pragma("journal_mode = WAL");
    raw.close();
    expect(failureOf(() => openJournal(path, createTestDeps(), { mode: "read" }))).toBe("NOT_A_FIELDBOOK");
  });
});
