import type { ConflictView } from "../../contract/conflicts.ts";
import { stepIds } from "../../contract/names.ts";
import type { FieldPath } from "../../contract/rfi/form.ts";
import type { Cell, Head, Journal, Json, NewOp } from "../../journal/index.ts";
import { answerOp, rowOps } from "../answers.ts";
import { cellScope, stepOfEntity } from "../cells.ts";
import type { EngineContext } from "../context.ts";
import { createTitles, fieldOf, subjectOf, type Titles, valueToText } from "../describe.ts";
import { attributionOf, shownHead } from "../facts.ts";
import { record } from "../guard.ts";
import type { Implementer } from "../implementer.ts";
import { refuse } from "../refusal.ts";
import { signedStepsOver } from "../step-facts.ts";

/** Values that were written beside each other since copies parted: listed, and settled by a decision. */
export function createConflictService(engine: EngineContext, os: Implementer) {
  const titles = createTitles(engine);
  const journalOf = (engagement: string) => engine.workspace.journal(engagement);
  return os.conflicts.router({
    list: os.conflicts.list.handler(({ input }) => listConflicts(journalOf(input.engagement), titles)),
    resolve: os.conflicts.resolve.handler(({ input: { engagement, cell: name, decision } }) => {
      const journal = journalOf(engagement);
      const cell = findConflict(journal, name);
      const ops =
        decision.kind === "choose" ? opsToChoose(journal, cell, decision.version) : [opToWrite(cell, decision.value)];
      const topics = ["conflicts", "steps", "rfi", "signoffs"] as const;
      // Choosing what was signed ends the contest; every other choice needs the step reopened first.
      if (isSignedVersion(journal, cell, ops)) engine.workspace.append(journal, ops, [...topics]);
      else record(engine, journal, ops, ...topics);
      return listConflicts(journal, titles);
    }),
  });
}

function findConflict(journal: Journal, name: string): Cell {
  const cell = journal
    .state()
    .conflicts()
    .find(({ entity, field }) => cellScope(entity, field) === name);
  return cell ?? refuse("NOT_FOUND", { happened: "There is no conflict here any more." });
}

function listConflicts(journal: Journal, titles: Titles): { conflicts: ConflictView[] } {
  return {
    conflicts: journal
      .state()
      .conflicts()
      .map((cell) => viewConflict(journal, cell, titles)),
  };
}

function viewConflict(journal: Journal, cell: Cell, titles: Titles): ConflictView {
  const { entity, field, heads } = cell;
  const shown = shownHead(cell);
  return {
    cell: cellScope(entity, field),
    subject: subjectOf(entity, field, titles),
    step: stepOfEntity(entity, stepIds),
    kind: heads.some(({ deleted }) => deleted) ? "deletion" : "values",
    versions: heads.map((head) => ({
      version: head.op,
      value: head.deleted ? null : valueToText(entity, field, head.value),
      deleted: head.deleted === true,
      shown: head.op === shown?.op,
      ...attributionOf(head),
    })),
    signedSteps: signedStepsOver(journal.state(), entity, field),
    writable: isWritable(cell),
  };
}

/** Answers take any value their field takes; elsewhere plain texts can be written anew. */
const isWritable = ({ entity, field, heads }: Cell): boolean => {
  const kind = fieldOf(entity, field)?.kind;
  if (kind) return !["yes-no", "choice", "choices"].includes(kind);
  return heads.every((head) => head.deleted || typeof head.value === "string");
};

function opToWrite(cell: Cell, text: string): NewOp {
  const { entity, field } = cell;
  if (!isWritable(cell)) refuse("INVALID_INPUT", { happened: "Here one of the values that are there is chosen." });
  const [kind, name = "", row = ""] = entity.split("/");
  const known = fieldOf(entity, field);
  const value = known?.kind === "count" || known?.kind === "port" ? Number(text) : text;
  if (known && kind === "rfi") return answerOp(`${name}.${field}` as FieldPath, value);
  const [op] = known ? rowOps(name as Parameters<typeof rowOps>[0], row, { [field]: value }) : [];
  return op ?? { kind: "set", entity, field, value: text };
}

function opsToChoose(journal: Journal, { entity, field, heads }: Cell, version: string): NewOp[] {
  const chosen = heads.find(({ op }) => op === version);
  if (!chosen) return refuse("NOT_FOUND", { happened: "That version is no longer one of the values here." });
  if (chosen.deleted) return [{ kind: "delete", entity }];
  const restored = heads.some(({ deleted }) => deleted) ? cellsToRestore(journal, entity, field) : [];
  return [{ kind: "set", entity, field, value: chosen.value }, ...restored];
}

/** Who keeps an edit keeps the whole entity: its other cells get back what they held before the deletion. */
function cellsToRestore(journal: Journal, entity: string, except: string): NewOp[] {
  const values = new Map<string, Json>();
  for (const { ops } of journal.history({ entityPrefix: entity })) {
    for (const op of ops) {
      const isOther = op.entity === entity && op.field !== undefined && op.field !== except;
      if (isOther && op.kind === "set" && op.after !== undefined && !values.has(op.field ?? ""))
        values.set(op.field ?? "", op.after);
    }
  }
  const isGone = (field: string) => journal.state().get(entity, field) === undefined;
  return [...values]
    .filter(([field]) => isGone(field))
    .map(([field, value]) => ({ kind: "set", entity, field, value }));
}

function isSignedVersion(journal: Journal, { entity, field }: Cell, ops: readonly NewOp[]): boolean {
  const [op] = ops;
  if (ops.length !== 1 || op?.kind !== "set") return false;
  const name = cellScope(entity, field);
  const covering = journal
    .state()
    .signOffs()
    .filter(({ state, op: { covers } }) => state !== "reopened" && name in covers);
  const isEqual = (head: Head | undefined) => JSON.stringify(head?.value) === JSON.stringify(op.value);
  const contests = covering.flatMap(({ reasons }) => reasons.filter(({ cell }) => cell === name));
  return contests.length > 0 && contests.every(({ signed }) => isEqual(signed));
}
