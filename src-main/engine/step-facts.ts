import * as z from "zod";
import { type CheckDefinition, checkCatalog } from "../checks/index.ts";
import { type CheckResult, type CheckView, checkResult } from "../contract/checks.ts";
import type { EvidenceView } from "../contract/evidence.ts";
import { type Attribution, type StepId, stepIds } from "../contract/names.ts";
import { measureCompleteness } from "../contract/rfi/form.ts";
import { type MissingItem, type TaskState, taskState } from "../contract/steps.ts";
import { describeStep, findMissing, planSteps, regionValuesFor, type StepDescription } from "../guide/index.ts";
import type { Journal, SignOff, State } from "../journal/index.ts";
import { cellScope, cells, isInScope, stepOfEntity } from "./cells.ts";
import { hasClock, readChangeClock, readClockWaiver } from "./clock.ts";
import { type EngineContext, toCheckContext } from "./context.ts";
import { attributionOf, type EngagementFacts, readFacts, shownHead, sourceOf } from "./facts.ts";
import { type KeptObservation, readObservations } from "./observations.ts";

const taskValue = z.strictObject({ state: taskState, reason: z.string(), by: z.string() });
export type TaskValue = z.infer<typeof taskValue>;
const waiverValue = z.strictObject({ reason: z.string(), by: z.string() });
const evidenceMeta = z.strictObject({
  task: z.string().nullable(),
  kind: z.enum(["picture", "file", "text"]),
  title: z.string(),
  note: z.string(),
});
const attachment = z.looseObject({
  blob: z.string(),
  name: z.string(),
  type: z.string(),
  size: z.number(),
  meta: evidenceMeta,
});

export type JudgedRun = CheckResult & Attribution;

/** Everything known of one step of one engagement, before it is put into words for a screen, a gate or a document. */
export interface StepFacts {
  facts: EngagementFacts;
  step: StepId;
  plan: ReturnType<typeof planSteps>[number];
  described: StepDescription;
  tasks: Map<string, TaskValue & { source: Attribution | null }>;
  checks: CheckView[];
  evidence: EvidenceView[];
  /** Looks at the outside that the signature covers, oldest first. */
  observed: KeptObservation[];
  clockWaiver: ReturnType<typeof readClockWaiver>;
  signOffs: SignOff[];
  missing: MissingItem[];
}

/** True while a sign-off still stands, in whatever state of doubt. */
export const isStanding = (signOff: SignOff): boolean => signOff.state !== "reopened";

/** Collects a step's facts. Costs well under a millisecond per step: the journal's state is in memory. */
export function readStep(engine: EngineContext, journal: Journal, step: StepId, facts = readFacts(journal)): StepFacts {
  const state = journal.state();
  const plan = planSteps(engine.playbook, facts.guide).find((planned) => planned.step === step);
  if (!plan) throw new Error(`The playbook has no step ${step}.`);
  const described = describeStep(engine.playbook, facts.guide, step);
  const tasks = new Map(described.tasks.map((task) => [task.task, readTask(state, step, task.task)]));
  const checks = readChecks(engine, journal.engagement, state, facts, described, step);
  const evidence = readEvidence(journal, step);
  const signOffs = state.signOffs(step);
  const missing = plan.applicable
    ? listMissing(facts, state, described, step, { tasks, checks, evidence }, engine)
    : [];
  const observed = readObservations(state, step).filter(({ view }) => view.moment !== "later");
  const clockWaiver = readClockWaiver(state, step);
  return { facts, step, plan, described, tasks, checks, evidence, observed, clockWaiver, signOffs, missing };
}

function readTask(state: State, step: StepId, task: string): TaskValue & { source: Attribution | null } {
  const cell = state.get(cells.task(step, task), "state");
  const parsed = taskValue.safeParse(cell?.value);
  return { ...(parsed.success ? parsed.data : { state: "open", reason: "", by: "" }), source: sourceOf(cell) };
}

/** Runs of one check, newest first. */
export function readRuns(state: State, step: StepId, check: string): JudgedRun[] {
  return state
    .entities(cells.checkRuns(step, check))
    .flatMap((entity) => {
      const cell = state.get(entity, "result");
      const head = cell && shownHead(cell);
      const parsed = checkResult.safeParse(cell?.value);
      return head && parsed.success ? [{ lam: head.lam, run: { ...parsed.data, ...attributionOf(head) } }] : [];
    })
    .sort((one, other) => other.lam - one.lam)
    .map(({ run }) => run);
}

function readChecks(
  engine: EngineContext,
  engagement: string,
  state: State,
  facts: EngagementFacts,
  described: StepDescription,
  step: StepId,
): CheckView[] {
  const context = toCheckContext(engine, facts);
  const running = new Set(
    engine.jobs
      .running()
      .filter((job) => job.kind === "check-run" && job.step === step)
      .map((job) => job.step),
  );
  return described.checks.flatMap(({ check, required }) => {
    const definition = checkCatalog.find((known) => known.id === check);
    if (!definition) return [];
    const planned = definition.plan(context);
    if (planned.kind === "not-applicable") return [];
    const { needsSecret: need } = definition;
    const needsSecret = typeof need === "function" ? need(context) : need;
    return [
      viewCheck(state, step, definition, {
        required,
        needsSecret,
        secretRemembered: engine.secrets.has(engagement, needsSecret),
        blocked: planned.kind === "missing" ? planned.sentence : null,
        running: running.has(step),
      }),
    ];
  });
}

