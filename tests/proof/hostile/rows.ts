import { createHash } from "node:crypto";
import type Database from "better-sqlite3";
import type { SignedBytes } from "../../../src-main/journal/core/entry.ts";
import type { Random } from "./bytes.ts";
import type { Scene, SqlMutation } from "./schemas.ts";

const MIB = 1024 * 1024;
export const hashOf = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest();

const pick = <T>(random: Random, list: readonly T[]): T => list[random.next(list.length)] as T;
const countEntries = (db: Database.Database): number =>
  db.prepare<[], number>("SELECT max(pos) FROM entry").pluck().get() ?? 1;
const pickPos = (db: Database.Database, random: Random): number => 1 + random.next(countEntries(db));

/** Puts an entry behind the others, as a writer would, or among the waiting ones. */
export function insertEntry(
  db: Database.Database,
  { bytes, sig }: SignedBytes,
  table: "entry" | "inbox" = "entry",
  hash = hashOf(bytes),
): void {
  const sql =
    table === "entry"
      ? "INSERT OR IGNORE INTO entry (hash, bytes, sig) VALUES (?, ?, ?)"
      : "INSERT OR IGNORE INTO inbox (hash, bytes, sig) VALUES (?, ?, ?)";
  db.prepare(sql).run(hash, bytes, sig);
}

function setBytes(db: Database.Database, random: Random, change: (bytes: Buffer) => Buffer, isHashed: boolean): void {
  const pos = pickPos(db, random);
  const bytes = db.prepare<[number], Buffer>("SELECT bytes FROM entry WHERE pos = ?").pluck().get(pos);
  if (!bytes) return;
  const changed = change(bytes);
  const hash = isHashed ? hashOf(changed) : hashOf(bytes);
  db.prepare("UPDATE OR IGNORE entry SET bytes = ?, hash = ? WHERE pos = ?").run(changed, hash, pos);
}

const oversized = [
  "UPDATE entry SET bytes = zeroblob(@size) WHERE pos = @pos",
  "UPDATE entry SET sig = zeroblob(@size) WHERE pos = @pos",
  "UPDATE OR REPLACE entry SET hash = zeroblob(@size) WHERE pos = @pos",
  "INSERT OR REPLACE INTO inbox VALUES (zeroblob(32), zeroblob(@size), zeroblob(@pos))",
  "INSERT OR REPLACE INTO inbox VALUES (zeroblob(@size), zeroblob(@pos), zeroblob(64))",
  "INSERT OR REPLACE INTO inbox VALUES (zeroblob(32), zeroblob(@pos), zeroblob(@size))",
  "INSERT OR REPLACE INTO blob VALUES (zeroblob(32), @pos, zeroblob(@size))",
  "INSERT OR REPLACE INTO blob VALUES (zeroblob(@size), @pos, zeroblob(5))",
  "INSERT OR REPLACE INTO head VALUES (printf('%.*c', @size, 'x'), 'f', 'o', @pos, NULL)",
  "INSERT OR REPLACE INTO head VALUES ('e', 'f', 'o', @pos, printf('%.*c', @size, 'x'))",
  "UPDATE seal SET sha = zeroblob(@size + @pos)",
];

function oversize(db: Database.Database, { random }: Scene): void {
  const sizes = [0, 1, 31, 65, MIB + 1, 5 * MIB, 5 * MIB, 16 * MIB, 16 * MIB + 1, 40 * MIB];
  db.prepare(pick(random, oversized)).run({ size: pick(random, sizes), pos: pickPos(db, random) });
}

function insertForeign(db: Database.Database, { base, bases, random }: Scene): void {
  const other = pick(
    random,
    bases.filter(({ name }) => name !== base.name),
  );
  const entries = random.next(2) ? other.entries : [pick(random, other.entries)];
  if (random.next(3) === 0) db.exec("DELETE FROM entry WHERE pos > 1");
  const table = random.next(2) ? "entry" : "inbox";
  for (const raw of entries) insertEntry(db, raw, table);
}

function shuffle(db: Database.Database, { random }: Scene): void {
  const rows = db.prepare<[], SignedBytes & { hash: Buffer }>("SELECT hash, bytes, sig FROM entry ORDER BY pos").all();
  const order = random.next(2) ? rows.reverse() : rows.sort(() => random.next(3) - 1);
  db.exec("DELETE FROM entry");
  for (const { hash, ...raw } of order) insertEntry(db, raw, "entry", hash);
}

