import { resolve } from "node:path";
import { isRejection, readEntry } from "../core/entry.ts";
import type { Hash } from "../core/ids.ts";
import type { Json } from "../core/json.ts";
import { openDatabase } from "./database.ts";
import { keyFor } from "./driver.ts";
import { createFailure, guardDisk } from "./failure.ts";
import { checkHeader } from "./header.ts";

export interface EngagementSummary {
  engagement: string;
  genesis: Hash;
  entries: number;
  /** Fields of the entity `engagement`, from the derived table; not verified. */
  cells: { [field: string]: Json };
}

/**
 * Peeks into a file for a list: reads the first entry and the derived cells of the entity `engagement`, no more.
 * @throws JournalFailure as `openJournal` in read mode; LOCKED while this process has the file open for writing.
 */
export function readEngagementSummary(path: string, vaultKey?: Uint8Array): EngagementSummary {
  const file = resolve(path);
  checkHeader(file);
  const db = openDatabase(file, "read", "schema only", keyFor(file, vaultKey));
  return guardDisk(() => {
    try {
      const bytes = db.prepare<[], Buffer>("SELECT bytes FROM entry ORDER BY pos LIMIT 1").pluck().get();
      const first = bytes ? readEntry(bytes) : undefined;
      if (!first || isRejection(first)) throw createFailure("DAMAGED");
      const entries = db.prepare<[], number>("SELECT count(*) FROM entry").pluck().get() ?? 0;
      const rows = db
        .prepare<[], { field: string; value: string }>(
          "SELECT field, value FROM head WHERE entity = 'engagement' AND value IS NOT NULL ORDER BY lam, op",
        )
        .all();
      const cells: EngagementSummary["cells"] = {};
      for (const { field, value } of rows) cells[field] = parseValue(value);
      return { engagement: first.body.eng, genesis: first.hash, entries, cells };
    } finally {
      db.close();
    }
  });
}

function parseValue(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    throw createFailure("DAMAGED");
  }
}
