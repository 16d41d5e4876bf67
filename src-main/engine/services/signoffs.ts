import type { StepId } from "../../contract/names.ts";
import type { Signer, SignPreview } from "../../contract/signoffs.ts";
import type { TaskState } from "../../contract/steps.ts";
import type { Journal, NewOp, SignOff } from "../../journal/index.ts";
import { splitCell } from "../cells.ts";
import { clockWaiverTitle } from "../clock.ts";
import type { EngineContext } from "../context.ts";
import { createTitles } from "../describe.ts";
import type { Implementer } from "../implementer.ts";
import { refuse } from "../refusal.ts";
import { requireSignature } from "../signature.ts";
import { isStanding, readStep, type StepFacts, scopeOf } from "../step-facts.ts";
import { requireApplicable, viewSignOff } from "./steps.ts";

/** Sign-off and reopen. */
export function createSignOffService(engine: EngineContext, os: Implementer) {
  const journalOf = (engagement: string) => engine.workspace.journal(engagement);
  const titles = createTitles(engine);
  const viewAll = (journal: Journal, step: StepId) => ({
    signOffs: journal
      .state()
      .signOffs(step)
      .map((signOff) => viewSignOff(signOff, titles)),
  });
  return os.signoffs.router({
    preview: os.signoffs.preview.handler(({ input }) =>
      preview(readStep(engine, journalOf(input.engagement), input.step)),
    ),
    sign: os.signoffs.sign.handler(({ input: { engagement, step, signer, drawing } }) => {
      const journal = journalOf(engagement);
      const read = requireReady(readStep(engine, journal, step), signer);
      const picture = requireSignature(drawing);
      requireSound(journal);
      const { width, height, strokes } = drawing;
      const recorded = journal.putBlob(new TextEncoder().encode(JSON.stringify({ width, height, strokes })));
      const { email, ...named } = signer;
      engine.workspace.append(
        journal,
        [
          {
            kind: "sign",
            step,
            scope: scopeOf(engine, read.facts, read.described, step),
            evidence: evidenceHashes(read),
            form: engine.formHash,
            statement: read.described.statement,
            signer: email === undefined ? named : { ...named, email },
            method: "drawn",
            drawing: journal.putBlob(picture),
            strokes: recorded,
            zone: engine.world.machine.zone(),
          },
        ],
        ["signoffs", "steps", "rfi"],
      );
      const made = journal.state().signOffs(step).at(-1) ?? refuse("INTERNAL");
      return viewSignOff(made, titles);
    }),
    reopen: os.signoffs.reopen.handler(({ input: { engagement, step, reason } }) => {
      const journal = journalOf(engagement);
      const standing = journal.state().signOffs(step).filter(isStanding);
      if (standing.length === 0) refuse("STEP_NOT_SIGNED");
      engine.workspace.append(
        journal,
        [{ kind: "reopen", step, voids: standing.map(({ id }) => id), reason }],
        ["signoffs", "steps", "rfi"],
      );
      return viewAll(journal, step);
    }),
    putBack: os.signoffs.putBack.handler(({ input: { engagement, step, signOff } }) => {
      const journal = journalOf(engagement);
      const contested = journal
        .state()
        .signOffs(step)
        .find(({ id, state }) => id === signOff && (state === "contested" || state === "stale"));
      if (!contested) refuse("NOT_FOUND", { happened: "The step has no contested sign-off of this name." });
      engine.workspace.append(journal, opsToPutBack(contested), ["signoffs", "steps", "rfi", "conflicts"]);
      return viewAll(journal, step);
    }),
    picture: os.signoffs.picture.handler(({ input }) => {
      const journal = journalOf(input.engagement);
      const signOff =
        journal
          .state()
          .signOffs()
          .find(({ id }) => id === input.signOff) ?? refuse("NOT_FOUND");
      return { png: Buffer.from(journal.getBlob(signOff.op.drawing) ?? refuse("EVIDENCE_MISSING")).toString("base64") };
    }),
  });
}

