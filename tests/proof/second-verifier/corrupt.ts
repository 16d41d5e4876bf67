import { closeSync, openSync, readSync, statSync, truncateSync, writeSync } from "node:fs";
import Database from "better-sqlite3";
import type { SignedBytes } from "../../../src-main/journal/core/entry.ts";
import { hashBytes } from "../../../src-main/journal/core/ids.ts";
import type { Dice } from "./people.ts";
import type { Refused } from "./rogue.ts";

type Row = { id: number | bigint | Buffer; bytes: Buffer };

function atFile(path: string, work: (descriptor: number, size: number) => void): void {
  const descriptor = openSync(path, "r+");
  try {
    work(descriptor, statSync(path).size);
  } finally {
    closeSync(descriptor);
  }
}

function flipByte(path: string, dice: Dice): void {
  atFile(path, (descriptor, size) => {
    const byte = Buffer.alloc(1);
    const at = dice.once(3) ? dice.next(100) : dice.next(size);
    readSync(descriptor, byte, 0, 1, at);
    byte[0] = (byte[0] ?? 0) ^ (1 << dice.next(8));
    writeSync(descriptor, byte, 0, 1, at);
  });
}

function swapPages(path: string, dice: Dice): void {
  atFile(path, (descriptor, size) => {
    const pages = [dice.next(size / 4096), dice.next(size / 4096)].map((number) => ({
      at: number * 4096,
      bytes: Buffer.alloc(4096),
    }));
    const [a, b] = pages;
    if (!a || !b) return;
    for (const { at, bytes } of pages) readSync(descriptor, bytes, 0, 4096, at);
    writeSync(descriptor, a.bytes, 0, 4096, b.at);
    writeSync(descriptor, b.bytes, 0, 4096, a.at);
  });
}

/** Flips one bit in one value of a random row. */
function flipValue(db: Database.Database, table: string, column: string, dice: Dice): void {
  const row = pickRow(db, `SELECT rowid AS id, ${column} AS bytes FROM ${table}`, dice);
  if (!row || row.bytes.length === 0) return;
  const at = dice.next(row.bytes.length);
  row.bytes[at] = (row.bytes[at] ?? 0) ^ (1 << dice.next(8));
  db.prepare(`UPDATE ${table} SET ${column} = ? WHERE rowid = ?`).run(row.bytes, row.id);
}

function pickRow(db: Database.Database, sql: string, dice: Dice): Row | undefined {
  const rows = db.prepare<[], Row>(sql).all();
  return rows.length > 0 ? dice.pick(rows) : undefined;
}

function plant(db: Database.Database, table: "entry" | "inbox", { bytes, sig }: SignedBytes): void {
  const hash = Buffer.from(hashBytes(bytes), "hex");
  db.prepare(`INSERT OR IGNORE INTO ${table} (hash, bytes, sig) VALUES (?, ?, ?)`).run(hash, bytes, sig);
}

/** Exchanges the places of two neighbouring entries: harmless when neither rests on the other. */
function swapRows(db: Database.Database, dice: Dice): void {
  const count = db.prepare<[], number>("SELECT count(*) FROM entry").pluck().get() ?? 0;
  const pos = 1 + dice.next(count);
  const move = db.prepare("UPDATE entry SET pos = ? WHERE pos = ?");
  for (const [to, from] of [
    [-1, pos],
    [pos, pos + 1],
    [pos + 1, -1],
  ])
    move.run(to, from);
}

