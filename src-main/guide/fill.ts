import { platforms } from "../contract/names.ts";
import type { AnswerValue, Field } from "../contract/rfi/field.ts";
import { type FieldPath, fieldsByPath, groupsById, type RowGroupId } from "../contract/rfi/form.ts";
import type { Instruction } from "../contract/steps.ts";
import type { GuideContext } from "./context.ts";
import { applyFilters, filterNames, repeating } from "./filters.ts";
import type { Block, PerPlatform, Playbook } from "./playbook.ts";
import { regionTitle, usableValue } from "./regions.ts";

/**
 * Placeholders of the playbook: `{{rfi.section.field}}`, `{{rows.group.column}}`, `{{region.key}}`, `{{engagement.customer}}`,
 * `{{playbook.policies}}`, each with filters after bars, such as `{{region.smart-hosts | quoted}}`.
 */
const placeholderPattern = /\{\{\s*([a-z]+)\.([A-Za-z0-9.-]+)\s*((?:\|\s*[a-z0-9-]+\s*)*)\}\}/g;
/** With a full stop behind it, which an answer that ends in one already has. */
const placeholderAndStop = new RegExp(`${placeholderPattern.source}\\.?`, "g");

export interface Placeholder {
  whole: string;
  kind: string;
  path: string;
  filters: string[];
}

const engagementLabels: Record<string, string> = {
  customer: "Customer",
  reference: "Reference",
  region: "Region",
  platform: "Mail platform",
};

/** Every placeholder of a text, in order. */
export const findPlaceholders = (text: string): Placeholder[] =>
  [...text.matchAll(placeholderPattern)].map(([whole, kind = "", path = "", filters = ""]) => ({
    whole,
    kind,
    path,
    filters: filters
      .split("|")
      .map((name) => name.trim())
      .filter(Boolean),
  }));

/** Fills the blocks for the engagement's platform; placeholders that nothing fills yet are named in words. */
export function fillBlocks(playbook: Playbook, context: GuideContext, perPlatform: PerPlatform): Instruction[] {
  const { first = [], last = [] } = perPlatform;
  const own =
    perPlatform[context.family] ??
    (context.family === "hybrid" ? perPlatform.exchange : undefined) ??
    perPlatform.default ??
    [];
  return [...first, ...own, ...last].map((block) => fillBlock(playbook, context, block));
}

function fillBlock(playbook: Playbook, context: GuideContext, block: Block): Instruction {
  if (typeof block === "string") return { kind: "text", ...fillText(playbook, context, block) };
  return "command" in block
    ? { kind: "command", ...fillText(playbook, context, block.command) }
    : { kind: "values", ...fillText(playbook, context, block.values) };
}

/** Fills one text. */
export function fillText(
  playbook: Playbook,
  context: GuideContext,
  text: string,
): { text: string; unresolved: string[] } {
  const unresolved = new Set<string>();
  const filled = text.split("\n").flatMap((line) => fillLine(playbook, context, line, unresolved));
  return { text: filled.join("\n").trimEnd(), unresolved: [...unresolved] };
}

function fillLine(playbook: Playbook, context: GuideContext, line: string, unresolved: Set<string>): string[] {
  if (!line.includes("{{")) return [line.replaceAll("↵", "\n")];
  const found = findPlaceholders(line).map((placeholder) => ({
    ...placeholder,
    ...resolve(playbook, context, placeholder),
  }));
  for (const { values, label } of found) if (values.length === 0) unresolved.add(label);
  const repeated = found.filter(({ filters }) => filters.includes(repeating));
  const count = Math.max(1, ...repeated.map(({ values }) => values.length));
  return Array.from({ length: count }, (_copy, index) => {
    let at = 0;
    return line.replaceAll("↵", "\n").replace(placeholderAndStop, (whole) => {
      const { values = [], label = "", filters = [] } = found[at] ?? {};
      at += 1;
      const stop = whole.endsWith(".") ? "." : "";
      if (values.length === 0) return `‹${label}›${stop}`;
      const filled = filters.includes(repeating) ? (values[index] ?? "") : values.join(", ");
      return stop && filled.endsWith(stop) ? filled : filled + stop;
    });
  });
}

