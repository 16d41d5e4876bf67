import type Database from "better-sqlite3";
import type { Base } from "./bases.ts";
import type { Random } from "./bytes.ts";

export interface Scene {
  base: Base;
  /** All bases, for content of another engagement. */
  bases: Base[];
  random: Random;
}
/** Changes a file by SQL, with everything allowed that SQLite can be made to allow. */
export type SqlMutation = (db: Database.Database, scene: Scene) => void;

const ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)";
const viewOf: { [table: string]: string } = {
  entry: "SELECT i AS pos, x'00' AS hash, x'00' AS bytes, x'00' AS sig FROM n",
  inbox: "SELECT zeroblob(32) AS hash, zeroblob(1000000) AS bytes, zeroblob(64) AS sig FROM n",
  blob: "SELECT zeroblob(32) AS hash, i AS part, zeroblob(1000000) AS bytes FROM n",
  head: "SELECT 'a' AS entity, 'b' AS field, i AS op, i AS lam, 'x' AS value FROM n",
  seal: "SELECT 1 AS id, zeroblob(32) AS sha FROM n",
};

const pick = <T>(random: Random, list: readonly T[]): T => list[random.next(list.length)] as T;

/** Foreign objects, each as a statement or several. */
const statements: { [name: string]: string } = {
  "a trigger": "CREATE TRIGGER t AFTER INSERT ON entry BEGIN DELETE FROM entry; END",
  "an endless trigger": `CREATE TRIGGER t AFTER UPDATE ON seal BEGIN INSERT INTO inbox ${ENDLESS} SELECT randomblob(32), x'00', x'00' FROM n; END`,
  "a full-text table": "CREATE VIRTUAL TABLE search USING fts5(text)",
  "a full-text table named as one of ours": "DROP TABLE inbox; CREATE VIRTUAL TABLE inbox USING fts5(hash, bytes, sig)",
  "a spatial table": "CREATE VIRTUAL TABLE place USING rtree(id, a, b)",
  "a generated column":
    "DROP TABLE inbox; CREATE TABLE inbox (hash BLOB, bytes BLOB AS (zeroblob(200000000)), sig BLOB)",
  "a stored generated column":
    "DROP TABLE inbox; CREATE TABLE inbox (hash BLOB NOT NULL PRIMARY KEY, bytes BLOB NOT NULL, sig BLOB NOT NULL, x BLOB AS (zeroblob(9)) STORED) STRICT",
  "a hidden default":
    "DROP TABLE seal; CREATE TABLE seal (id INTEGER PRIMARY KEY CHECK (id = 1), sha BLOB NOT NULL DEFAULT (zeroblob(32))) STRICT",
  "an index": "CREATE INDEX i ON entry (bytes)",
  "an index over an expression": "CREATE INDEX i ON entry (length(bytes) + abs(pos))",
  "a partial index": "CREATE INDEX i ON blob (hash) WHERE part = 0",
  statistics: "ANALYZE",
  "another table": "CREATE TABLE more (x)",
  "no seal table": "DROP TABLE seal",
  "a table that is not strict":
    "DROP TABLE blob; CREATE TABLE blob (hash BLOB NOT NULL, part INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (hash, part))",
  "a table without row ids":
    "DROP TABLE inbox; CREATE TABLE inbox (hash BLOB NOT NULL PRIMARY KEY, bytes BLOB NOT NULL, sig BLOB NOT NULL) STRICT, WITHOUT ROWID",
  "a table with row ids":
    "DROP TABLE head; CREATE TABLE head (entity TEXT NOT NULL, field TEXT NOT NULL, op TEXT NOT NULL, lam INTEGER NOT NULL, value TEXT, PRIMARY KEY (entity, field, op)) STRICT",
  "another column": "ALTER TABLE head ADD COLUMN more TEXT",
  "a renamed column": "ALTER TABLE inbox RENAME COLUMN sig TO signature",
  "a column of numbers":
    "DROP TABLE inbox; CREATE TABLE inbox (hash BLOB NOT NULL PRIMARY KEY, bytes INTEGER NOT NULL, sig BLOB NOT NULL) STRICT",
  "the word of another collation":
    "UPDATE sqlite_schema SET sql = replace(sql, 'entity TEXT', 'entity TEXT COLLATE NOCASE')",
  "a schema without text": "UPDATE sqlite_schema SET sql = NULL WHERE name = 'entry'",
  "a schema of rubbish": "UPDATE sqlite_schema SET sql = 'CREATE TABLE entry (' WHERE name = 'entry'",
  "a name of another case": "UPDATE sqlite_schema SET name = 'Entry', tbl_name = 'Entry' WHERE name = 'entry'",
  "a table twice": "INSERT INTO sqlite_schema SELECT * FROM sqlite_schema WHERE name = 'blob'",
  "a table under a reserved name":
    "UPDATE sqlite_schema SET name = 'sqlite_sequence', tbl_name = 'sqlite_sequence' WHERE name = 'seal'",
  "two tables on one page tree":
    "UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'entry') WHERE name = 'inbox'",
  "a table that is the schema": "UPDATE sqlite_schema SET rootpage = 1 WHERE name = 'blob'",
  "a table on no page": "UPDATE sqlite_schema SET rootpage = 0 WHERE name = 'inbox'",
  "a table beyond the file": "UPDATE sqlite_schema SET rootpage = 2000000000 WHERE name = 'entry'",
  "an index that hides blobs":
    "CREATE TABLE spare (hash BLOB NOT NULL, part INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (hash, part)) STRICT; UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'sqlite_autoindex_spare_1') WHERE name = 'sqlite_autoindex_blob_1'; DELETE FROM sqlite_schema WHERE tbl_name = 'spare'",
  "trees of tables swapped":
    "UPDATE sqlite_schema SET rootpage = (SELECT sum(rootpage) FROM sqlite_schema WHERE name IN ('entry', 'inbox')) - rootpage WHERE name IN ('entry', 'inbox')",
  "trees of table and index swapped":
    "UPDATE sqlite_schema SET rootpage = (SELECT sum(rootpage) FROM sqlite_schema WHERE name IN ('blob', 'sqlite_autoindex_blob_1')) - rootpage WHERE name IN ('blob', 'sqlite_autoindex_blob_1')",
};

