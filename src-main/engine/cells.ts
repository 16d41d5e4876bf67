import type { StepId } from "../contract/names.ts";

/** Where each thing lives in the journal: the only place that knows entity names. */
export const cells = {
  engagement: "engagement",
  filing: "filing",
  /** Marks an engagement to practise on. */
  rehearsal: "rehearsal",
  /** Of the internal space: left out of copies for the customer. */
  internalNote: "internal/note",
  rfiSection: (section: string) => `rfi/${section}`,
  rows: (group: string) => `rows/${group}/`,
  row: (group: string, row: string) => `rows/${group}/${row}`,
  regionValue: (key: string) => `region/${key}`,
  steps: "step/",
  step: (step: StepId) => `step/${step}/`,
  task: (step: StepId, task: string) => `step/${step}/task/${task}`,
  checkRuns: (step: StepId, check: string) => `step/${step}/check/${check}/`,
  checkRun: (step: StepId, check: string, run: string) => `step/${step}/check/${check}/${run}`,
  checkWaiver: (step: StepId, check: string) => `step/${step}/waiver/${check}`,
  observations: (step: StepId) => `step/${step}/observation/`,
  observation: (step: StepId, id: string) => `step/${step}/observation/${id}`,
  clockWaiver: (step: StepId) => `step/${step}/clock`,
  /** Looks taken after the signature, and what the watch keeps: outside every signed scope, so that looking changes nothing. */
  watched: "watch/",
  watchedBy: (step: StepId | "picture", id: string) => `watch/${step}/${id}`,
  evidenceOf: (step: StepId) => `step/${step}/evidence/`,
  evidence: (step: StepId, id: string) => `step/${step}/evidence/${id}`,
  removal: (step: StepId, id: string) => `step/${step}/removal/${id}`,
} as const;

/** Entity and field of a cell's name; `#` is in no entity. */
export function splitCell(cell: string): { entity: string; field: string } {
  const at = cell.indexOf("#");
  return { entity: cell.slice(0, at), field: cell.slice(at + 1) };
}

/** One cell as a scope of a signature names it. */
export const cellScope = (entity: string, field: string): string => `${entity}#${field}`;

/** The step an entity belongs to, if any. */
export function stepOfEntity(entity: string, steps: readonly StepId[]): StepId | null {
  const [kind, step] = entity.split("/");
  return kind === "step" ? (steps.find((id) => id === step) ?? null) : null;
}

/** Whether a cell lies in a scope: an entity prefix, or one exact cell. */
export function isInScope(scope: readonly string[], entity: string, field: string): boolean {
  return scope.some((part) => (part.includes("#") ? part === cellScope(entity, field) : entity.startsWith(part)));
}
