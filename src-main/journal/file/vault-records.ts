import { statSync } from "node:fs";
import { type Connection, openConnection } from "./driver.ts";
import type { RawRow } from "./raw-records.ts";

/** No row takes less room on its page. */
const LEAST_ROW_BYTES = 48;

const tables = [
  {
    table: "entry",
    last: "SELECT max(pos) FROM entry",
    row: "SELECT hash, bytes, sig, 0 AS part FROM entry WHERE pos = ?",
  },
  {
    table: "inbox",
    last: "SELECT max(rowid) FROM inbox",
    row: "SELECT hash, bytes, sig, 0 AS part FROM inbox WHERE rowid = ?",
  },
  {
    table: "blob",
    last: "SELECT max(rowid) FROM blob",
    row: "SELECT hash, bytes, x'' AS sig, part FROM blob WHERE rowid = ?",
  },
] as const;

interface Row {
  hash: Buffer;
  bytes: Buffer;
  sig: Buffer;
  part: number;
}

/**
 * Rows of a damaged encrypted file. Its raw bytes say nothing, so that SQLite looks for one row after the other: a page whose
 * MAC does not hold takes its rows along, and an inner page those below it, but the others are found. Whether a row is
 * genuine is for the caller to find out by its hash.
 */
export class VaultRecords {
  readonly #db: Connection;
  readonly #mostRows: number;

  constructor(path: string, key: Uint8Array) {
    this.#mostRows = Math.ceil(statSync(path).size / LEAST_ROW_BYTES);
    this.#db = openConnection(path, { fileMustExist: true, readonly: true }, key);
    this.#db.pragma("cell_size_check = ON");
    this.#db.pragma("trusted_schema = OFF");
  }

  *rows(): Generator<RawRow> {
    for (const { table, last, row } of tables) {
      const end = this.#try(() => this.#db.prepare<[], number | null>(last).pluck().get() ?? 0) ?? this.#mostRows;
      const find = this.#try(() => this.#db.prepare<[number], Row>(row));
      for (let id = 1; find && id <= Math.min(end, this.#mostRows); id++) {
        const found = this.#try(() => find.get(id));
        if (!found) continue;
        const { hash, bytes, sig, part } = found;
        yield table === "blob" ? { table, hash, part, bytes } : { table, hash, bytes, sig, isCarved: false };
      }
    }
  }

  close(): void {
    this.#db.close();
  }

  /** Undefined for what lies on a page that does not hold, or in a file that this key does not open at all. */
  #try<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      const isDamage = error instanceof Error && "code" in error && /^SQLITE_(CORRUPT|NOTADB)/.test(String(error.code));
      if (isDamage) return undefined;
      throw error;
    }
  }
}
