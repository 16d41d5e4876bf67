import { isEntrySignedBy, isRejection, MAX_ENTRY_BYTES, readEntry, type SignedBytes } from "../core/entry.ts";
import { Ledger } from "../core/ledger.ts";
import type { Connection } from "./database.ts";
import type { Entries } from "./entries.ts";
import { createFailure } from "./failure.ts";

/** Rows above the size limit are noticed by their length alone, before one is read into memory. */
function refuseOversizedRows(db: Connection): void {
  const longest = db
    .prepare<[], number>(
      "SELECT max((SELECT coalesce(max(length(bytes)), 0) FROM entry), (SELECT coalesce(max(length(bytes)), 0) FROM inbox))",
    )
    .pluck()
    .get();
  if ((longest ?? 0) > MAX_ENTRY_BYTES) throw createFailure("DAMAGED");
}

/** The engagement a file belongs to, from its first entry. */
export function readEngagementId(db: Connection): string {
  refuseOversizedRows(db);
  const bytes = db.prepare<[], Buffer>("SELECT bytes FROM entry ORDER BY pos LIMIT 1").pluck().get();
  const first = bytes ? readEntry(bytes) : undefined;
  if (!first || isRejection(first)) throw createFailure("DAMAGED");
  return first.body.eng;
}

/**
 * Reads all entries into memory. Every hash, chain link and depth is checked, and of each run the newest signature: the
 * chain of hashes covers the ones before it. `verify` checks every signature.
 * @throws JournalFailure DAMAGED when an entry is not what its author wrote.
 */
export function loadLedger(db: Connection, entries: Entries): Ledger {
  const ledger = new Ledger(readEngagementId(db));
  const receive = (row: SignedBytes & { hash: Buffer }, isSignatureChecked: boolean): void => {
    const receipt = ledger.receive({ bytes: row.bytes, sig: row.sig }, isSignatureChecked);
    const isExpected = isSignatureChecked ? receipt.status === "waiting" : receipt.status === "admitted";
    const hash =
      receipt.status === "waiting" ? receipt.hash : receipt.status === "admitted" && receipt.admitted[0]?.hash;
    if (!isExpected || hash !== row.hash.toString("hex")) throw createFailure("DAMAGED");
  };
  for (const row of entries.all()) receive(row, false);
  for (const { device, entry, sig } of ledger.graph.tips()) {
    if (!isEntrySignedBy(device, entry.hash, sig)) throw createFailure("DAMAGED");
  }
  for (const row of entries.inbox()) receive(row, true);
  return ledger;
}
