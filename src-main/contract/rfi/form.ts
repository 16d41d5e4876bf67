import * as z from "zod";
import type { PlatformFamily, ServiceId } from "../names.ts";
import {
  type AnswerValue,
  answerValue,
  type Field,
  type FieldCondition,
  fieldSchema,
  type RowGroup,
  type Section,
} from "./field.ts";
import { rfiSections } from "./sections.ts";

type SectionRow = (typeof rfiSections)[number];
type FieldOf<S> = S extends { id: infer Id extends string; fields: readonly (infer F)[] }
  ? F extends { id: infer FieldId extends string }
    ? `${Id}.${FieldId}`
    : never
  : never;
/** `section.field`, such as `organisation.legalName`. */
export type FieldPath = FieldOf<SectionRow>;
type GroupOf<S> = S extends { groups: readonly (infer G)[] }
  ? G extends { id: infer Id extends string }
    ? Id
    : never
  : never;
/** Id of a repeating question, such as `domains`. */
export type RowGroupId = GroupOf<SectionRow>;

export const sections: readonly Section[] = rfiSections;
export const fieldsByPath: ReadonlyMap<string, Field> = new Map(
  sections.flatMap((section) => section.fields.map((field) => [`${section.id}.${field.id}`, field] as const)),
);
export const groupsById: ReadonlyMap<string, RowGroup> = new Map(
  sections.flatMap((section) => section.groups.map((group) => [group.id, group] as const)),
);

export const fieldPaths = [...fieldsByPath.keys()] as [FieldPath, ...FieldPath[]];
export const fieldPath = z.enum(fieldPaths);
export const rowGroupIds = [...groupsById.keys()] as [RowGroupId, ...RowGroupId[]];
export const rowGroupId = z.enum(rowGroupIds);

export interface AnswerRow {
  id: string;
  values: Record<string, AnswerValue>;
}
/** Every answer of an engagement as plain data: what guide, checks and reports read. */
export interface RfiAnswers {
  fields: Partial<Record<FieldPath, AnswerValue>>;
  rows: Partial<Record<RowGroupId, AnswerRow[]>>;
}
export const rfiAnswers = z.strictObject({
  fields: z.partialRecord(fieldPath, answerValue),
  rows: z.partialRecord(
    rowGroupId,
    z.array(z.strictObject({ id: z.string(), values: z.record(z.string(), answerValue) })),
  ),
});

/** What the conditions of the form look at besides the answers. */
export interface FormContext {
  family: PlatformFamily;
  services: readonly ServiceId[];
}

/** Whether a question is asked. Every part of the condition must hold. */
export function isAsked(condition: FieldCondition | undefined, context: FormContext, answers: RfiAnswers): boolean {
  if (!condition) return true;
  const { families, services, answer } = condition;
  if (families && !families.includes(context.family)) return false;
  if (services && !services.some((service) => context.services.includes(service))) return false;
  if (!answer) return true;
  const given = answers.fields[answer.field as FieldPath];
  return answer.is.some((value) => value === given);
}

const schemas = new Map<Field, z.ZodType<AnswerValue>>();
function schemaOf(field: Field): z.ZodType<AnswerValue> {
  const known = schemas.get(field);
  if (known) return known;
  const made = fieldSchema(field);
  schemas.set(field, made);
  return made;
}

/** The cleaned value, or the sentence that says what is wrong with it. */
export function checkAnswer(
  field: Field,
  value: AnswerValue,
): { ok: true; value: AnswerValue } | { ok: false; problem: string } {
  const result = schemaOf(field).safeParse(value);
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, problem: result.error.issues[0]?.message ?? "The value is not accepted." };
}

export interface Gap {
  section: string;
  /** Field path, or `group` / `group/row/column` for repeating questions. */
  at: string;
  label: string;
  problem: string;
}
export interface Completeness {
  answered: number;
  asked: number;
  gaps: Gap[];
  sections: { id: string; answered: number; asked: number }[];
}

const isEmpty = (value: AnswerValue | undefined): boolean =>
  value === undefined || value === "" || (Array.isArray(value) && value.length === 0);

/** Counts required questions that are asked and answered, and names what is missing or wrong, in words. */
export function measureCompleteness(context: FormContext, answers: RfiAnswers): Completeness {
  const measured = sections.map((section) => measureSection(section, context, answers));
  const counts = measured.map(({ id, asked, gaps }) => ({ id, asked, answered: asked - gaps.length }));
  return {
    gaps: measured.flatMap((section) => section.gaps),
    sections: counts,
    asked: sum(counts, "asked"),
    answered: sum(counts, "answered"),
  };
}

