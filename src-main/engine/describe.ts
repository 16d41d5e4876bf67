import type { HistoryEntry } from "../contract/history.ts";
import { type StepId, stepIds } from "../contract/names.ts";
import { answerValue } from "../contract/rfi/field.ts";
import { type FieldPath, fieldsByPath, groupsById } from "../contract/rfi/form.ts";
import type { HistoryItem, Json } from "../journal/index.ts";
import { stepOfEntity } from "./cells.ts";
import { attributionOf } from "./facts.ts";
import { answerToText } from "./words.ts";

type Change = HistoryEntry["changes"][number];
type HistoryOp = HistoryItem["ops"][number];

/** One journal entry as a person reads it. `position` counts from 1 at the first entry. */
export function describeEntry(item: HistoryItem, position = 0): HistoryEntry {
  const changes = item.ops.flatMap(describeOp);
  const [first, ...more] = changes;
  const text = first
    ? `${first.subject}${more.length > 0 ? ` and ${more.length} more` : ""}`
    : "Opened the engagement for writing";
  return { entry: item.entry, position, text, changes, ...attributionOf(item) };
}

function describeOp(op: HistoryOp): Change[] {
  const stepNamed = stepIds.find((step) => step === op.op.step) ?? null;
  switch (op.kind) {
    case "open":
      return [];
    case "sign":
      return [
        { kind: op.kind, subject: `Signed step ${stepNamed}`, before: null, after: textOf(op.op), step: stepNamed },
      ];
    case "reopen":
      return [
        {
          kind: op.kind,
          subject: `Reopened step ${stepNamed}`,
          before: null,
          after: textOf(op.op.reason),
          step: stepNamed,
        },
      ];
    case "export":
      return [
        {
          kind: op.kind,
          subject: `Made the document of step ${stepNamed}`,
          before: null,
          after: textOf(op.op.sha256),
          step: stepNamed,
        },
      ];
    default:
      return [describeCell(op)];
  }
}

function describeCell(op: HistoryOp): Change {
  const entity = op.entity ?? "";
  const step: StepId | null = stepOfEntity(entity, stepIds);
  const subject = subjectOf(entity, op.field ?? "");
  const field = fieldOf(entity, op.field ?? "");
  const say = (value: Json | undefined) => {
    const answer = field && answerValue.safeParse(value);
    return answer?.success && field ? answerToText(field, answer.data) : textOf(value);
  };
  const removed = op.kind === "delete" ? `Removed: ${subject}` : subject;
  return {
    kind: op.kind,
    subject: removed,
    before: say(op.before),
    after: op.kind === "delete" ? null : say(op.after),
    step,
  };
}

function fieldOf(entity: string, field: string) {
  const [kind, name = ""] = entity.split("/");
  if (kind === "rfi") return fieldsByPath.get(`${name}.${field}` as FieldPath);
  return kind === "rows" ? groupsById.get(name)?.columns.find((column) => column.id === field) : undefined;
}

const words: Record<string, string> = {
  task: "Task",
  check: "Check",
  waiver: "Waiver of check",
  evidence: "Evidence",
  removal: "Reason for removing evidence",
};

function subjectOf(entity: string, field: string): string {
  const [kind, name = "", part = "", id = ""] = entity.split("/");
  if (kind === "step") return `${words[part] ?? part} ${part === "evidence" || part === "removal" ? "" : id}`.trim();
  if (kind === "region") return `Region value ${name}`;
  if (kind === "rows") return `${groupsById.get(name)?.label ?? name}: ${fieldOf(entity, field)?.label ?? field}`;
  if (kind === "rfi") return fieldOf(entity, field)?.label ?? `${name}.${field}`;
  return field;
}

/** A recorded value in one short line; objects show what matters of them. */
function textOf(value: Json | undefined): string | null {
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) return value.map(String).join(", ");
  if (typeof value !== "object") return String(value);
  const { state, verdict, reason, name, title, signer } = value as Record<string, Json | undefined>;
  if (typeof signer === "object" && signer !== null && !Array.isArray(signer))
    return `${signer.name}, ${signer.role}, ${signer.organisation}`;
  const parts = [state ?? verdict, title ?? name, reason].filter((part) => typeof part === "string" && part !== "");
  return parts.length > 0 ? parts.join(": ") : JSON.stringify(value).slice(0, 200);
}
