import { type Cell, type Cells, createScopeTest, type Head, headMeaning } from "./cells.ts";
import type { Author } from "./entry.ts";
import { comparePlaces, type Hash, splitOpId } from "./ids.ts";
import { cellKey, type ExportOp, type ReopenOp, type SignOp, spaceOfEntity } from "./ops.ts";

type SignOffState = "valid" | "contested" | "stale" | "reopened";

/** Who wrote an op, when (claimed), where in the journal. */
export interface Origin {
  /** `entryHash:index`. */
  id: string;
  entry: Hash;
  lam: number;
  wall: string;
  author: Author;
  device: string;
}

/** A version that says something else than what was signed. */
export interface Difference {
  cell: string;
  head: Head;
  /** What was signed; undefined when the cell was not there. */
  signed: Head | undefined;
}

/** A sign-off and what became of it. The state is computed from the journal each time and stored nowhere. */
export interface SignOff extends Origin {
  step: string;
  op: SignOp;
  state: SignOffState;
  /** The versions that keep it from being valid; for a reopened sign-off the changes since. */
  reasons: Difference[];
  reopen?: { reason: string; author: Author; wall: string };
}

export interface ExportRecord extends Origin {
  step: string;
  sign: string | null;
  sha256: Hash;
  revision: number;
}

export interface Recorded<T> {
  origin: Origin;
  op: T;
}

/** Who knew what, and what was written where. */
interface Causes {
  isKnownTo(later: Hash, earlier: Hash): boolean;
  /** The version an op wrote into its cell, also when it is no head any more. */
  findHead(op: string): Head | undefined;
}

/** What the computation needs from the journal. */
export interface SignOffContext extends Causes {
  cells: Cells;
  reopens: readonly Recorded<ReopenOp>[];
}

/** The first reopen, in the order of the journal, whose author had seen the sign-off. */
function findReopen(sign: Recorded<SignOp>, context: SignOffContext): Recorded<ReopenOp> | undefined {
  const { id, entry } = sign.origin;
  return context.reopens
    .filter((reopen) => reopen.op.voids.includes(id) && context.isKnownTo(reopen.origin.entry, entry))
    .sort((a, b) => comparePlaces({ ...a.origin, index: 0 }, { ...b.origin, index: 0 }))[0];
}

/** The versions of a cell that were signed. Nobody can have signed what he had not seen: ids outside the signer's past cover nothing. */
function coveredHeads(cell: string, sign: Recorded<SignOp>, causes: Causes): Head[] {
  return (sign.op.covers[cell] ?? [])
    .filter((id) => causes.isKnownTo(sign.origin.entry, splitOpId(id).entry))
    .map((id) => causes.findHead(id))
    .filter((head) => head !== undefined);
}

/** Whether a version says what was signed; a cell that was not there was signed as absent. */
export function isAsSigned(meaning: string, cell: string, sign: Recorded<SignOp>, causes: Causes): boolean {
  const covered = coveredHeads(cell, sign, causes);
  return covered.length === 0 ? meaning === "deleted" : covered.some((head) => headMeaning(head) === meaning);
}

function* signedCells(op: SignOp, cells: Cells): Iterable<Cell> {
  yield* cells.inScope(op.scope);
  const isInScope = createScopeTest(op.scope);
  for (const key of Object.keys(op.covers)) {
    const hash = key.indexOf("#");
    if (hash < 0) continue;
    const [entity, field] = [key.slice(0, hash), key.slice(hash + 1)];
    const isExtra = spaceOfEntity(entity) === "shared" && !isInScope(entity, field);
    const cell = isExtra ? cells.get(entity, field) : undefined;
    if (cell) yield cell;
  }
}

/**
 * Computes the state of a sign-off by comparing each present version of each signed cell with what was covered:
 * none differs -> valid; one that did not know the sign-off -> contested; one that knew it -> stale (a faulty or foreign
 * program); a reopen by someone who had seen the sign-off -> reopened, whatever else happened.
 */
export function computeSignOff(sign: Recorded<SignOp>, context: SignOffContext): SignOff {
  const reasons: SignOff["reasons"] = [];
  for (const cell of signedCells(sign.op, context.cells)) {
    const name = cellKey(cell.entity, cell.field);
    for (const head of cell.heads) {
      if (isAsSigned(headMeaning(head), name, sign, context)) continue;
      reasons.push({ cell: name, head, signed: coveredHeads(name, sign, context)[0] });
    }
  }
  reasons.sort((a, b) => (a.cell === b.cell ? 0 : a.cell < b.cell ? -1 : 1));
  const reopen = findReopen(sign, context);
  const isStale = reasons.some(({ head }) => context.isKnownTo(splitOpId(head.op).entry, sign.origin.entry));
  const state = reopen ? "reopened" : isStale ? "stale" : reasons.length > 0 ? "contested" : "valid";
  const signOff: SignOff = { ...sign.origin, step: sign.op.step, op: sign.op, state, reasons };
  if (reopen) {
    signOff.reopen = { reason: reopen.op.reason, author: reopen.origin.author, wall: reopen.origin.wall };
  }
  return signOff;
}

export function exportToRecord({ origin, op }: Recorded<ExportOp>): ExportRecord {
  return { ...origin, step: op.step, sign: op.sign, sha256: op.sha256, revision: op.revision };
}