function viewCheck(
  state: State,
  step: StepId,
  definition: CheckDefinition,
  {
    running,
    ...known
  }: Pick<CheckView, "required" | "blocked" | "needsSecret" | "secretRemembered"> & {
    running: boolean;
  },
): CheckView {
  const [latest = null, ...earlier] = readRuns(state, step, definition.id);
  const waiverCell = state.get(cells.checkWaiver(step, definition.id), "waiver");
  const waiver = waiverValue.safeParse(waiverCell?.value);
  const waivedBy = sourceOf(waiverCell);
  const { id: check, title, purpose, needsInput = "none", sees } = definition;
  return {
    check,
    title,
    purpose,
    needsInput,
    sees: [...sees],
    ...known,
    state: waiver.success ? "waived" : running ? "running" : latest ? "judged" : "not-run",
    latest,
    earlier: earlier.slice(0, 20).map(({ run, verdict, at }) => ({ run, verdict, at })),
    waiver: waiver.success && waivedBy ? { ...waiver.data, ...waivedBy } : null,
  };
}

/** Evidence of a step in the order it was added. */
export function readEvidence(journal: Journal, step: StepId): EvidenceView[] {
  const state = journal.state();
  const prefix = cells.evidenceOf(step);
  return state.entities(prefix).flatMap((entity) => {
    const cell = state.get(entity, "attachment");
    const source = sourceOf(cell);
    const parsed = attachment.safeParse(cell?.value);
    if (!parsed.success || !source) return [];
    const { blob, name, type, size, meta } = parsed.data;
    return [
      {
        evidence: entity.slice(prefix.length),
        step,
        ...meta,
        name,
        type,
        size,
        sha256: blob,
        present: journal.hasBlob(blob),
        ...source,
      },
    ];
  });
}

interface Collected {
  tasks: StepFacts["tasks"];
  checks: CheckView[];
  evidence: EvidenceView[];
}

function listMissing(
  facts: EngagementFacts,
  state: State,
  described: StepDescription,
  step: StepId,
  collected: Collected,
  engine: EngineContext,
): MissingItem[] {
  const { family, services } = facts.identity;
  const scope = scopeOf(engine, facts, described, step);
  const tasks: Record<string, TaskState> = Object.fromEntries(
    [...collected.tasks].map(([task, value]) => [task, value.state]),
  );
  const checks = Object.fromEntries(
    collected.checks.map(({ check, waiver, latest }) => [
      check,
      waiver ? ("waived" as const) : (latest?.verdict ?? ("not-run" as const)),
    ]),
  );
  // A check that cannot apply here (no directory, no own servers) is no condition of the signature.
  const applicable = { ...described, checks: described.checks.filter(({ check }) => check in checks) };
  const missing = findMissing(applicable, {
    tasks,
    checks,
    evidence: collected.evidence.map(({ task }) => ({ task })),
    conflicts: state
      .conflicts()
      .filter((cell) => isInScope(scope, cell.entity, cell.field))
      .map((cell) => cellScope(cell.entity, cell.field)),
    opaque: state.opaqueIn(step, scope),
    clock: standClock(engine, state, facts, step),
    gaps: step === "rfi" ? measureCompleteness({ family, services }, facts.answers).gaps : [],
  });
  const absent = collected.evidence.filter((item) => !item.present);
  return [
    ...missing,
    ...absent.map((item) => ({
      kind: "evidence" as const,
      id: item.evidence,
      text: `The file of “${item.title}” is not in this copy.`,
    })),
  ];
}

/** The clock of the MX change for the steps that wait for it; one without a domain that receives mail has nothing to wait for. */
function standClock(engine: EngineContext, state: State, facts: EngagementFacts, step: StepId) {
  const clock = hasClock(step) ? readChangeClock(engine, "mx", { state, facts }) : null;
  if (clock === null) return null;
  return { state: clock.state, expectedAt: clock.expectedAt, isWaived: readClockWaiver(state, step) !== null };
}

/** The cells a signature of the step covers: everything recorded in the step, and the answers and values it stands on. */
export function scopeOf(
  engine: EngineContext,
  facts: EngagementFacts,
  described: StepDescription,
  step: StepId,
): string[] {
  if (step === "rfi") return [cells.step(step), `${cells.engagement}`, cells.rfiSection(""), "rows/"];
  const answers = described.answerFields.map((path) => {
    const [section = "", field = ""] = path.split(".");
    return cellScope(cells.rfiSection(section), field);
  });
  const groups = described.answerGroups.map((group) => cells.rows(group));
  const values = regionValuesFor(engine.playbook, facts.guide, step).map(({ key }) =>
    cellScope(cells.regionValue(key), "value"),
  );
  return [cells.step(step), ...answers, ...groups, ...values];
}

/** Steps whose standing sign-off covers a cell. Changing such a cell needs a reopen first. */
export function signedStepsOver(state: State, entity: string, field: string): StepId[] {
  const covering = state
    .signOffs()
    .filter((signOff) => isStanding(signOff) && isInScope(signOff.op.scope, entity, field));
  return stepIds.filter((step) => covering.some((signOff) => signOff.step === step));
}

export const ownStep = (entity: string): StepId | null => stepOfEntity(entity, stepIds);
