import { checkCatalog } from "../checks/index.ts";
import type { HistoryEntry } from "../contract/history.ts";
import { type StepId, stepIds } from "../contract/names.ts";
import { answerValue } from "../contract/rfi/field.ts";
import { type FieldPath, fieldsByPath, groupsById } from "../contract/rfi/form.ts";
import type { Playbook } from "../guide/index.ts";
import type { HistoryItem, Json } from "../journal/index.ts";
import { stepOfEntity } from "./cells.ts";
import { attributionOf } from "./facts.ts";
import { answerToText } from "./words.ts";

type Change = HistoryEntry["changes"][number];
type HistoryOp = HistoryItem["ops"][number];

/** Titles that the journal does not hold: it knows steps, tasks, checks and region values by id. */
export interface Titles {
  step(step: StepId): string;
  task(step: StepId, task: string): string;
  check(check: string): string;
  value(key: string): string;
}

/** Titles from the playbook and the checks; an id that neither knows stands for itself. */
export function createTitles({ playbook }: { playbook: Playbook }): Titles {
  const stepOf = (step: StepId) => playbook.steps.find((known) => known.step === step);
  return {
    step: (step) => stepOf(step)?.title ?? step,
    task: (step, task) => stepOf(step)?.tasks.find((known) => known.task === task)?.title ?? task,
    check: (check) => checkCatalog.find(({ id }) => id === check)?.title ?? check,
    value: (key) => playbook.regions.labels[key] ?? key,
  };
}

/** One journal entry as a person reads it. `position` counts from 1 at the first entry. */
export function describeEntry(item: HistoryItem, titles: Titles, position = 0): HistoryEntry {
  const changes = item.ops.flatMap((op) => describeOp(op, titles));
  const [first, ...more] = changes;
  const text = first ? summarize(first, more.length) : "Opened the engagement for writing";
  return { entry: item.entry, position, text, changes, ...attributionOf(item) };
}

/** Longest value that a one-line summary repeats. */
const longestValue = 80;

function summarize({ subject, after }: Change, more: number): string {
  if (more > 0) return `${subject} and ${more} more`;
  return after !== null && after.length <= longestValue ? `${subject}: ${after}` : subject;
}

function describeOp(op: HistoryOp, titles: Titles): Change[] {
  const step = stepIds.find((id) => id === op.op.step) ?? null;
  const onStep = (words: string, after: string | null): Change[] => [
    { kind: op.kind, subject: `${words} “${step ? titles.step(step) : ""}”`, before: null, after, step },
  ];
  switch (op.kind) {
    case "open":
      return [];
    case "sign":
      return onStep("Signed", textOf(op.op));
    case "reopen":
      return onStep("Reopened", textOf(op.op.reason));
    case "export":
      return onStep("Made the document of", textOf(op.op.sha256));
    default:
      return [describeCell(op, titles)];
  }
}

function describeCell(op: HistoryOp, titles: Titles): Change {
  const entity = op.entity ?? "";
  const subject = subjectOf(entity, op.field ?? "", titles);
  const say = (value: Json | undefined) => valueToText(entity, op.field ?? "", value);
  const isRemoval = op.kind === "delete";
  return {
    kind: op.kind,
    subject: isRemoval ? `Removed: ${subject}` : subject,
    before: say(op.before),
    after: isRemoval ? null : say(op.after),
    step: stepOfEntity(entity, stepIds),
  };
}

/** The value of a cell as a person reads it; null for none. */
export function valueToText(entity: string, fieldName: string, value: Json | undefined): string | null {
  if (fieldName === "observation") return observationToText(value);
  const field = fieldOf(entity, fieldName);
  const answer = field && answerValue.safeParse(value);
  return answer?.success && field ? answerToText(field, answer.data) : textOf(value);
}

const momentWords: Record<string, string> = { before: "before the change", after: "after the change", later: "later" };

/** A look at the outside is told by its occasion; what it saw is shown by the comparison. */
function observationToText(value: Json | undefined): string | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  return momentWords[String(value.moment)] ?? null;
}

export function fieldOf(entity: string, field: string) {
  const [kind, name = ""] = entity.split("/");
  if (kind === "rfi") return fieldsByPath.get(`${name}.${field}` as FieldPath);
  return kind === "rows" ? groupsById.get(name)?.columns.find((column) => column.id === field) : undefined;
}

const engagementWords: Record<string, string> = {
  customer: "Customer",
  reference: "Reference",
  region: "Region",
  services: "Services bought",
  platform: "Mail platform",
  accountCode: "Account code",
  consultant: "Consultant",
  tpoc: "Technical contact",
  plannedStart: "Planned start",
  plannedEnd: "Planned end",
  archived: "Archived",
};

/** What a cell is about, in words. */
export function subjectOf(entity: string, field: string, titles: Titles): string {
  const [kind, name = ""] = entity.split("/");
  if (kind === "step") return subjectInStep(entity, titles);
  if (kind === "region") return titles.value(name);
  if (kind === "rows") return `${groupsById.get(name)?.label ?? name}: ${fieldOf(entity, field)?.label ?? field}`;
  if (kind === "watch") return name === "picture" ? "What name servers gave" : "Snapshot of the outside";
  if (kind === "internal") return "Internal note";
  if (kind === "rfi") return fieldOf(entity, field)?.label ?? `${name}.${field}`;
  return Object.hasOwn(engagementWords, field) ? (engagementWords[field] ?? field) : field;
}

function subjectInStep(entity: string, titles: Titles): string {
  const [, , part = "", id = ""] = entity.split("/");
  const step = stepOfEntity(entity, stepIds);
  if (part === "task" && step) return `Task “${titles.task(step, id)}”`;
  if (part === "check") return `Check “${titles.check(id)}”`;
  if (part === "observation") return "Snapshot of the outside";
  if (part === "clock") return "Waiver of the wait for caches";
  if (part === "waiver") return `Waiver of the check “${titles.check(id)}”`;
  return part === "removal" ? "Reason for removing evidence" : "Evidence";
}

/** A recorded value in one short line; objects show what matters of them. */
function textOf(value: Json | undefined): string | null {
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) return value.map(String).join(", ");
  if (typeof value !== "object") return String(value);
  const { state, verdict, reason, name, title, signer, meta } = value as Record<string, Json | undefined>;
  if (typeof signer === "object" && signer !== null && !Array.isArray(signer))
    return `${signer.name}, ${signer.role}, ${signer.organisation}`;
  const given = typeof meta === "object" && meta !== null && !Array.isArray(meta) ? meta.title : undefined;
  const parts = [state ?? verdict, given ?? title ?? name, reason].filter(
    (part) => typeof part === "string" && part !== "",
  );
  return parts.length > 0 ? parts.join(": ") : JSON.stringify(value).slice(0, 200);
}
