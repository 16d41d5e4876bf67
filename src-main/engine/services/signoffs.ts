import type { SignPreview } from "../../contract/signoffs.ts";
import type { TaskState } from "../../contract/steps.ts";
import type { EngineContext } from "../context.ts";
import type { Implementer } from "../implementer.ts";
import { refuse } from "../refusal.ts";
import { requireSignature } from "../signature.ts";
import { isStanding, readStep, type StepFacts, scopeOf } from "../step-facts.ts";
import { requireApplicable, viewSignOff } from "./steps.ts";

/** Sign-off and reopen. */
export function createSignOffService(engine: EngineContext, os: Implementer) {
  const journalOf = (engagement: string) => engine.workspace.journal(engagement);
  return os.signoffs.router({
    preview: os.signoffs.preview.handler(({ input }) =>
      preview(readStep(engine, journalOf(input.engagement), input.step)),
    ),
    sign: os.signoffs.sign.handler(({ input: { engagement, step, signer, drawing } }) => {
      const journal = journalOf(engagement);
      const read = requireReady(readStep(engine, journal, step));
      const picture = requireSignature(drawing);
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
      return viewSignOff(made);
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
      return { signOffs: journal.state().signOffs(step).map(viewSignOff) };
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

function requireReady(read: StepFacts): StepFacts {
  requireApplicable(read);
  if (read.signOffs.some(({ state }) => state === "valid")) refuse("STEP_SIGNED");
  if (read.missing.length > 0) refuse("STEP_NOT_READY", { details: read.missing.map(({ text }) => text) });
  return read;
}

/** Every blob the signature stands on: evidence files and the recorded answers of the checks. */
const evidenceHashes = ({ evidence, checks }: StepFacts): string[] =>
  [
    ...new Set([
      ...evidence.map(({ sha256 }) => sha256),
      ...checks.flatMap(({ latest }) => (latest ? [latest.record] : [])),
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
  const { facts, plan, described, tasks, checks, missing } = read;
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
    ],
    notTested: [...unrun, ...unmeasured, ...described.notTested],
    statement: described.statement,
  };
}
