import type { CellChange } from "../core/cells.ts";
import type { SignedBytes } from "../core/entry.ts";
import type { Hash } from "../core/ids.ts";
import type { Ledger } from "../core/ledger.ts";
import type { Connection } from "./database.ts";
import { createFailure } from "./failure.ts";

interface EntryRow {
  hash: Buffer;
  bytes: Buffer;
  sig: Buffer;
}

/** One row of the derived `head` table. */
export interface HeadRow {
  entity: string;
  field: string;
  op: string;
  lam: number;
  /** JSON, or null for a deletion. */
  value: string | null;
}

/** The tables of entries, of waiting entries and of derived heads. */
export class Entries {
  readonly #db;
  readonly #insert;
  readonly #last;
  readonly #isStored;
  readonly #has;
  readonly #isWaiting;
  readonly #wait;
  readonly #unwait;
  readonly #clearCell;
  readonly #insertHead;

  constructor(db: Connection) {
    this.#db = db;
    this.#insert = db.prepare<[Buffer, Uint8Array, Uint8Array]>(
      "INSERT INTO entry (hash, bytes, sig) VALUES (?, ?, ?)",
    );
    this.#last = db.prepare<[], number | null>("SELECT max(pos) FROM entry").pluck();
    this.#isStored = db
      .prepare<[number, Buffer, Uint8Array, Uint8Array], number>(
        "SELECT 1 FROM entry WHERE pos = ? AND hash = ? AND bytes = ? AND sig = ?",
      )
      .pluck();
    this.#has = db.prepare<[Buffer], number>("SELECT 1 FROM entry WHERE hash = ?").pluck();
    this.#isWaiting = db.prepare<[Buffer], number>("SELECT 1 FROM inbox WHERE hash = ?").pluck();
    this.#wait = db.prepare<[Buffer, Uint8Array, Uint8Array]>(
      "INSERT OR IGNORE INTO inbox (hash, bytes, sig) VALUES (?, ?, ?)",
    );
    this.#unwait = db.prepare<[Buffer]>("DELETE FROM inbox WHERE hash = ?");
    this.#clearCell = db.prepare<[string, string]>("DELETE FROM head WHERE entity = ? AND field = ?");
    this.#insertHead = db.prepare<[string, string, string, number, string | null]>(
      "INSERT INTO head (entity, field, op, lam, value) VALUES (?, ?, ?, ?, ?)",
    );
  }

  /** Stores entries in this order, then has each compared with its row, so that nothing is acknowledged that is not there. */
  insert(entries: readonly { hash: Hash; raw: SignedBytes }[]): void {
    const before = this.#last.get() ?? 0;
    const hashes = entries.map(({ hash }) => Buffer.from(hash, "hex"));
    entries.forEach(({ raw }, index) => void this.#insert.run(hashes[index] as Buffer, raw.bytes, raw.sig));
    const areStored = entries.every(
      ({ raw }, index) => this.#isStored.get(before + index + 1, hashes[index] as Buffer, raw.bytes, raw.sig) === 1,
    );
    if (!areStored || (this.#last.get() ?? 0) !== before + entries.length) throw createFailure("IO");
  }

  has(hash: Hash): boolean {
    return this.#has.get(Buffer.from(hash, "hex")) === 1;
  }

  isWaiting(hash: Hash): boolean {
    return this.#isWaiting.get(Buffer.from(hash, "hex")) === 1;
  }

  wait(hash: Hash, { bytes, sig }: SignedBytes): void {
    this.#wait.run(Buffer.from(hash, "hex"), bytes, sig);
  }

  unwait(hash: Hash): void {
    this.#unwait.run(Buffer.from(hash, "hex"));
  }

  writeHeads(changes: Iterable<CellChange>): void {
    for (const { entity, field, after } of changes) {
      this.#clearCell.run(entity, field);
      for (const { op, lam, value, deleted } of after) {
        this.#insertHead.run(entity, field, op, lam, deleted ? null : JSON.stringify(value));
      }
    }
  }

  /** Makes the derived table anew. */
  rebuildHeads({ cells }: Ledger): void {
    this.#db.exec("DELETE FROM head");
    for (const record of cells.records.values()) {
      for (const { entity, field, heads } of record.cells.values()) this.writeHeads([{ entity, field, after: heads }]);
    }
  }

  /** All entries in the order they were admitted here. */
  all(): IterableIterator<EntryRow> {
    return this.#db.prepare<[], EntryRow>("SELECT hash, bytes, sig FROM entry ORDER BY pos").iterate();
  }

  inbox(): IterableIterator<EntryRow> {
    return this.#db.prepare<[], EntryRow>("SELECT hash, bytes, sig FROM inbox ORDER BY hash").iterate();
  }

  heads(): IterableIterator<HeadRow> {
    return this.#db
      .prepare<[], HeadRow>("SELECT entity, field, op, lam, value FROM head ORDER BY entity, field, op")
      .iterate();
  }
}