/** What brings every cell of a contested sign-off back to the version that was signed. */
function opsToPutBack({ op: { covers }, reasons }: SignOff): NewOp[] {
  const coveredEntities = new Set(Object.keys(covers).map((cell) => splitCell(cell).entity));
  const ops = reasons.map(({ cell, signed }): [string, NewOp] => {
    const { entity, field } = splitCell(cell);
    if (signed && !signed.deleted) return [cell, { kind: "set", entity, field, value: signed.value }];
    // What was added beside a signed entity cannot be taken away alone: only whole entities are deleted.
    if (!signed && coveredEntities.has(entity)) return refuse("CANNOT_PUT_BACK", { details: [cell] });
    return [entity, { kind: "delete", entity }];
  });
  return [...new Map(ops).values()];
}

/** What a customer signs is checked as a whole before: every page, hash, signature and stored file. */
function requireSound(journal: Journal): void {
  const { ok, problems } = journal.verify();
  if (!ok) refuse("DAMAGED", { details: problems.slice(0, 5).map(({ sentence }) => sentence) });
}

/** A second person may sign beside a valid signature; the same person signs once. */
function requireReady(read: StepFacts, { name, role }: Signer): StepFacts {
  requireApplicable(read);
  const isSigner = ({ state, op }: SignOff) => state === "valid" && op.signer.name === name && op.signer.role === role;
  if (read.signOffs.some(isSigner)) refuse("STEP_SIGNED");
  if (read.missing.length > 0) refuse("STEP_NOT_READY", { details: read.missing.map(({ text }) => text) });
  return read;
}

/** Every blob the signature stands on: evidence files and the recorded answers of the checks. */
const evidenceHashes = ({ evidence, checks, observed }: StepFacts): string[] =>
  [
    ...new Set([
      ...evidence.map(({ sha256 }) => sha256),
      ...checks.flatMap(({ latest }) => (latest ? [latest.record] : [])),
      ...observed.map(({ view }) => view.record),
    ]),
  ].sort();

const taskWords: Record<TaskState, string> = {
  open: "not done",
  done: "done",
  "not-applicable": "not applicable",
  waived: "waived",
};

/** What the customer reads before signing, in plain sentences. */
export function preview(read: StepFacts): SignPreview {
  const { facts, plan, described, tasks, checks, missing, clockWaiver } = read;
  const named = described.tasks.map((task) => ({ title: task.title, value: tasks.get(task.task) }));
  const unrun = checks.filter(({ latest, waiver }) => !latest && !waiver).map(({ title }) => `${title}: not tested.`);
  const unmeasured = checks
    .filter(({ latest }) => latest?.verdict === "not-measurable")
    .map(({ title, latest }) => `${title}: ${latest?.reason}`);
  return {
    title: plan.title,
    customer: facts.identity.customer,
    reference: facts.identity.reference,
    ready: plan.applicable && missing.length === 0,
    missing: missing.map(({ text }) => text),
    done: named
      .filter(({ value }) => value?.state === "done" || value?.state === "not-applicable")
      .map(({ title, value }) => (value?.state === "done" ? title : `${title} (not applicable: ${value?.reason})`)),
    proven: checks.flatMap(({ title, latest }) =>
      latest && (latest.verdict === "pass" || latest.verdict === "warn") ? [`${title}: ${latest.reason}`] : [],
    ),
    waived: [
      ...named.flatMap(({ title, value }) =>
        value?.state === "waived" ? [`${title}: ${taskWords.waived} by ${value.by}. ${value.reason}`] : [],
      ),
      ...checks.flatMap(({ title, waiver }) => (waiver ? [`${title}: waived by ${waiver.by}. ${waiver.reason}`] : [])),
      ...(clockWaiver ? [`${clockWaiverTitle}: waived by ${clockWaiver.by}. ${clockWaiver.reason}`] : []),
    ],
    notTested: [...unrun, ...unmeasured, ...described.notTested],
    statement: described.statement,
  };
}
