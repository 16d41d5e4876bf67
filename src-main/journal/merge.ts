import { isEntrySignedBy, type SignedBytes } from "./core/entry.ts";
import type { Ledger, Receipt } from "./core/ledger.ts";
import type { SignOff } from "./core/signoffs.ts";
import type { State } from "./core/state.ts";
import { Undo } from "./core/undo.ts";

/** Up to here every signature is verified before an entry is kept (0.1 ms each); beyond, see {@link receiveAll}. */
const MOST_VERIFIED_AT_ONCE = 5_000;

/** What uniting with a set of entries would do. Nothing has changed. */
export interface MergePreview {
  /** Entries that are not here yet and would be kept, those that wait among them. */
  incoming: number;
  waiting: number;
  /** Entries that break the format, by reason. */
  rejected: { [reason: string]: number };
  /** Cells whose present versions would be others, or more. */
  cellsChanged: number;
  /** Cells that are here now. */
  cellsHere: number;
  /** Conflicts that are not here yet. */
  conflicts: number;
  /** Sign-offs that would come in or change their state. */
  signOffs: { id: string; step: string; before: SignOff["state"] | null; after: SignOff["state"] }[];
  /** Incoming entries by the public key of the device that wrote them. */
  devices: { [device: string]: number };
}

/** What was received, and whether signatures are left to verify in the background. */
export interface Reception {
  receipts: Receipt[];
  isVerified: boolean;
}

/**
 * Takes in many entries. Up to a bound each signature is verified at once. Beyond it the newest signature of every
 * changed run is: the chain of hashes makes it vouch for the content of all entries before it, and `verify` looks at
 * theirs later. One wrong signature among the newest, and every entry is verified by itself.
 */
export function receiveAll(ledger: Ledger, entries: Iterable<SignedBytes>, undo: Undo): Reception {
  const all = [...entries];
  if (all.length > MOST_VERIFIED_AT_ONCE) {
    const attempt = new Undo();
    const receipts = all.map((raw) => ledger.receive(raw, false, attempt));
    if (areNewestSigned(ledger, receipts)) {
      undo.do(() => attempt.run());
      return { receipts, isVerified: false };
    }
    attempt.run();
  }
  return { receipts: all.map((raw) => ledger.receive(raw, true, undo)), isVerified: true };
}

function areNewestSigned(ledger: Ledger, receipts: readonly Receipt[]): boolean {
  const changed = new Set(
    receipts.flatMap((receipt) => (receipt.status === "admitted" ? receipt.admitted.map(({ hash }) => hash) : [])),
  );
  for (const { entry, device, sig } of ledger.graph.tips()) {
    if (changed.has(entry.hash) && !isEntrySignedBy(device, entry.hash, sig)) return false;
  }
  // What waits belongs to no run yet: nothing vouches for it but its own signature, looked at when it is released.
  return receipts.every(({ status }) => status !== "waiting");
}

/** Finds out what uniting would do, by doing it and taking it back. */
export function previewMerge(ledger: Ledger, state: State, entries: Iterable<SignedBytes>): MergePreview {
  const conflictsBefore = new Set(ledger.cells.conflicts.keys());
  const statesBefore = new Map(state.signOffs().map(({ id, state: verdict }) => [id, verdict]));
  const cellsHere = countCells(ledger);
  const undo = new Undo();
  try {
    const { receipts } = receiveAll(ledger, entries, undo);
    const signOffs = state.signOffs().map(({ id, step, state: after }) => {
      return { id, step, before: statesBefore.get(id) ?? null, after };
    });
    return {
      ...countReceipts(ledger, receipts),
      cellsHere,
      conflicts: [...ledger.cells.conflicts.keys()].filter((cell) => !conflictsBefore.has(cell)).length,
      signOffs: signOffs.filter(({ before, after }) => before !== after),
    };
  } finally {
    undo.run();
  }
}

function countCells(ledger: Ledger): number {
  let count = 0;
  for (const { cells } of ledger.cells.records.values()) count += cells.size;
  return count;
}

type Counts = Pick<MergePreview, "incoming" | "waiting" | "rejected" | "cellsChanged" | "devices">;

function countReceipts(ledger: Ledger, receipts: readonly Receipt[]): Counts {
  const counts: Counts = { incoming: 0, waiting: 0, rejected: {}, cellsChanged: 0, devices: {} };
  const cells = new Set<string>();
  const add = (counter: { [key: string]: number }, key: string) => {
    counter[key] = (counter[key] ?? 0) + 1;
  };
  for (const receipt of receipts) {
    if (receipt.status === "rejected") add(counts.rejected, receipt.rejected);
    if (receipt.status === "waiting" && ledger.inbox.has(receipt.hash)) {
      counts.incoming++;
      counts.waiting++;
    }
    if (receipt.status !== "admitted") continue;
    counts.incoming += receipt.admitted.length;
    for (const { hash, changes } of receipt.admitted) {
      add(counts.devices, ledger.graph.nodes.get(hash)?.device ?? "");
      for (const { entity, field } of changes) cells.add(`${entity}#${field}`);
    }
  }
  counts.cellsChanged = cells.size;
  return counts;
}
