import { createScopeTest } from "./core/cells.ts";
import { type Author, ENTRY_VERSION, type EntryBody } from "./core/entry.ts";
import type { Clock, Hash } from "./core/ids.ts";
import { canonicalJson, isJson, type JsonObject } from "./core/json.ts";
import type { Ledger } from "./core/ledger.ts";
import {
  ATTACHMENT_FIELD,
  type AttachOp,
  attachValue,
  cellKey,
  type DeleteOp,
  type ExportOp,
  type Op,
  type OpenOp,
  type ReopenOp,
  readOp,
  type SetOp,
  type SignOp,
  type Space,
  spaceOfEntity,
} from "./core/ops.ts";
import { isAsSigned } from "./core/signoffs.ts";
import { concernsStep } from "./core/state.ts";

/** What callers ask for; the journal adds which versions each op replaces or covers. */
export type NewOp =
  | Omit<SetOp, "over">
  | Omit<AttachOp, "over">
  | Omit<DeleteOp, "over">
  | Omit<SignOp, "covers">
  | ReopenOp
  | ExportOp;

export interface Refusal {
  /** One sentence: why the action was not recorded. */
  refused: string;
}

type Written = { entity: string; field: string; meaning: string };

function cellWrittenBy(op: NewOp): Written | undefined {
  if (op.kind === "set") return { entity: op.entity, field: op.field, meaning: canonicalJson(op.value) };
  if (op.kind !== "attach") return undefined;
  return { entity: op.entity, field: ATTACHMENT_FIELD, meaning: canonicalJson(attachValue(op)) };
}

function cellsWrittenBy(op: NewOp, ledger: Ledger): Written[] {
  const written = cellWrittenBy(op);
  if (written) return [written];
  if (op.kind !== "delete") return [];
  const cells = ledger.cells.records.get(op.entity)?.cells.values() ?? [];
  return [...cells].map(({ entity, field }) => ({ entity, field, meaning: "deleted" }));
}

/** One entry is one step in the order of versions, so it can write a cell once. */
function refuseDoubleWrite(ops: NewOp[], ledger: Ledger): Refusal | undefined {
  const seen = new Set<string>();
  for (const { entity, field } of ops.flatMap((op) => cellsWrittenBy(op, ledger))) {
    const key = cellKey(entity, field);
    if (seen.has(key)) return { refused: `One action cannot write ${key} twice.` };
    seen.add(key);
  }
  return undefined;
}

/**
 * A knowing change of signed content needs a reopen first; without one every reader would see a stale sign-off. Setting
 * a value back to what was signed is none: it ends a contest. Writing a contested value once more is one.
 */
function refuseSignedChange(ops: NewOp[], ledger: Ledger): Refusal | undefined {
  const written = ops.flatMap((op) => cellsWrittenBy(op, ledger));
  for (const sign of ledger.signs) {
    if (isVoided(sign, ops, ledger)) continue;
    const isInScope = createScopeTest(sign.op.scope);
    for (const { entity, field, meaning } of written) {
      const key = cellKey(entity, field);
      const isExtra = Object.hasOwn(sign.op.covers, key) && spaceOfEntity(entity) === "shared";
      if ((isInScope(entity, field) || isExtra) && !isAsSigned(meaning, key, sign, ledger)) {
        return { refused: `${key} belongs to the signed step ${sign.op.step}: reopen the step first.` };
      }
    }
  }
  return undefined;
}

/** Reopened by this action, or before it by someone who had seen the sign-off. */
function isVoided({ origin }: Ledger["signs"][number], ops: NewOp[], ledger: Ledger): boolean {
  return (
    ops.some((op) => op.kind === "reopen" && op.voids.includes(origin.id)) ||
    ledger.reopens.some(
      (reopen) => reopen.op.voids.includes(origin.id) && ledger.isKnownTo(reopen.origin.entry, origin.entry),
    )
  );
}

function coverScope(op: Omit<SignOp, "covers">, ops: NewOp[], ledger: Ledger): SignOp | Refusal {
  if (ledger.opaque.some((unknown) => concernsStep(unknown, op.step, op.scope))) {
    return { refused: "The file holds changes of a newer program to this step: update before signing." };
  }
  const isInScope = createScopeTest(op.scope);
  if (ops.some((other) => cellsWrittenBy(other, ledger).some(({ entity, field }) => isInScope(entity, field)))) {
    return { refused: "What is signed must be saved before it is signed." };
  }
  const covers: SignOp["covers"] = {};
  for (const cell of ledger.cells.inScope(op.scope)) {
    const key = cellKey(cell.entity, cell.field);
    if (cell.conflict) return { refused: `Two versions of ${key} contradict each other: choose one before signing.` };
    covers[key] = cell.heads.map((head) => head.op);
  }
  return { ...op, covers };
}

