import { type FieldPath, fieldsByPath, groupsById, type RowGroupId } from "../contract/rfi/form.ts";
import type { Instruction } from "../contract/steps.ts";
import type { GuideContext } from "./context.ts";
import { splitNetworks } from "./networks.ts";
import type { Block, PerPlatform, Playbook } from "./playbook.ts";
import { usableRegionValues } from "./regions.ts";

/**
 * Placeholders of the playbook: `{{rfi.section.field}}`, `{{rows.group.column}}`, `{{region.key}}`, `{{engagement.customer}}`, each with
 * an optional form after a bar, such as `{{region.smart-hosts | quoted}}`.
 */
export const placeholderPattern = /\{\{\s*([a-z]+)\.([A-Za-z0-9.-]+)\s*(?:\|\s*([a-z-]+)\s*)?\}\}/g;

const forms: Record<string, (values: string[]) => string> = {
  list: (values) => values.join(", "),
  lines: (values) => values.join("\n"),
  first: (values) => values[0] ?? "",
  second: (values) => values[1] ?? values[0] ?? "",
  /** PowerShell: 'a','b'. A quote inside is doubled. */
  quoted: (values) => values.map((value) => `'${value.replaceAll("'", "''")}'`).join(","),
  /** Postfix: brackets switch the MX look-up off. */
  bracketed: (values) => `[${values[0] ?? ""}]`,
  "bracketed-second": (values) => `[${values[1] ?? values[0] ?? ""}]`,
  /** Microsoft 365 connectors take /24 to /32 only. */
  split: (values) =>
    splitNetworks(values)
      .map((value) => `'${value}'`)
      .join(","),
  "ok-lines": (values) => values.map((value) => `${value} OK`).join("\n"),
};
export const formNames: readonly string[] = Object.keys(forms);

interface Resolved {
  values: string[];
  /** What is missing, in words. */
  label: string;
}

/** Fills the blocks for the engagement's platform; placeholders that nothing fills yet are named in words. */
export function fillBlocks(playbook: Playbook, context: GuideContext, perPlatform: PerPlatform): Instruction[] {
  const blocks =
    perPlatform[context.family] ??
    (context.family === "hybrid" ? perPlatform.exchange : undefined) ??
    perPlatform.default ??
    [];
  return blocks.map((block) => fillBlock(playbook, context, block));
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
  const filled = text.replace(placeholderPattern, (_whole, kind: string, path: string, form = "list") => {
    const { values, label } = resolve(playbook, context, kind, path);
    if (values.length > 0) return (forms[form] ?? forms.list)?.(values) ?? "";
    unresolved.add(label);
    return `‹${label}›`;
  });
  return { text: filled.trimEnd(), unresolved: [...unresolved] };
}

function resolve(playbook: Playbook, context: GuideContext, kind: string, path: string): Resolved {
  if (kind === "engagement")
    return { values: [path === "customer" ? context.customer : context.reference], label: path };
  if (kind === "region")
    return { values: usableRegionValues(playbook, context)[path] ?? [], label: playbook.regions.labels[path] ?? path };
  if (kind === "rows") return resolveRows(context, path);
  const value = context.answers.fields[path as FieldPath];
  const values = value === undefined ? [] : Array.isArray(value) ? value : [String(value)];
  return { values, label: fieldsByPath.get(path)?.label ?? path };
}

function resolveRows(context: GuideContext, path: string): Resolved {
  const [id = "", column = ""] = path.split(".");
  const group = groupsById.get(id);
  const rows = context.answers.rows[id as RowGroupId] ?? [];
  const values = rows
    .map((row) => row.values[column])
    .filter((value) => value !== undefined)
    .map(String);
  return { values, label: group?.label ?? path };
}

/** Whether a placeholder names something that exists; null when it does, else what is wrong. */
export function findBadPlaceholder(
  playbook: Pick<Playbook, "regions">,
  kind: string,
  path: string,
  form: string | undefined,
): string | null {
  if (form !== undefined && !Object.hasOwn(forms, form)) return `there is no form “${form}”`;
  if (kind === "engagement")
    return path === "customer" || path === "reference" ? null : `the engagement has no “${path}”`;
  if (kind === "region")
    return Object.hasOwn(playbook.regions.labels, path) ? null : `the region table has no “${path}”`;
  if (kind === "rfi") return fieldsByPath.has(path) ? null : `the RFI has no field “${path}”`;
  const [id = "", column = ""] = path.split(".");
  if (kind !== "rows") return `there is no “${kind}”`;
  return groupsById.get(id)?.columns.some((known) => known.id === column) ? null : `the RFI has no rows “${path}”`;
}
