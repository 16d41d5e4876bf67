import type { AnswerValue } from "../contract/rfi/field.ts";
import {
  checkAnswer,
  type FieldPath,
  fieldsByPath,
  groupsById,
  type RfiAnswers,
  type RowGroupId,
} from "../contract/rfi/form.ts";
import type { NewOp } from "../journal/index.ts";
import { cells } from "./cells.ts";
import { refuse } from "./refusal.ts";

/** `section.field` as the journal's entity and field. */
export function fieldCell(path: FieldPath): { entity: string; field: string } {
  const [section = "", field = ""] = path.split(".");
  return { entity: cells.rfiSection(section), field };
}

/** The op that writes one answer; a wrong value is refused with the sentence the form shows. */
export function answerOp(path: FieldPath, value: AnswerValue | null): NewOp {
  const field = fieldsByPath.get(path) ?? refuse("NOT_FOUND");
  if (value === null || value === "") return { kind: "set", ...fieldCell(path), value: null };
  const checked = checkAnswer(field, value);
  if (!checked.ok)
    return refuse("INVALID_INPUT", { happened: checked.problem, details: [`${path}: ${checked.problem}`] });
  return { kind: "set", ...fieldCell(path), value: checked.value };
}

/** Ops that write the columns of one row. Unknown columns and wrong values are refused together, each with its address. */
export function rowOps(group: RowGroupId, row: string, values: Record<string, AnswerValue | null>): NewOp[] {
  const columns = new Map(groupsById.get(group)?.columns.map((column) => [column.id, column]));
  const problems: string[] = [];
  const ops = Object.entries(values).flatMap(([id, value]): NewOp[] => {
    const column = columns.get(id);
    if (!column) problems.push(`${id}: there is no such column.`);
    if (!column) return [];
    const cell = { kind: "set" as const, entity: cells.row(group, row), field: id };
    if (value === null || value === "") return [{ ...cell, value: null }];
    const checked = checkAnswer(column, value);
    if (!checked.ok) problems.push(`${column.label}: ${checked.problem}`);
    return checked.ok ? [{ ...cell, value: checked.value }] : [];
  });
  const [first] = problems;
  if (first) refuse("INVALID_INPUT", { happened: first, details: problems });
  return ops;
}

/** Ops that write whole answers, as an import or a duplicate does. Rows get new ids. */
export function answersToOps(answers: RfiAnswers, createRowId: () => string): NewOp[] {
  const fields = Object.entries(answers.fields).map(([path, value]) => answerOp(path as FieldPath, value ?? null));
  const rows = Object.entries(answers.rows).flatMap(([group, list]) =>
    (list ?? []).flatMap(({ values }) => rowOps(group as RowGroupId, createRowId(), values)),
  );
  return [...fields, ...rows];
}
