import type { Party, StepId } from "../contract/names.ts";
import { connectStepIds } from "../contract/names.ts";
import { type FieldPath, isAsked, type RowGroupId, sections } from "../contract/rfi/form.ts";
import type { Instruction } from "../contract/steps.ts";
import { type GuideContext, holds } from "./context.ts";
import { fillBlocks, fillText } from "./fill.ts";
import type { Playbook, PlaybookStep, PlaybookTask } from "./playbook.ts";
import { findOpenValues } from "./regions.ts";

export interface PlannedStep {
  step: StepId;
  /** 1 to 7; null for the considerations before them. */
  number: number | null;
  title: string;
  applicable: boolean;
  /** Why the step does not apply; empty when it does. */
  reason: string;
}

/** Every step in order, with those that the services bought make unnecessary marked and explained (vendor article 34000376433811). */
export function planSteps(playbook: Playbook, context: Pick<GuideContext, "services">): PlannedStep[] {
  return playbook.steps.map(({ step, title }) => {
    const rule = playbook.services.conditional.find((conditional) => conditional.step === step);
    const applicable = !rule || rule.needs.some((service) => context.services.includes(service));
    const index = (connectStepIds as readonly StepId[]).indexOf(step);
    return { step, number: index < 0 ? null : index + 1, title, applicable, reason: applicable ? "" : rule.otherwise };
  });
}

export interface GuideTask {
  task: string;
  title: string;
  party: Party;
  required: boolean;
  instructions: Instruction[];
  checks: string[];
  evidenceWanted: string;
  evidenceRequired: boolean;
  waiting: string;
  undo: string;
}

/** One step for one engagement: filtered to its platform and services, placeholders filled. */
export interface StepDescription {
  purpose: string;
  who: string;
  duration: string;
  prerequisites: string[];
  tasks: GuideTask[];
  checks: { check: string; title: string; required: boolean }[];
  /** Facts of the region table that the step needs and nobody has confirmed or entered yet. */
  openValues: { key: string; label: string }[];
  mistakes: { mistake: string; symptom: string; remedy: string }[];
  rollback: Instruction[];
  /** Answers that matter to the step: printed in its document and covered by its signature. */
  answerFields: FieldPath[];
  answerGroups: RowGroupId[];
  plannedDateField?: FieldPath;
  /** Steps that should be signed before this one. */
  after: StepId[];
  statement: string;
  notTested: string[];
}

const stepOf = (playbook: Playbook, step: StepId): PlaybookStep => {
  const found = playbook.steps.find((known) => known.step === step);
  if (!found) throw new Error(`The playbook has no step ${step}.`);
  return found;
};

export function describeStep(playbook: Playbook, context: GuideContext, step: StepId): StepDescription {
  const written = stepOf(playbook, step);
  const fill = (text: string) => fillText(playbook, context, text).text;
  return {
    purpose: fill(written.purpose),
    who: fill(written.who),
    duration: fill(written.duration),
    prerequisites: written.prerequisites.map(fill),
    tasks: written.tasks
      .filter(({ when }) => holds(when, context))
      .map((task) => describeTask(playbook, context, task)),
    checks: written.checks.map(({ check, required }) => ({ check, title: playbook.checks[check] ?? check, required })),
    openValues: findOpenValues(playbook, context, step).map(({ key, label }) => ({ key, label })),
    mistakes: written.mistakes,
    rollback: fillBlocks(playbook, context, written.rollback),
    ...answersOf(context, step),
    ...(written.plannedDate ? { plannedDateField: written.plannedDate } : {}),
    after: written.after,
    statement: fill(written.statement),
    notTested: written.notTested.map(fill),
  };
}

function describeTask(playbook: Playbook, context: GuideContext, written: PlaybookTask): GuideTask {
  const { task, title, party, required, instructions, checks, evidence, evidenceRequired, waiting, undo } = written;
  const fill = (text: string) => fillText(playbook, context, text).text;
  return {
    task,
    title: fill(title),
    party,
    required,
    instructions: fillBlocks(playbook, context, instructions),
    checks,
    evidenceWanted: fill(evidence),
    evidenceRequired,
    waiting: fill(waiting),
    undo: fill(undo),
  };
}

/** The answers whose `feeds` in the RFI table name the step, in the order of the form. The RFI itself rests on every answer. */
function answersOf(context: GuideContext, step: StepId): { answerFields: FieldPath[]; answerGroups: RowGroupId[] } {
  const feeds = (question: { feeds?: readonly StepId[] }) =>
    step === "rfi" || (question.feeds?.includes(step) ?? false);
  const asked = (question: { when?: Parameters<typeof isAsked>[0] }) =>
    isAsked(question.when, context, context.answers);
  return {
    answerFields: sections.flatMap((section) =>
      section.fields
        .filter((field) => feeds(field) && asked(field))
        .map((field) => `${section.id}.${field.id}` as FieldPath),
    ),
    answerGroups: sections.flatMap((section) =>
      section.groups.filter((group) => feeds(group) && asked(group)).map((group) => group.id as RowGroupId),
    ),
  };
}
