import { createHash } from "node:crypto";
import type { Hash } from "../core/ids.ts";
import type { Connection } from "./database.ts";
import { createFailure } from "./failure.ts";

/** Blobs are stored in parts of this size (1 MiB), because a row is read and written as a whole. */
export const BLOB_PART_BYTES = 1024 * 1024;

/** Content by SHA-256. */
export class Blobs {
  readonly #insert;
  readonly #parts;
  readonly #exists;
  readonly #hashes;

  constructor(db: Connection) {
    this.#insert = db.prepare<[Buffer, number, Uint8Array]>("INSERT INTO blob (hash, part, bytes) VALUES (?, ?, ?)");
    this.#parts = db.prepare<[Buffer], { bytes: Buffer }>("SELECT bytes FROM blob WHERE hash = ? ORDER BY part");
    this.#exists = db.prepare<[Buffer], number>("SELECT 1 FROM blob WHERE hash = ? LIMIT 1").pluck();
    this.#hashes = db.prepare<[], Buffer>("SELECT DISTINCT hash FROM blob ORDER BY hash").pluck();
  }

  has(hash: Hash): boolean {
    return this.#exists.get(Buffer.from(hash, "hex")) === 1;
  }

  hashes(): Hash[] {
    return this.#hashes.all().map((hash) => hash.toString("hex"));
  }

  /** Writes the parts and reads them back; the caller holds the transaction. */
  put(hash: Hash, bytes: Uint8Array): void {
    const key = Buffer.from(hash, "hex");
    const parts = Math.max(1, Math.ceil(bytes.length / BLOB_PART_BYTES));
    for (let part = 0; part < parts; part++) {
      this.#insert.run(key, part, bytes.subarray(part * BLOB_PART_BYTES, (part + 1) * BLOB_PART_BYTES));
    }
    this.get(hash);
  }

  /**
   * The content, or undefined when the file does not hold it.
   * @throws JournalFailure DAMAGED when the stored bytes do not have the hash they are filed under.
   */
  get(hash: Hash): Uint8Array | undefined {
    const parts = this.#parts.all(Buffer.from(hash, "hex")).map((row) => row.bytes);
    if (parts.length === 0) return undefined;
    const digest = createHash("sha256");
    for (const part of parts) digest.update(part);
    if (digest.digest("hex") !== hash) throw createFailure("DAMAGED");
    return Buffer.concat(parts);
  }
}