function checkReferences(op: ReopenOp | ExportOp, ledger: Ledger): Refusal | undefined {
  const named = op.kind === "reopen" ? op.voids : op.sign === null ? [] : [op.sign];
  const isKnown = (id: string): boolean =>
    ledger.signs.some((sign) => sign.origin.id === id && sign.op.step === op.step);
  if (!named.every(isKnown)) return { refused: `A sign-off of step ${op.step} that was named is not in this file.` };
  if (op.kind === "reopen" && named.length === 0) return { refused: "A reopen names the sign-off it reopens." };
  return undefined;
}

/** The space an action belongs to, or undefined when it would write both. */
export function spaceOfOps(ops: readonly NewOp[]): Space | undefined {
  const spaces = new Set(ops.map((op) => ("entity" in op ? spaceOfEntity(op.entity) : "shared")));
  return spaces.size > 1 ? undefined : ([...spaces][0] ?? "shared");
}

function completeOp(op: NewOp, ops: NewOp[], ledger: Ledger): Op | Refusal {
  const over = (entity: string, field: string): string[] => ledger.cells.headsOf(entity, field).map((head) => head.op);
  switch (op.kind) {
    case "set":
      return { ...op, over: over(op.entity, op.field) };
    case "attach":
      return { ...op, over: over(op.entity, ATTACHMENT_FIELD) };
    case "delete": {
      const record = ledger.cells.records.get(op.entity);
      const heads = [...(record?.cells.values() ?? [])].flatMap((cell) => cell.heads).concat(record?.tombstones ?? []);
      return { ...op, over: [...new Set(heads.map((head) => head.op))] };
    }
    case "sign":
      return coverScope(op, ops, ledger);
    default:
      return checkReferences(op, ledger) ?? op;
  }
}

/** Completes the ops of one user action with the versions they replace and cover, or says why it cannot be recorded. */
export function completeOps(ops: NewOp[], ledger: Ledger): Op[] | Refusal {
  if (ops.length === 0) return { refused: "An action without a change is not recorded." };
  if (!isJson(ops)) return { refused: "A value of the action cannot be kept as JSON." };
  if (!spaceOfOps(ops)) return { refused: "One action cannot write shared and internal content." };
  const refusal = refuseDoubleWrite(ops, ledger) ?? refuseSignedChange(ops, ledger);
  if (refusal) return refusal;
  const completed: Op[] = [];
  for (const op of ops) {
    const result = completeOp(op, ops, ledger);
    if ("refused" in result) return result;
    if (readOp(result as unknown as JsonObject).kind !== op.kind) {
      return { refused: `The ${op.kind} op does not have the form the file format demands.` };
    }
    completed.push(result);
  }
  return completed;
}

/** An editing session's own stream: made at the first write after a file was opened. */
export interface Session {
  stream: string;
  /** Newest entry of the stream. */
  prev: Hash;
  seq: number;
}

export interface Writer {
  clock: Clock;
  author: Author;
  /** Undefined until the session has written in this space. */
  session: Session | undefined;
  /** Shared when left out. */
  space?: Space;
  /** Makes the id and first op of a new stream. */
  openStream(): { stream: string; open: OpenOp };
}

/** Puts completed ops into the next entry of the session; the entry rests on everything admitted so far that its space may know. */
export function composeEntry(ops: Op[], writer: Writer, ledger: Ledger): EntryBody {
  const { graph } = ledger;
  const opened = writer.session ? undefined : writer.openStream();
  const prev = writer.session?.prev ?? null;
  const causes = graph.frontierOf(writer.space ?? "shared");
  const deps = [...causes].filter((hash) => hash !== prev).sort();
  const { name, email, organisation } = writer.author;
  const user = {
    name,
    ...(email === undefined ? {} : { email }),
    ...(organisation === undefined ? {} : { organisation }),
  };
  return {
    v: ENTRY_VERSION,
    eng: graph.engagement,
    stream: writer.session?.stream ?? opened?.stream ?? "",
    seq: writer.session ? writer.session.seq + 1 : 0,
    prev,
    deps,
    lam: graph.depthOver(causes),
    wall: writer.clock.now().toISOString(),
    mono: Math.max(0, Math.round(writer.clock.mono())),
    user,
    ops: [...(opened ? [opened.open] : []), ...ops] as unknown as JsonObject[],
  };
}
