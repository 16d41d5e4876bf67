import { isObserved } from "../../checks/index.ts";
import type { StepId } from "../../contract/names.ts";
import { calendarDay } from "../../contract/names.ts";
import type { SignOffView } from "../../contract/signoffs.ts";
import type { RegionValue, StepState, StepSummary, StepView, TaskView } from "../../contract/steps.ts";
import { planSteps, regionValuesFor } from "../../guide/index.ts";
import type { Journal, Json, SignOff } from "../../journal/index.ts";
import { cells, splitCell } from "../cells.ts";
import type { EngineContext } from "../context.ts";
import { createTitles, subjectOf, type Titles, valueToText } from "../describe.ts";
import { attributionOf, type EngagementFacts, readFacts, sourceOf } from "../facts.ts";
import { record } from "../guard.ts";
import type { Implementer } from "../implementer.ts";
import { latestOf, readObservations } from "../observations.ts";
import { refuse } from "../refusal.ts";
import { isStanding, readStep, type StepFacts } from "../step-facts.ts";
import { linesOfAnswers } from "../words.ts";

/** The steps: their state, everything a step's page shows, tasks and confirmed region values. */
export function createStepService(engine: EngineContext, os: Implementer) {
  const journalOf = (engagement: string) => engine.workspace.journal(engagement);
  return os.steps.router({
    list: os.steps.list.handler(({ input }) => ({ steps: summarizeSteps(engine, journalOf(input.engagement)) })),
    get: os.steps.get.handler(({ input }) => viewStep(engine, journalOf(input.engagement), input.step)),
    setTask: os.steps.setTask.handler(({ input: { engagement, step, task, change } }) => {
      const journal = journalOf(engagement);
      const { described } = requireApplicable(readStep(engine, journal, step));
      if (!described.tasks.some((known) => known.task === task))
        refuse("NOT_FOUND", { happened: "The step has no such task." });
      const reason = "reason" in change ? change.reason : "note" in change ? (change.note ?? "") : "";
      const value: Json = { state: change.state, reason, by: "by" in change ? (change.by ?? "") : "" };
      record(engine, journal, [{ kind: "set", entity: cells.task(step, task), field: "state", value }], "steps");
      return viewStep(engine, journal, step);
    }),
    confirmValue: os.steps.confirmValue.handler(({ input: { engagement, step, key, value } }) => {
      const journal = journalOf(engagement);
      const known = regionValuesFor(engine.playbook, readFacts(journal).guide, step).some(
        (candidate) => candidate.key === key,
      );
      if (!known) refuse("NOT_FOUND", { happened: "The step uses no such value." });
      record(
        engine,
        journal,
        [{ kind: "set", entity: cells.regionValue(key), field: "value", value }],
        "steps",
        "checks",
      );
      return viewStep(engine, journal, step);
    }),
  });
}

export function requireApplicable(facts: StepFacts): StepFacts {
  if (!facts.plan.applicable) refuse("STEP_NOT_APPLICABLE", { details: [facts.plan.reason] });
  return facts;
}

/** All steps in order, each with its state; the facts of the engagement are read once. */
export function summarizeSteps(engine: EngineContext, journal: Journal): StepSummary[] {
  const facts = readFacts(journal);
  const plans = planSteps(engine.playbook, facts.guide);
  const read = plans.map(({ step }) => readStep(engine, journal, step, facts));
  return read.map((step) => summarizeStep(step, read));
}

function summarizeStep(step: StepFacts, all: readonly StepFacts[]): StepSummary {
  const { plan, described, missing, signOffs } = step;
  const requiredTasks = described.tasks.filter((task) => task.required);
  const requiredChecks = step.checks.filter((check) => check.required);
  const openTask = requiredTasks.find((task) => step.tasks.get(task.task)?.state === "open");
  const total = requiredTasks.length + requiredChecks.length;
  const left = new Set(
    missing.filter(({ kind }) => kind === "task" || kind === "check").map(({ kind, id }) => `${kind}/${id}`),
  ).size;
  const valid = signOffs.findLast((signOff) => signOff.state === "valid");
  const day = described.plannedDateField
    ? calendarDay.safeParse(step.facts.answers.fields[described.plannedDateField])
    : undefined;
  return {
    step: plan.step,
    number: plan.number,
    title: plan.title,
    state: stateOf(step),
    reason: plan.applicable ? doubtOf(signOffs) : plan.reason,
    waitsFor: described.after.filter((earlier) =>
      all.some((other) => other.plan.step === earlier && other.plan.applicable && stateOf(other) !== "signed"),
    ),
    waitsForCaches: missing.find(({ kind }) => kind === "clock")?.text ?? "",
    done: Math.max(0, total - left),
    total,
    missing: missing.length,
    signedAt: valid?.wall ?? null,
    signOff: tellingState(signOffs),
    plannedDate: day?.success ? day.data : null,
    nextParty: openTask?.party ?? (missing.length === 0 && !valid ? "customer" : null),
  };
}

function stateOf({ plan, signOffs, missing, tasks, checks, evidence, observed }: StepFacts): StepState {
  if (!plan.applicable) return "not-applicable";
  const standing = signOffs.filter(isStanding);
  if (standing.some((signOff) => isInDoubt(signOff, standing))) return "needs-review";
  if (standing.length > 0) return "signed";
  if (missing.length === 0) return "ready";
  const begun =
    evidence.length > 0 ||
    observed.length > 0 ||
    checks.some((check) => check.latest) ||
    [...tasks.values()].some(({ state }) => state !== "open");
  return begun ? "in-progress" : "open";
}

