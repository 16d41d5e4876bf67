import type { StepId } from "../../contract/names.ts";
import { stepIds } from "../../contract/names.ts";
import type { Journal } from "../../journal/index.ts";
import { cells } from "../cells.ts";
import type { EngineContext } from "../context.ts";
import { type IncomingFile, slicePart } from "../files.ts";
import { record } from "../guard.ts";
import type { Implementer } from "../implementer.ts";
import { refuse } from "../refusal.ts";
import { readEvidence, readStep } from "../step-facts.ts";
import { createId } from "../world.ts";
import { requireApplicable } from "./steps.ts";

const pictures = new Set(["image/png", "image/jpeg", "image/webp", "image/gif"]);

/** Evidence: files, pictures and texts of a step. Contents are stored by hash before the entry that names them. */
export function createEvidenceService(engine: EngineContext, os: Implementer) {
  const journalOf = (engagement: string) => engine.workspace.journal(engagement);
  return os.evidence.router({
    list: os.evidence.list.handler(({ input }) => ({
      evidence: readEvidence(journalOf(input.engagement), input.step),
    })),
    add: os.evidence.add.handler(({ input: { engagement, step, task, title, note, source } }) => {
      const journal = journalOf(engagement);
      const { described } = requireApplicable(readStep(engine, journal, step));
      if (task !== undefined && !described.tasks.some((known) => known.task === task))
        refuse("NOT_FOUND", { happened: "The step has no such task." });
      const file = source.kind === "text" ? textFile(title, source.text) : engine.files.take(source);
      const kind = source.kind === "text" ? "text" : pictures.has(file.type) ? "picture" : "file";
      return addEvidence(engine, journal, { step, task: task ?? null, title, note: note ?? "", kind, file });
    }),
    remove: os.evidence.remove.handler(({ input: { engagement, evidence, reason } }) => {
      const journal = journalOf(engagement);
      const { step } = findEvidence(journal, evidence);
      record(
        engine,
        journal,
        [
          { kind: "set", entity: cells.removal(step, evidence), field: "reason", value: reason },
          { kind: "delete", entity: cells.evidence(step, evidence) },
        ],
        "evidence",
        "steps",
      );
      return { evidence: readEvidence(journal, step) };
    }),
    read: os.evidence.read.handler(({ input: { engagement, evidence, offset } }) => {
      const journal = journalOf(engagement);
      const { name, type, sha256 } = findEvidence(journal, evidence);
      return { name, type, ...slicePart(journal.getBlob(sha256) ?? refuse("EVIDENCE_MISSING"), offset) };
    }),
  });
}

function findEvidence(journal: Journal, id: string) {
  const found = stepIds.flatMap((step) => readEvidence(journal, step)).find((item) => item.evidence === id);
  return found ?? refuse("NOT_FOUND", { happened: "There is no such evidence." });
}

const textFile = (title: string, text: string): IncomingFile => ({
  name: `${title.slice(0, 80)}.txt`,
  type: "text/plain",
  bytes: new TextEncoder().encode(text),
  path: null,
});

interface NewEvidence {
  step: StepId;
  task: string | null;
  title: string;
  note: string;
  kind: "picture" | "file" | "text";
  file: IncomingFile;
}

/** Stores the contents, then writes the entry; returns the item as the screen shows it. */
export function addEvidence(
  engine: EngineContext,
  journal: Journal,
  { step, task, title, note, kind, file }: NewEvidence,
) {
  const id = createId(engine.world.random);
  const blob = journal.putBlob(file.bytes);
  const { name, type } = file;
  record(
    engine,
    journal,
    [
      {
        kind: "attach",
        entity: cells.evidence(step, id),
        blob,
        name,
        type,
        size: file.bytes.length,
        meta: { task, kind, title, note },
      },
    ],
    "evidence",
    "steps",
  );
  return findEvidence(journal, id);
}
