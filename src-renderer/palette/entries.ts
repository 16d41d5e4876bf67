import { commands } from "../../src-main/contract/commands.ts";
import type { EngagementListItem } from "../../src-main/contract/engagements.ts";
import type { ReportView } from "../../src-main/contract/reports.ts";
import type { RfiAnswers } from "../../src-main/contract/rfi/form.ts";
import { sections } from "../../src-main/contract/rfi/form.ts";
import type { StepView } from "../../src-main/contract/steps.ts";
import { nameState, nameStep } from "../words/steps.ts";

export interface PaletteEntry {
  id: string;
  label: string;
  description: string;
  keywords: string[];
  /** Where it leads, or the command it gives. `isInside` when the page shows the label somewhere and the focus belongs there. */
  goal: { kind: "place"; href: string; isInside?: boolean } | { kind: "command"; id: (typeof commands)[number]["id"] };
}
export interface PaletteGroup {
  group: string;
  entries: PaletteEntry[];
}

/** Everything the palette may know about; parts that are not loaded are left out. */
export interface PaletteContents {
  engagement: string | null;
  engagements: readonly EngagementListItem[];
  steps: readonly StepView[];
  answers: RfiAnswers | null;
  reports: readonly ReportView[];
}

const toText = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value])
    .filter((part) => typeof part === "string" || typeof part === "number")
    .map(String);

function commandEntries(engagement: string | null): PaletteEntry[] {
  return commands
    .filter(
      ({ id, needs }) => id !== "show-palette" && id !== "show-log" && (needs !== "engagement" || engagement !== null),
    )
    .filter(({ id }) => !id.startsWith("show-step-"))
    .map(({ id, title }) => ({
      id: `command ${id}`,
      label: title,
      description: "",
      keywords: [],
      goal: { kind: "command", id },
    }));
}

function stepEntries(base: string, steps: readonly StepView[]): PaletteEntry[] {
  return steps.map(({ summary, purpose }) => ({
    id: `step ${summary.step}`,
    label: nameStep(summary),
    description: nameState(summary),
    keywords: [purpose],
    goal: { kind: "place", href: `${base}/step/${summary.step}` },
  }));
}

function taskEntries(base: string, steps: readonly StepView[]): PaletteEntry[] {
  return steps.flatMap(({ summary, tasks, checks }) => [
    ...tasks.map(
      ({ task, title }): PaletteEntry => ({
        id: `task ${summary.step} ${task}`,
        label: title,
        description: nameStep(summary),
        keywords: [],
        goal: { kind: "place", href: `${base}/step/${summary.step}/tasks`, isInside: true },
      }),
    ),
    ...checks.map(
      ({ check, title, purpose }): PaletteEntry => ({
        id: `check ${summary.step} ${check}`,
        label: title,
        description: `Check of ${nameStep(summary)}`,
        keywords: [purpose],
        goal: { kind: "place", href: `${base}/step/${summary.step}/checks`, isInside: true },
      }),
    ),
  ]);
}

/** Every question, and every value given to a repeating one: typing a domain or a host finds its row. */
function answerEntries(base: string, answers: RfiAnswers | null): PaletteEntry[] {
  return sections.flatMap(({ id, title, fields, groups }) => [
    ...fields.map((field): PaletteEntry => {
      const path = `${id}.${field.id}`;
      const value = answers?.fields[path as keyof RfiAnswers["fields"]];
      return {
        id: `field ${path}`,
        label: field.label,
        description: toText(value).join(", ") || title,
        keywords: [title, ...toText(value)],
        goal: { kind: "place", href: `${base}/rfi/${id}`, isInside: true },
      };
    }),
    ...groups.map((group): PaletteEntry => {
      const rows = answers?.rows[group.id as keyof RfiAnswers["rows"]] ?? [];
      const values = rows.flatMap((row) => Object.values(row.values).flatMap(toText));
      return {
        id: `group ${group.id}`,
        label: group.label,
        description: values.slice(0, 3).join(", ") || title,
        keywords: [title, ...values],
        goal: { kind: "place", href: `${base}/rfi/${id}`, isInside: true },
      };
    }),
  ]);
}

const reportEntries = (base: string, reports: readonly ReportView[]): PaletteEntry[] =>
  reports.map(({ download, title, name, revision }) => ({
    id: `document ${download}`,
    label: title,
    description: revision > 0 ? `Revision ${revision}` : "Draft",
    keywords: [name],
    goal: { kind: "place", href: `${base}/documents` },
  }));

const engagementEntries = (engagements: readonly EngagementListItem[], here: string | null): PaletteEntry[] =>
  engagements
    .filter(({ problem, engagement }) => problem === null && engagement !== here)
    .map(({ engagement, customer, reference, stepTitle }) => ({
      id: `engagement ${engagement}`,
      label: customer,
      description: [reference, stepTitle].filter(Boolean).join(" · "),
      keywords: [reference],
      goal: { kind: "place", href: `/e/${engagement}` },
    }));

/** The palette's groups in the order they are shown; empty ones are left out. */
export function listPaletteGroups({
  engagement,
  engagements,
  steps,
  answers,
  reports,
}: PaletteContents): PaletteGroup[] {
  const base = `/e/${engagement}`;
  const here = engagement !== null;
  return [
    { group: "Steps", entries: here ? stepEntries(base, steps) : [] },
    { group: "Tasks and checks", entries: here ? taskEntries(base, steps) : [] },
    { group: "Questions of the RFI", entries: here ? answerEntries(base, answers) : [] },
    { group: "Documents", entries: here ? reportEntries(base, reports) : [] },
    { group: "Commands", entries: commandEntries(engagement) },
    { group: "Engagements", entries: engagementEntries(engagements, engagement) },
  ].filter(({ entries }) => entries.length > 0);
}

const rank = (entry: PaletteEntry, words: readonly string[]): number => {
  const label = entry.label.toLowerCase();
  const all = [label, entry.description, ...entry.keywords].join("\n").toLowerCase();
  if (!words.every((word) => all.includes(word))) return 0;
  if (words.every((word) => label.split(/\s+/).some((part) => part.startsWith(word)))) return 3;
  return words.every((word) => label.includes(word)) ? 2 : 1;
};

/** Entries that hold every word of the query, those whose label begins with it first; at most `limit` in each group. */
export function filterPalette(groups: readonly PaletteGroup[], query: string, limit = 7): PaletteGroup[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) {
    return groups
      .filter(({ group }) => group === "Steps" || group === "Commands" || group === "Engagements")
      .map(({ group, entries }) => ({ group, entries: entries.slice(0, group === "Commands" ? 12 : 9) }));
  }
  return groups
    .map(({ group, entries }) => {
      const found = entries
        .map((entry) => ({ entry, rank: rank(entry, words) }))
        .filter(({ rank: points }) => points > 0);
      found.sort((one, other) => other.rank - one.rank);
      return { group, best: found[0]?.rank ?? 0, entries: found.slice(0, limit).map(({ entry }) => entry) };
    })
    .filter(({ entries }) => entries.length > 0)
    .sort((one, other) => other.best - one.best)
    .map(({ group, entries }) => ({ group, entries }));
}
