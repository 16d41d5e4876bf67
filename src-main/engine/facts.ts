import * as z from "zod";
import { engagementChange } from "../contract/engagements.ts";
import {
  type Attribution,
  type PlatformFamily,
  type PlatformId,
  platforms,
  type RegionId,
  type ServiceId,
} from "../contract/names.ts";
import { type AnswerValue, answerValue } from "../contract/rfi/field.ts";
import {
  type FieldPath,
  groupsById,
  type RfiAnswers,
  type RowGroupId,
  rowGroupIds,
  sections,
} from "../contract/rfi/form.ts";
import type { GuideContext } from "../guide/index.ts";
import type { Cell, Head, Journal, State } from "../journal/index.ts";
import { cells } from "./cells.ts";

/** What identifies an engagement, as the journal holds it. */
export interface Identity {
  customer: string;
  reference: string;
  region: RegionId;
  services: ServiceId[];
  platform: PlatformId;
  family: PlatformFamily;
  accountCode?: string;
  consultant?: string;
  tpoc?: string;
  plannedStart?: string;
  plannedEnd?: string;
  archived: boolean;
  /** Made to practise on: its checks ask the rehearsal's servers and nobody else. */
  rehearsal: boolean;
}

const unnamed = {
  customer: "(no customer)",
  reference: "(no reference)",
  region: "CUSTOM",
  services: ["email-security"],
  platform: "postfix",
} as const satisfies Partial<Record<keyof Identity, unknown>>;

/** Reads the identity; a cell that is missing or does not fit its schema falls back to a visible blank. */
export function readIdentity(state: State): Identity {
  const identity: Record<string, string | string[]> = {};
  for (const [field, schema] of Object.entries(engagementChange.shape)) {
    const parsed = (schema as z.ZodType).safeParse(state.get(cells.engagement, field)?.value ?? undefined);
    const value = parsed.success ? parsed.data : undefined;
    if (value !== undefined) identity[field] = value as string | string[];
  }
  const known = { ...unnamed, services: [...unnamed.services], ...identity } as Omit<
    Identity,
    "family" | "archived" | "rehearsal"
  >;
  return {
    ...known,
    family: platforms[known.platform].family,
    archived: state.get(cells.filing, "archived")?.value === true,
    rehearsal: state.get(cells.rehearsal, "is")?.value === true,
  };
}

/** Who wrote the value of a cell, and when by that device's clock. */
export const attributionOf = (head: Pick<Head, "author" | "wall" | "device">): Attribution => ({
  author: head.author.name,
  at: head.wall,
  device: head.device.slice(0, 16),
});

/** The head whose value a cell shows: the highest (lam, hash). */
export function shownHead(cell: Cell): Head | undefined {
  return cell.heads.reduce<Head | undefined>(
    (best, head) => (best && (best.lam > head.lam || (best.lam === head.lam && best.op > head.op)) ? best : head),
    undefined,
  );
}

export function sourceOf(cell: Cell | undefined): Attribution | null {
  const head = cell && shownHead(cell);
  return head ? attributionOf(head) : null;
}

export interface AnswerFacts {
  answers: RfiAnswers;
  sources: Record<string, Attribution>;
  conflicts: Record<string, AnswerValue[]>;
}

/** All RFI answers with their authors and conflicts, by `section.field` or `group/row/column`. */
export function readAnswers(state: State): AnswerFacts {
  const facts: AnswerFacts = { answers: { fields: {}, rows: {} }, sources: {}, conflicts: {} };
  for (const section of sections) {
    for (const field of section.fields) {
      const at = `${section.id}.${field.id}` as FieldPath;
      const value = takeAnswer(facts, at, state.get(cells.rfiSection(section.id), field.id));
      if (value !== undefined) facts.answers.fields[at] = value;
    }
  }
  for (const group of rowGroupIds) {
    const rows = state.entities(cells.rows(group)).map((entity) => readRow(facts, state, group, entity));
    if (rows.length > 0) facts.answers.rows[group] = rows;
  }
  return facts;
}

function readRow(facts: AnswerFacts, state: State, group: RowGroupId, entity: string) {
  const id = entity.slice(cells.rows(group).length);
  const values: Record<string, AnswerValue> = {};
  for (const column of groupsById.get(group)?.columns ?? []) {
    const value = takeAnswer(facts, `${group}/${id}/${column.id}`, state.get(entity, column.id));
    if (value !== undefined) values[column.id] = value;
  }
  return { id, values };
}

function takeAnswer(facts: AnswerFacts, at: string, cell: Cell | undefined): AnswerValue | undefined {
  if (!cell) return undefined;
  const source = sourceOf(cell);
  if (source) facts.sources[at] = source;
  const values = cell.heads
    .map((head) => answerValue.safeParse(head.value))
    .flatMap((parsed) => (parsed.success ? [parsed.data] : []));
  if (cell.conflict) facts.conflicts[at] = values;
  const shown = answerValue.safeParse(cell.value);
  return shown.success ? shown.data : undefined;
}

const textList = z.array(z.string()).min(1);

/** Region values that the consultant confirmed or entered, by key. */
export function readConfirmed(state: State): Record<string, string[]> {
  const prefix = cells.regionValue("");
  const entries = state
    .entities(prefix)
    .map((entity) => [entity.slice(prefix.length), textList.safeParse(state.get(entity, "value")?.value)] as const);
  return Object.fromEntries(entries.flatMap(([key, parsed]) => (parsed.success ? [[key, parsed.data]] : [])));
}

export interface EngagementFacts extends AnswerFacts {
  identity: Identity;
  guide: GuideContext;
}

/** Everything the pure parts need to know of an engagement, as plain data. */
export function readFacts(journal: Pick<Journal, "state">): EngagementFacts {
  const state = journal.state();
  const identity = readIdentity(state);
  const answerFacts = readAnswers(state);
  const { customer, reference, region, services, platform, family } = identity;
  const guide: GuideContext = {
    customer,
    reference,
    region,
    services,
    platform,
    family,
    answers: answerFacts.answers,
    confirmed: readConfirmed(state),
  };
  return { ...answerFacts, identity, guide };
}