const blobStatements = [
  "UPDATE OR REPLACE blob SET bytes = zeroblob(octet_length(bytes)) WHERE part = (SELECT max(part) FROM blob)",
  "UPDATE OR REPLACE blob SET hash = randomblob(32) WHERE part = 0",
  "UPDATE OR REPLACE blob SET part = part + 1",
  "UPDATE OR REPLACE blob SET part = -1 - part",
  "UPDATE OR REPLACE blob SET part = 9223372036854775807 WHERE part = (SELECT max(part) FROM blob)",
  "DELETE FROM blob WHERE part = (SELECT max(part) FROM blob)",
  "DELETE FROM blob WHERE part = 0",
  "DELETE FROM blob",
  "INSERT OR REPLACE INTO blob SELECT hash, max(part) + 1, zeroblob(0) FROM blob GROUP BY hash",
  "INSERT OR REPLACE INTO blob SELECT hash, max(part) + 1, randomblob(1048576) FROM blob GROUP BY hash",
  "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 5000) INSERT INTO blob SELECT randomblob(32), i, x'00' FROM n",
  "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 5000) INSERT OR REPLACE INTO blob SELECT zeroblob(32), i, x'00' FROM n",
];

const replaceText = (from: string, to: string) => (bytes: Buffer) =>
  Buffer.from(bytes.toString("utf8").replace(from, to));
/** Other spellings of an entry, and things that are none. */
export const respellings: ((bytes: Buffer) => Buffer)[] = [
  replaceText('{"v":1,', '{"v":1,"v":1,'),
  replaceText('"ops":[{', '"ops":[{"kind":"set",'),
  replaceText('"seq":', '"seq": '),
  replaceText('"user"', '"\\u0075ser"'),
  replaceText('{"v":1,', '{"v":1.0,'),
  replaceText('"mono":', '"mono":-0,"mono":'),
  replaceText('"wall":"', '"wall":"\u0000'),
  replaceText('"name":"', '"name":"\\ud800'),
  replaceText('"user":{', '"user":{"__proto__":{},'),
  replaceText('{"v":1,', '{"v":2,'),
  replaceText('"lam":', '"lam":1e400,"lam":'),
  (bytes) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]),
  (bytes) => Buffer.concat([bytes, Buffer.from("\n")]),
  (bytes) => Buffer.concat([bytes, Buffer.from([0xff])]),
  (bytes) => bytes.subarray(0, bytes.length - 1),
  () => Buffer.from("[".repeat(2_000_000)),
  () => Buffer.from(`${"[".repeat(100_000)}${"]".repeat(100_000)}`),
  () => Buffer.from(`{"v":1,"eng":${'{"a":'.repeat(60_000)}1${"}".repeat(60_000)}}`),
  () => Buffer.from(`"${"x".repeat(10_000_000)}"`),
  () => Buffer.from(`[${"0,".repeat(4_000_000)}0]`),
  () => Buffer.alloc(16 * MIB, '{"a":1},'),
];

const statementOf =
  (...list: string[]): SqlMutation =>
  (db, { random }) =>
    void db.exec(pick(random, list));

export const rowMutations: { [name: string]: SqlMutation } = {
  "a value of impossible size": oversize,
  "entries of another engagement": insertForeign,
  "entries in another order": shuffle,
  "blobs that are not what they say": statementOf(...blobStatements),
  "entry bytes changed under an old hash": (db, { random }) => setBytes(db, random, pick(random, respellings), false),
  "entry bytes changed under a new hash": (db, { random }) => setBytes(db, random, pick(random, respellings), true),
  "an entry letter changed under a new hash": (db, { random }) =>
    setBytes(
      db,
      random,
      (bytes) => {
        const copy = Buffer.from(bytes);
        copy[random.next(copy.length)] = 0x20 + random.next(95);
        return copy;
      },
      true,
    ),
  "a signature of noise": (db, { random }) =>
    void db.prepare("UPDATE entry SET sig = ? WHERE pos = ?").run(Buffer.from(random.bytes(64)), pickPos(db, random)),
  "a signature of another entry": (db, { random }) =>
    void db
      .prepare("UPDATE entry SET sig = (SELECT sig FROM entry WHERE pos = ?) WHERE pos = ?")
      .run(pickPos(db, random), pickPos(db, random)),
  "a wrong hash": (db, { random }) =>
    void db
      .prepare("UPDATE OR REPLACE entry SET hash = ? WHERE pos = ?")
      .run(Buffer.from(random.bytes(32)), pickPos(db, random)),
  "missing entries": (db, { random }) => void db.prepare("DELETE FROM entry WHERE pos = ?").run(pickPos(db, random)),
  "impossible positions": statementOf(
    "UPDATE OR REPLACE entry SET pos = -pos",
    "UPDATE OR REPLACE entry SET pos = 9223372036854775807 WHERE pos = 1",
    "UPDATE OR REPLACE entry SET pos = 9007199254740993 + pos",
    "DELETE FROM entry",
  ),
  "waiting entries of noise": (db) =>
    void db.exec(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 5000) INSERT OR IGNORE INTO inbox SELECT randomblob(32), randomblob(200), randomblob(64) FROM n",
    ),
  "derived rows of rubbish": statementOf(
    "UPDATE head SET value = 'x', lam = 9007199254740993",
    "DELETE FROM head",
    "INSERT OR REPLACE INTO head VALUES ('row/1', 'note', 'op', 5, '{')",
  ),
};
