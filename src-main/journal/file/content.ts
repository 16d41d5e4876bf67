import { createHash } from "node:crypto";
import type { Connection } from "./driver.ts";

/** Every table of a file but the seal, which belongs to the pages and not to the content. Constant SQL. */
const tables = [
  {
    select: "SELECT pos, hash, bytes, sig FROM entry ORDER BY pos",
    insert: "INSERT INTO entry (pos, hash, bytes, sig) VALUES (?, ?, ?, ?)",
  },
  {
    select: "SELECT hash, bytes, sig FROM inbox ORDER BY hash",
    insert: "INSERT INTO inbox (hash, bytes, sig) VALUES (?, ?, ?)",
  },
  {
    select: "SELECT hash, part, bytes FROM blob ORDER BY hash, part",
    insert: "INSERT INTO blob (hash, part, bytes) VALUES (?, ?, ?)",
  },
  {
    select: "SELECT entity, field, op, lam, value FROM head ORDER BY entity, field, op",
    insert: "INSERT INTO head (entity, field, op, lam, value) VALUES (?, ?, ?, ?, ?)",
  },
] as const;

type Value = Buffer | number | string | null;

/** Copies every row into the empty tables of another file, one at a time and in one transaction. */
export function copyRows(from: Connection, to: Connection): void {
  to.transaction(() => {
    for (const { select, insert } of tables) {
      const write = to.prepare<Value[]>(insert);
      for (const row of from.prepare<[], Value[]>(select).raw().iterate()) write.run(...row);
    }
  })();
}

/** SHA-256 over every row of every table: equal for files that hold the same, however their pages lie. */
export function sumRows(db: Connection): string {
  const digest = createHash("sha256");
  for (const { select } of tables) {
    digest.update(`${select}\n`);
    for (const row of db.prepare<[], Value[]>(select).raw().iterate()) {
      for (const value of row) addValue(digest, value);
    }
  }
  return digest.digest("hex");
}

/** Type and length go before the content, so that no two rows run into the same bytes. */
function addValue(digest: ReturnType<typeof createHash>, value: Value): void {
  const content = Buffer.isBuffer(value) ? value : Buffer.from(String(value), "utf8");
  digest.update(`${Buffer.isBuffer(value) ? "bytes" : typeof value}:${content.length}:`);
  digest.update(content);
}
