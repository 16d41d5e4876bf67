import type { Attribution } from "../contract/names.ts";
import type { AnswerValue, Field } from "../contract/rfi/field.ts";
import { type FieldPath, fieldsByPath, groupsById, isAsked } from "../contract/rfi/form.ts";
import type { StepDescription } from "../guide/index.ts";
import type { EngagementFacts } from "./facts.ts";

/** An answer as a person reads it: options by their labels, yes and no in words. */
export function answerToText(field: Field, value: AnswerValue | undefined): string {
  if (value === undefined) return "";
  if (typeof value === "boolean") return value ? "Yes" : "No";
  const label = (part: string) => field.options?.find((option) => option.value === part)?.label ?? part;
  return Array.isArray(value) ? value.map(label).join(", ") : label(String(value));
}

export interface AnswerLine {
  at: string;
  label: string;
  value: string;
  source: Attribution | null;
}

/** The answers that matter to a step, in the order of the form. */
export function linesOfAnswers(
  { answers, sources, identity }: EngagementFacts,
  described: StepDescription,
): AnswerLine[] {
  const context = { family: identity.family, services: identity.services };
  const fields = described.answerFields.flatMap((at): AnswerLine[] => {
    const field = fieldsByPath.get(at);
    if (!field || !isAsked(field.when, context, answers)) return [];
    return [
      {
        at,
        label: field.label,
        value: answerToText(field, answers.fields[at as FieldPath]),
        source: sources[at] ?? null,
      },
    ];
  });
  const rows = described.answerGroups.flatMap((id): AnswerLine[] => {
    const group = groupsById.get(id);
    if (!group || !isAsked(group.when, context, answers)) return [];
    const list = answers.rows[id] ?? [];
    const lines = list.map((row) =>
      group.columns
        .map((column) => answerToText(column, row.values[column.id]))
        .filter(Boolean)
        .join(", "),
    );
    const first = list[0] && group.columns[0] ? sources[`${id}/${list[0].id}/${group.columns[0].id}`] : undefined;
    return [{ at: id, label: group.label, value: lines.join("\n"), source: first ?? null }];
  });
  return [...fields, ...rows];
}