/** A contested signature is settled by a later valid one, which covers what stands there now; a stale one by nothing but a reopen. */
function isInDoubt(signOff: SignOff, standing: readonly SignOff[]): boolean {
  if (signOff.state === "stale") return true;
  return signOff.state === "contested" && !standing.some(({ state, lam }) => state === "valid" && lam > signOff.lam);
}

/** The state to show where there is room for one: alarm before doubt before validity. */
function tellingState(signOffs: readonly SignOff[]): SignOff["state"] | null {
  const standing = signOffs.filter(isStanding);
  const doubted = standing.filter((signOff) => isInDoubt(signOff, standing)).map(({ state }) => state);
  if (doubted.length > 0) return doubted.includes("stale") ? "stale" : "contested";
  if (standing.length > 0) return "valid";
  return signOffs.length > 0 ? "reopened" : null;
}

const doubtOf = (signOffs: readonly SignOff[]): string => {
  if (signOffs.some(({ state }) => state === "stale"))
    return "Something was changed after the signature without reopening the step.";
  return signOffs.some((signOff) => signOff.state === "contested" && isInDoubt(signOff, signOffs))
    ? "Something was changed elsewhere that the signer had not seen."
    : "";
};

/** Everything the page of one step shows. */
export function viewStep(engine: EngineContext, journal: Journal, step: StepId): StepView {
  const read = readStep(engine, journal, step);
  const { facts, described, missing } = read;
  const everyStep = summarizeSteps(engine, journal);
  const observed = observedAround(journal, step);
  const summary = everyStep.find((candidate) => candidate.step === step) ?? refuse("NOT_FOUND");
  return {
    summary,
    purpose: described.purpose,
    who: described.who,
    duration: described.duration,
    prerequisites: described.prerequisites,
    tasks: described.tasks.map((task) => viewTask(task, read)),
    checks: read.checks,
    evidence: read.evidence,
    answers: linesOfAnswers(facts, described),
    regionValues: viewRegionValues(engine, journal, facts, step),
    mistakes: described.mistakes,
    rollback: described.rollback,
    gate: { ready: read.plan.applicable && missing.length === 0, missing, notes: listNotes(read, observed) },
    observed,
    signOffs: read.signOffs.map((signOff) => viewSignOff(signOff, createTitles(engine))),
    readOnly: journal.mode === "read" || read.signOffs.some(isStanding),
  };
}

/** When the outside was last looked at around the step's change; null for steps that change nothing there. */
function observedAround(journal: Journal, step: StepId): StepView["observed"] {
  if (!isObserved(step)) return null;
  const kept = readObservations(journal.state(), step);
  const at = (moment: "before" | "after") => latestOf(kept, moment)?.view.at ?? null;
  return { before: at("before"), after: at("after") };
}

/** What is no condition of the signature, but would be missed later. */
function listNotes({ plan }: StepFacts, observed: StepView["observed"]): string[] {
  if (!plan.applicable || observed === null) return [];
  return [
    ...(observed.before === null
      ? ["No snapshot was taken before the change, so the document cannot show what it changed."]
      : []),
    ...(observed.before !== null && observed.after === null ? ["No snapshot was taken after the change yet."] : []),
  ];
}

function viewTask(task: StepFacts["described"]["tasks"][number], read: StepFacts): TaskView {
  const { evidenceRequired: _required, ...described } = task;
  const value = read.tasks.get(task.task);
  return {
    ...described,
    state: value?.state ?? "open",
    reason: value?.reason ?? "",
    by: value?.by ?? "",
    source: value?.state === "open" ? null : (value?.source ?? null),
  };
}

export function viewRegionValues(
  engine: EngineContext,
  journal: Journal,
  facts: EngagementFacts,
  step: StepId,
): RegionValue[] {
  const state = journal.state();
  return regionValuesFor(engine.playbook, facts.guide, step).map((value) => ({
    ...value,
    confirmed: sourceOf(state.get(cells.regionValue(value.key), "value")),
  }));
}

export function viewSignOff(signOff: SignOff, titles: Titles): SignOffView {
  const { id, step, state, op, reasons, reopen } = signOff;
  return {
    signOff: id,
    step: step as StepId,
    state,
    signer: op.signer,
    statement: op.statement,
    drawing: op.drawing,
    strokes: op.strokes,
    covered: Object.keys(op.covers).length,
    differences: reasons.map((difference) => viewDifference(difference, titles)),
    reopened: reopen ? { reason: reopen.reason, ...attributionOf({ ...reopen, device: signOff.device }) } : null,
    ...attributionOf(signOff),
  };
}

function viewDifference({ cell, head, signed }: SignOff["reasons"][number], titles: Titles) {
  const { entity, field } = splitCell(cell);
  const say = (version: typeof signed) =>
    version === undefined || version.deleted ? null : valueToText(entity, field, version.value);
  return {
    cell,
    subject: subjectOf(entity, field, titles),
    signed: say(signed),
    now: say(head),
    ...attributionOf(head),
  };
}
