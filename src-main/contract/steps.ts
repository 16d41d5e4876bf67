import * as z from "zod";
import { checkView } from "./checks.ts";
import { command, inEngagement } from "./command.ts";
import { evidenceView } from "./evidence.ts";
import { attribution, calendarDay, confidence, instant, line, paragraph, party, slug, stepId } from "./names.ts";
import { signOffState, signOffView } from "./signoffs.ts";

export const stepStates = ["not-applicable", "open", "in-progress", "ready", "signed", "needs-review"] as const;
export const stepState = z.enum(stepStates);
export type StepState = z.infer<typeof stepState>;

export const stepSummary = z.strictObject({
  step: stepId,
  /** 1 to 7; null for the considerations. */
  number: z.number().int().nullable(),
  title: z.string(),
  state: stepState,
  /** Why the step does not apply or needs review; empty otherwise. */
  reason: z.string(),
  /** Steps that should be signed before this one and are not. */
  waitsFor: z.array(stepId),
  /** Why the step waits for caches to forget the old MX records, with moments written as ISO 8601; empty when it does not. */
  waitsForCaches: z.string(),
  done: z.number().int(),
  total: z.number().int(),
  missing: z.number().int(),
  signedAt: z.string().nullable(),
  /** The signature that asks for the most attention; a contested one that a later one settled asks for none. Null when nobody signed. */
  signOff: signOffState.nullable(),
  plannedDate: calendarDay.nullable(),
  nextParty: party.nullable(),
});
export type StepSummary = z.infer<typeof stepSummary>;

/** A part of an instruction: prose, something to type, or values to enter in a console. */
export const instruction = z.strictObject({
  kind: z.enum(["text", "command", "values"]),
  text: z.string(),
  /** Placeholders that no answer or confirmed value fills yet, in words. */
  unresolved: z.array(z.string()),
});
export type Instruction = z.infer<typeof instruction>;

export const taskState = z.enum(["open", "done", "not-applicable", "waived"]);
export type TaskState = z.infer<typeof taskState>;

export const taskView = z.strictObject({
  task: slug,
  title: z.string(),
  party,
  required: z.boolean(),
  state: taskState,
  reason: z.string(),
  by: z.string(),
  source: attribution.nullable(),
  instructions: z.array(instruction),
  checks: z.array(slug),
  evidenceWanted: z.string(),
  waiting: z.string(),
  undo: z.string(),
});
export type TaskView = z.infer<typeof taskView>;

export const mistake = z.strictObject({ mistake: z.string(), symptom: z.string(), remedy: z.string() });

export const missingItem = z.strictObject({
  kind: z.enum(["task", "check", "answer", "value", "conflict", "evidence", "newer", "clock"]),
  id: z.string(),
  text: z.string(),
});
export type MissingItem = z.infer<typeof missingItem>;

/** A fact of the region table with how well it is known; `value` is null until one is known or confirmed. */
export const regionValue = z.strictObject({
  key: slug,
  label: z.string(),
  value: z.array(z.string()).nullable(),
  suggestion: z.array(z.string()).nullable(),
  confidence,
  source: z.string(),
  asOf: z.string(),
  confirmed: attribution.nullable(),
});
export type RegionValue = z.infer<typeof regionValue>;

export const answerLine = z.strictObject({
  at: z.string(),
  label: z.string(),
  value: z.string(),
  source: attribution.nullable(),
});

export const stepView = z.strictObject({
  summary: stepSummary,
  purpose: z.string(),
  who: z.string(),
  duration: z.string(),
  prerequisites: z.array(z.string()),
  tasks: z.array(taskView),
  checks: z.array(checkView),
  evidence: z.array(evidenceView),
  answers: z.array(answerLine),
  regionValues: z.array(regionValue),
  mistakes: z.array(mistake),
  rollback: z.array(instruction),
  /** `notes` are no conditions: what a careful person would still do. */
  gate: z.strictObject({ ready: z.boolean(), missing: z.array(missingItem), notes: z.array(z.string()) }),
  /** Looks at the outside around the step's change; null for steps that change nothing there. */
  observed: z.strictObject({ before: instant.nullable(), after: instant.nullable() }).nullable(),
  signOffs: z.array(signOffView),
  readOnly: z.boolean(),
});
export type StepView = z.infer<typeof stepView>;

const inStep = { ...inEngagement, step: stepId };

export const steps = {
  list: command.input(z.strictObject(inEngagement)).output(z.strictObject({ steps: z.array(stepSummary) })),
  get: command.input(z.strictObject(inStep)).output(stepView),
  /** Marks a task. `not-applicable` needs a reason; `waived` a reason and a named person. */
  setTask: command
    .input(
      z.strictObject({
        ...inStep,
        task: slug,
        change: z.discriminatedUnion("state", [
          z.strictObject({ state: z.literal("open") }),
          z.strictObject({
            state: z.literal("done"),
            note: z.string().trim().max(20_000).optional(),
            by: line.optional(),
          }),
          z.strictObject({ state: z.literal("not-applicable"), reason: paragraph, by: line.optional() }),
          z.strictObject({ state: z.literal("waived"), reason: paragraph, by: line }),
        ]),
      }),
    )
    .output(stepView),
  /** Confirms or enters a value of the region table, from the customer's own console. */
  confirmValue: command
    .input(z.strictObject({ ...inStep, key: slug, value: z.array(line).min(1).max(200) }))
    .output(stepView),
};
