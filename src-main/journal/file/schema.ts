/** "CFbk": marks an engagement file in the SQLite header (sqlite.org/fileformat.html#application_id). */
export const APPLICATION_ID = 0x4346626b;
/** Schema of the tables below. A newer one is refused, see NEWER_VERSION. */
export const USER_VERSION = 1;

/** The statements that put both into the header; SQL is constant text everywhere. */
export const identityPragmas = ["application_id = 1128686187", "user_version = 1"] as const;

/** Content of the `seal` row while the file is being written to. */
export const UNSEALED = Buffer.alloc(32);

/**
 * Every object of an engagement file, exactly as `sqlite_schema` keeps it. `entry`, `inbox` and `blob` are the journal
 * and never change; `head` is derived from `entry`; `seal` holds the SHA-256 of a file that was closed in good order.
 */
export const tables = [
  {
    name: "entry",
    sql: "CREATE TABLE entry (pos INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, bytes BLOB NOT NULL, sig BLOB NOT NULL) STRICT",
  },
  {
    name: "inbox",
    sql: "CREATE TABLE inbox (hash BLOB NOT NULL PRIMARY KEY, bytes BLOB NOT NULL, sig BLOB NOT NULL) STRICT",
  },
  {
    name: "blob",
    sql: "CREATE TABLE blob (hash BLOB NOT NULL, part INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (hash, part)) STRICT",
  },
  {
    name: "head",
    sql: "CREATE TABLE head (entity TEXT NOT NULL, field TEXT NOT NULL, op TEXT NOT NULL, lam INTEGER NOT NULL, value TEXT, PRIMARY KEY (entity, field, op)) STRICT, WITHOUT ROWID",
  },
  { name: "seal", sql: "CREATE TABLE seal (id INTEGER PRIMARY KEY CHECK (id = 1), sha BLOB NOT NULL) STRICT" },
] as const;

export interface SchemaRow {
  type: string;
  name: string;
  tbl_name: string;
  sql: string | null;
}

/** The indexes SQLite makes for UNIQUE and PRIMARY KEY of rowid tables; they carry no SQL. */
const automatic = ["entry", "inbox", "blob"].map((table) => ({
  type: "index",
  name: `sqlite_autoindex_${table}_1`,
  tbl_name: table,
  sql: null,
}));

const rowToLine = ({ type, name, tbl_name, sql }: SchemaRow): string => JSON.stringify([type, name, tbl_name, sql]);

const expected = [...tables.map(({ name, sql }) => ({ type: "table", name, tbl_name: name, sql })), ...automatic]
  .map(rowToLine)
  .sort()
  .join("\n");

/** True when `sqlite_schema` holds the known objects and nothing else: no view, trigger, virtual table, generated column, index. */
export function isKnownSchema(rows: SchemaRow[]): boolean {
  return rows.map(rowToLine).sort().join("\n") === expected;
}