function measureSection(section: Section, context: FormContext, answers: RfiAnswers) {
  const fields = section.fields
    .filter((field) => isAsked(field.when, context, answers))
    .map((field) => ({ field, path: pathOf(section, field), value: answers.fields[pathOf(section, field)] }))
    .filter(({ field, value }) => field.required || !isEmpty(value));
  const groups = section.groups
    .filter((group) => isAsked(group.when, context, answers))
    .map((group) => ({ group, rows: answers.rows[group.id as RowGroupId] ?? [] }))
    .filter(({ group, rows }) => group.minimum || rows.length > 0);
  const fieldGaps = fields.flatMap(({ field, path, value }): Gap[] => {
    const problem = problemOf(field, value);
    return problem ? [{ section: section.id, at: path, label: field.label, problem }] : [];
  });
  const rowGaps = groups.flatMap(({ group, rows }) => findRowGap(section.id, group, rows) ?? []);
  return { id: section.id, asked: fields.length + groups.length, gaps: [...fieldGaps, ...rowGaps] };
}

const pathOf = (section: Section, field: Field) => `${section.id}.${field.id}` as FieldPath;

const sum = (counts: { asked: number; answered: number }[], key: "asked" | "answered") =>
  counts.reduce((total, count) => total + count[key], 0);

function problemOf(field: Field, value: AnswerValue | undefined): string | undefined {
  if (value === undefined || isEmpty(value)) return field.required ? "Not answered yet." : undefined;
  const checked = checkAnswer(field, value);
  return checked.ok ? undefined : checked.problem;
}

function findRowGap(section: string, group: RowGroup, rows: readonly AnswerRow[]): Gap | undefined {
  if (rows.length < (group.minimum ?? 0)) {
    return { section, at: group.id, label: group.label, problem: `Add at least ${group.minimum} ${group.singular}.` };
  }
  for (const row of rows) {
    for (const column of group.columns) {
      const problem = problemOf(column, row.values[column.id]);
      if (problem)
        return { section, at: `${group.id}/${row.id}/${column.id}`, label: `${group.label}: ${column.label}`, problem };
    }
  }
  return undefined;
}

const sectionShape = (section: Section) => ({
  ...Object.fromEntries(section.fields.map((field) => [field.id, schemaOf(field).optional()])),
  ...Object.fromEntries(
    section.groups.map((group) => [
      group.id === section.id ? "rows" : group.id,
      z
        .array(
          z.strictObject(
            Object.fromEntries(
              group.columns.map((column) => [
                column.id,
                column.required ? schemaOf(column) : schemaOf(column).optional(),
              ]),
            ),
          ),
        )
        .max(2_000)
        .optional(),
    ]),
  ),
});

/** The RFI as a JSON file: sections, then fields, with repeating questions as lists (under `rows` where the group has its section's name). */
export const rfiDocument = z.strictObject({
  format: z.literal("connect-fieldbook-rfi"),
  version: z.literal(1),
  sections: z.strictObject(
    Object.fromEntries(sections.map((section) => [section.id, z.strictObject(sectionShape(section)).optional()])),
  ),
});
export type RfiDocument = {
  format: "connect-fieldbook-rfi";
  version: 1;
  sections: Record<string, Record<string, AnswerValue | Record<string, AnswerValue>[]>>;
};

/** Answers as the JSON file; unanswered questions are left out. */
export function answersToDocument(answers: RfiAnswers): RfiDocument {
  const document: RfiDocument = { format: "connect-fieldbook-rfi", version: 1, sections: {} };
  for (const section of sections) {
    const out: RfiDocument["sections"][string] = {};
    for (const field of section.fields) {
      const value = answers.fields[`${section.id}.${field.id}` as FieldPath];
      if (value !== undefined) out[field.id] = value;
    }
    for (const group of section.groups) {
      const rows = answers.rows[group.id as RowGroupId];
      if (rows?.length) out[group.id === section.id ? "rows" : group.id] = rows.map((row) => row.values);
    }
    if (Object.keys(out).length > 0) document.sections[section.id] = out;
  }
  return document;
}

/** The JSON file's content as answers; rows get the given ids in order. The document must have passed `rfiDocument`. */
export function documentToAnswers(document: RfiDocument, createRowId: () => string): RfiAnswers {
  const answers: RfiAnswers = { fields: {}, rows: {} };
  for (const section of sections) {
    const given = document.sections[section.id] ?? {};
    for (const field of section.fields) {
      const value = given[field.id];
      if (value !== undefined) answers.fields[`${section.id}.${field.id}` as FieldPath] = value as AnswerValue;
    }
    for (const group of section.groups) {
      const rows = given[group.id === section.id ? "rows" : group.id] as Record<string, AnswerValue>[] | undefined;
      if (rows) answers.rows[group.id as RowGroupId] = rows.map((values) => ({ id: createRowId(), values }));
    }
  }
  return answers;
}