interface Resolved {
  values: string[];
  /** What is missing, in words. */
  label: string;
}

function resolve(playbook: Playbook, context: GuideContext, { kind, path, filters }: Placeholder): Resolved {
  const { values: all, label } = resolveSource(playbook, context, kind, path);
  const known = all.filter((value) => value.trim() !== "");
  const values = applyFilters(known, filters);
  if (values.length > 0 || known.length === 0) return { values, label };
  return { values, label: filters.includes("second") ? `${label}, the second one` : `${label}, as IPv4 networks` };
}

function resolveSource(playbook: Playbook, context: GuideContext, kind: string, path: string): Resolved {
  if (kind === "engagement")
    return { values: [engagementValue(playbook, context, path)], label: engagementLabels[path] ?? path };
  if (kind === "playbook")
    return { values: playbook.policies.policies.map(({ policy, meaning }) => `${policy}: ${meaning}`), label: path };
  if (kind === "region")
    return { values: [...usableValue(playbook, context, path)], label: playbook.regions.labels[path] ?? path };
  if (kind === "rows") return resolveRows(context, path);
  const field = fieldsByPath.get(path);
  const value = context.answers.fields[path as FieldPath];
  return { values: answerToValues(field, value), label: field?.label ?? path };
}

function engagementValue(playbook: Playbook, context: GuideContext, name: string): string {
  if (name === "region") return regionTitle(playbook, context.region);
  if (name === "platform") return platforms[context.platform].title;
  return name === "customer" ? context.customer : context.reference;
}

function resolveRows(context: GuideContext, path: string): Resolved {
  const [id = "", column = ""] = path.split(".");
  const group = groupsById.get(id);
  const field = group?.columns.find((known) => known.id === column);
  const rows = context.answers.rows[id as RowGroupId] ?? [];
  return { values: rows.flatMap((row) => answerToValues(field, row.values[column])), label: group?.label ?? path };
}

/** An answer as a sentence uses it: options by their labels, yes and no in words. */
function answerToValues(field: Field | undefined, value: AnswerValue | undefined): string[] {
  if (value === undefined) return [];
  if (typeof value === "boolean") return [value ? "yes" : "no"];
  const parts = Array.isArray(value) ? value : [String(value)];
  return parts.map((part) => field?.options?.find((option) => option.value === part)?.label ?? part);
}

/** What is wrong with the placeholders of a text, in words: sources, paths and filters that do not exist, and braces that are none. */
export function findBadPlaceholders(playbook: Pick<Playbook, "regions">, text: string): string[] {
  const placeholders = findPlaceholders(text);
  const rest = placeholders.reduce((left, { whole }) => left.replace(whole, ""), text);
  return [
    ...placeholders.flatMap((placeholder) => {
      const problem = findBadPlaceholder(playbook, placeholder);
      return problem ? [`${placeholder.whole}: ${problem}`] : [];
    }),
    ...(/\{\{|\}\}/.test(rest) ? ["a pair of braces is no placeholder"] : []),
  ];
}

function findBadPlaceholder(playbook: Pick<Playbook, "regions">, { kind, path, filters }: Placeholder): string | null {
  const unknown = filters.find((name) => !filterNames.includes(name));
  if (unknown !== undefined) return `there is no filter “${unknown}”`;
  if (kind === "engagement") return Object.hasOwn(engagementLabels, path) ? null : `the engagement has no “${path}”`;
  if (kind === "playbook") return path === "policies" ? null : `the playbook has no list “${path}”`;
  if (kind === "region")
    return Object.hasOwn(playbook.regions.labels, path) ? null : `the region table has no “${path}”`;
  if (kind === "rfi") return fieldsByPath.has(path) ? null : `the RFI has no field “${path}”`;
  const [id = "", column = ""] = path.split(".");
  if (kind !== "rows") return `there is no “${kind}”`;
  return groupsById.get(id)?.columns.some((known) => known.id === column) ? null : `the RFI has no rows “${path}”`;
}