/** Values a strict table would not take, laid under the text of the strict table. */
function layLooseValues(db: Database.Database, { random }: Scene): void {
  const value = pick(random, ["'text'", "7", "1.5", "NULL", "printf('%.*c', 5000000, 'x')"]);
  const sql = db.prepare<[], string>("SELECT sql FROM sqlite_schema WHERE name = 'inbox'").pluck().get();
  db.exec("DROP TABLE inbox; CREATE TABLE inbox (hash PRIMARY KEY, bytes, sig)");
  const columns = pick(random, [
    `${value}, zeroblob(9), zeroblob(64)`,
    `zeroblob(32), ${value}, zeroblob(64)`,
    `zeroblob(32), zeroblob(9), ${value}`,
  ]);
  db.exec(`INSERT INTO inbox VALUES (${columns})`);
  db.prepare("UPDATE sqlite_schema SET sql = ? WHERE name = 'inbox'").run(sql);
}

export const schemaMutations: { [name: string]: SqlMutation } = {
  ...Object.fromEntries(
    Object.entries(statements).map(([name, sql]): [string, SqlMutation] => [name, (db) => void db.exec(sql)]),
  ),
  "a view in place of a table": (db, { random }) => {
    const table = pick(random, Object.keys(viewOf));
    db.exec(`DROP TABLE ${table}; CREATE VIEW ${table} AS ${ENDLESS} ${viewOf[table]}`);
  },
  "a view under the text of a table": (db) => {
    db.exec(`CREATE VIEW v AS ${ENDLESS} ${viewOf.entry}; UPDATE sqlite_schema SET type = 'table' WHERE name = 'v'`);
  },
  "very many tables": (db) => {
    db.transaction(() => {
      for (let i = 0; i < 3000; i++) db.exec(`CREATE TABLE t${i} (a, b, c)`);
    })();
  },
  "a schema of great length": (db, { random }) => {
    const text = pick(random, [`${" ".repeat(3_000_000)}`, `/*${"x".repeat(3_000_000)}*/`, `${"(".repeat(100_000)}`]);
    db.prepare("UPDATE sqlite_schema SET sql = sql || ? WHERE name = 'seal'").run(text);
  },
  "values of another type under a strict table": layLooseValues,
};
