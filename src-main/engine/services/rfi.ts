import {
  answersToDocument,
  documentToAnswers,
  measureCompleteness,
  type RfiAnswers,
  type RfiDocument,
} from "../../contract/rfi/form.ts";
import type { RfiView } from "../../contract/rfi.ts";
import type { Journal, NewOp } from "../../journal/index.ts";
import { answerOp, answersToOps, rowOps } from "../answers.ts";
import { cells } from "../cells.ts";
import type { EngineContext } from "../context.ts";
import { readFacts } from "../facts.ts";
import { hashBytes, toFileName } from "../files.ts";
import { record } from "../guard.ts";
import type { Implementer } from "../implementer.ts";
import { refuse } from "../refusal.ts";
import { isStanding } from "../step-facts.ts";
import { createId } from "../world.ts";

/** The Request for Information: read, answer, rows, JSON in and out. */
export function createRfiService(engine: EngineContext, os: Implementer) {
  const journalOf = (engagement: string) => engine.workspace.journal(engagement);
  const write = (journal: Journal, ops: NewOp[]) => {
    if (ops.length > 0) record(engine, journal, ops, "rfi", "steps");
    return viewRfi(journal);
  };
  return os.rfi.router({
    get: os.rfi.get.handler(({ input }) => viewRfi(journalOf(input.engagement))),
    answer: os.rfi.answer.handler(({ input }) =>
      write(journalOf(input.engagement), [answerOp(input.field, input.value)]),
    ),
    addRows: os.rfi.addRows.handler(({ input }) => {
      const rows = input.rows.map(() => createId(engine.world.random));
      const ops = input.rows.flatMap((values, index) => rowOps(input.group, rows[index] ?? "", { ...values }));
      return { rows, view: write(journalOf(input.engagement), ops) };
    }),
    changeRow: os.rfi.changeRow.handler(({ input }) => {
      const journal = journalOf(input.engagement);
      if (!journal.state().entity(cells.row(input.group, input.row)))
        refuse("NOT_FOUND", { happened: "The row is no longer there." });
      return write(journal, rowOps(input.group, input.row, input.values));
    }),
    removeRow: os.rfi.removeRow.handler(({ input }) => {
      const journal = journalOf(input.engagement);
      const entity = cells.row(input.group, input.row);
      if (!journal.state().entity(entity)) refuse("NOT_FOUND", { happened: "The row is no longer there." });
      return write(journal, [{ kind: "delete", entity }]);
    }),
    exportAnswers: os.rfi.exportAnswers.handler(({ input }) =>
      answersToDocument(readFacts(journalOf(input.engagement)).answers),
    ),
    exportFile: os.rfi.exportFile.handler(({ input }) => ({
      download: offerAnswers(engine, journalOf(input.engagement)),
    })),
    importAnswers: os.rfi.importAnswers.handler(({ input }) => {
      const journal = journalOf(input.engagement);
      const ops = importOps(
        engine,
        journal,
        documentToAnswers(input.document as RfiDocument, () => createId(engine.world.random)),
      );
      return { changed: ops.length, view: write(journal, ops) };
    }),
  });
}

/** The answers as a JSON file that a person can keep, send and take in again. */
function offerAnswers(engine: EngineContext, journal: Journal): string {
  const { answers, identity } = readFacts(journal);
  const bytes = new TextEncoder().encode(`${JSON.stringify(answersToDocument(answers), null, 2)}\n`);
  const name = `${toFileName(identity.reference)}-answers.json`;
  return engine.files.offer({
    name,
    type: "application/json",
    sha256: hashBytes(bytes),
    size: bytes.length,
    replace: true,
    read: () => bytes,
  });
}

/** Writes only what differs. A group that the document names replaces the rows that are there. */
function importOps(engine: EngineContext, journal: Journal, incoming: RfiAnswers): NewOp[] {
  const present = readFacts(journal).answers;
  const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
  const fields = Object.fromEntries(
    Object.entries(incoming.fields).filter(
      ([path, value]) => !same(value, present.fields[path as keyof RfiAnswers["fields"]]),
    ),
  );
  const changedGroups = Object.entries(incoming.rows).filter(([group, rows]) => {
    const here = present.rows[group as keyof RfiAnswers["rows"]] ?? [];
    return !same(
      rows?.map((row) => row.values),
      here.map((row) => row.values),
    );
  });
  const removals = changedGroups.flatMap(([group]) =>
    (present.rows[group as keyof RfiAnswers["rows"]] ?? []).map(
      (row): NewOp => ({ kind: "delete", entity: cells.row(group, row.id) }),
    ),
  );
  return [
    ...removals,
    ...answersToOps({ fields, rows: Object.fromEntries(changedGroups) }, () => createId(engine.world.random)),
  ];
}

export function viewRfi(journal: Journal): RfiView {
  const { identity, answers, sources, conflicts } = readFacts(journal);
  const { family, services } = identity;
  const signed = journal.state().signOffs("rfi").some(isStanding);
  return {
    answers,
    sources,
    conflicts,
    completeness: measureCompleteness({ family, services }, answers),
    readOnly: signed || journal.mode === "read",
  };
}