/** Plain SQL; `%` stands for one random row of the table. */
const STATEMENTS = [
  "DELETE FROM entry WHERE rowid = %entry",
  "DELETE FROM entry WHERE pos = (SELECT max(pos) FROM entry)",
  "UPDATE entry SET pos = pos + 1 WHERE pos = (SELECT max(pos) FROM entry)",
  "DELETE FROM head WHERE (entity, field) IN (SELECT entity, field FROM head LIMIT 1 OFFSET %head)",
  "UPDATE head SET lam = lam + 1 WHERE (entity, field, op) IN (SELECT entity, field, op FROM head LIMIT 1 OFFSET %head)",
  "UPDATE head SET value = NULL WHERE (entity, field, op) IN (SELECT entity, field, op FROM head LIMIT 1 OFFSET %head)",
  "UPDATE head SET value = value || ' ' WHERE (entity, field, op) IN (SELECT entity, field, op FROM head LIMIT 1 OFFSET %head)",
  "UPDATE OR IGNORE head SET op = (SELECT op FROM head LIMIT 1 OFFSET %head)",
  "UPDATE OR IGNORE head SET entity = CAST(x'ff' AS TEXT) WHERE (entity, field, op) IN (SELECT entity, field, op FROM head LIMIT 1 OFFSET %head)",
  "INSERT OR IGNORE INTO head SELECT entity, 'z', op, lam, value FROM head LIMIT 1 OFFSET %head",
  `INSERT INTO blob VALUES (x'${hashBytes(Buffer.alloc(1_100_000))}', 0, zeroblob(1100000))`,
  "UPDATE blob SET part = 2 WHERE rowid = %blob; INSERT INTO blob SELECT hash, 0, substr(bytes, 1, 1) FROM blob WHERE part = 2; INSERT INTO blob SELECT hash, 1, substr(bytes, 2) FROM blob WHERE part = 2; DELETE FROM blob WHERE part = 2",
  "DELETE FROM blob WHERE rowid = %blob",
  "UPDATE blob SET part = part + 1 WHERE rowid = %blob",
  "INSERT INTO blob SELECT hash, part + 1, bytes FROM blob WHERE rowid = %blob",
  "INSERT OR IGNORE INTO blob SELECT hash, part - 1, x'' FROM blob WHERE rowid = %blob",
  "UPDATE OR IGNORE blob SET hash = (SELECT hash FROM blob WHERE rowid = %blob)",
  "INSERT OR IGNORE INTO inbox SELECT hash, bytes, sig FROM entry WHERE rowid = %entry",
  "DELETE FROM inbox WHERE rowid = %inbox",
  "INSERT OR IGNORE INTO entry (hash, bytes, sig) SELECT hash, bytes, sig FROM inbox WHERE rowid = %inbox",
  "UPDATE OR IGNORE inbox SET hash = x'00' WHERE rowid = %inbox",
  "UPDATE OR IGNORE entry SET sig = x'' WHERE rowid = %entry",
  "DELETE FROM seal",
  "UPDATE seal SET sha = x'00'",
  "UPDATE seal SET sha = randomblob(32)",
  "CREATE INDEX more ON head (lam)",
  "CREATE VIEW more AS SELECT 1",
  "CREATE TABLE more (x)",
  "DROP TABLE inbox",
  "PRAGMA user_version = 2",
  "PRAGMA user_version = 0",
  "PRAGMA application_id = 1",
  "PRAGMA journal_mode = WAL",
  "VACUUM",
];

function runStatement(db: Database.Database, dice: Dice): string {
  const sql = dice.pick(STATEMENTS).replace(/%(\w+)/, (_, table) => {
    const count = db.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get() ?? 0;
    return String(table === "head" ? dice.next(count + 1) : 1 + dice.next(count + 1));
  });
  db.exec(sql);
  return sql;
}

function changeRows(path: string, refused: readonly Refused[], dice: Dice): string {
  const db = new Database(path);
  try {
    db.pragma("synchronous = OFF");
    // Otherwise the seal alone would give every change away.
    db.exec("UPDATE seal SET sha = zeroblob(32)");
    const draw = dice.next(10);
    const [table, column] = dice.pick([
      ["entry", "bytes"],
      ["entry", "sig"],
      ["entry", "hash"],
      ["blob", "bytes"],
      ["blob", "hash"],
      ["inbox", "bytes"],
      ["inbox", "hash"],
      ["inbox", "sig"],
    ]);
    if (draw < 3) {
      flipValue(db, table ?? "", column ?? "", dice);
      return `flip ${table}.${column}`;
    }
    if (draw < 4) {
      swapRows(db, dice);
      return "swap entries";
    }
    if (draw < 8 && refused.length > 0) {
      const { raw, code } = dice.pick(refused);
      plant(db, dice.once(4) ? "inbox" : "entry", raw);
      return `plant an entry refused as ${code}`;
    }
    if (dice.once(60)) {
      plant(db, dice.pick(["entry", "inbox"]), { bytes: Buffer.alloc(16 * 1024 ** 2 + 1, 32), sig: Buffer.alloc(64) });
      return "plant oversized entry";
    }
    return runStatement(db, dice);
  } finally {
    db.close();
  }
}

/** Changes the file at `path`, which refused these entries, in one place; returns what was done. Some changes are harmless. */
export function corrupt(path: string, refused: readonly Refused[], dice: Dice): string {
  const draw = dice.next(20);
  const { size } = statSync(path);
  if (draw < 3) {
    flipByte(path, dice);
    return "flip a bit of the sealed file";
  }
  if (draw < 4) {
    truncateSync(path, dice.once(2) ? dice.next(size) : size - 4096);
    return "truncate";
  }
  const done = changeRows(path, refused, dice);
  if (dice.once(6)) flipByte(path, dice);
  if (dice.once(20)) swapPages(path, dice);
  return done;
}
