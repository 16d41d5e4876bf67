import type { EngagementListItem } from "../../../src-main/contract/engagements.ts";

export const sortColumns = [
  "customer",
  "reference",
  "step",
  "waitingFor",
  "nextDate",
  "conflicts",
  "changedAt",
] as const;
export type SortColumn = (typeof sortColumns)[number];
export interface Sorting {
  column: SortColumn;
  isDescending: boolean;
}

const byWords = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** Rows without a value come last in either direction. */
function compare(one: string | number | null, other: string | number | null, direction: number): number {
  const [noOne, noOther] = [one === null || one === "", other === null || other === ""];
  if (noOne || noOther) return Number(noOne) - Number(noOther);
  if (typeof one === "number" && typeof other === "number") return direction * (one - other);
  return direction * byWords.compare(String(one), String(other));
}

const sortKeyOf: Record<SortColumn, (item: EngagementListItem) => string | number | null> = {
  customer: (item) => item.customer,
  reference: (item) => item.reference,
  step: (item) => (item.applicable === 0 ? null : item.signed / item.applicable),
  waitingFor: (item) => item.waitingFor,
  nextDate: (item) => item.nextDate,
  conflicts: (item) => item.conflicts,
  changedAt: (item) => item.changedAt,
};

export function sortEngagements(
  items: readonly EngagementListItem[],
  { column, isDescending }: Sorting,
): EngagementListItem[] {
  const direction = isDescending ? -1 : 1;
  return [...items].sort(
    (one, other) =>
      compare(sortKeyOf[column](one), sortKeyOf[column](other), direction) ||
      byWords.compare(one.customer, other.customer),
  );
}

export interface EngagementFilter {
  query: string;
  show: "current" | "archived" | "all";
}

/** Those that hold every word of the query in what the row shows. Damaged files stay in the current list. */
export function filterEngagements(
  items: readonly EngagementListItem[],
  { query, show }: EngagementFilter,
): EngagementListItem[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return items
    .filter(({ archived }) => show === "all" || archived === (show === "archived"))
    .filter(({ customer, reference, stepTitle, waitingFor, file }) => {
      const text = [customer, reference, stepTitle, waitingFor, file].join("\n").toLowerCase();
      return words.every((word) => text.includes(word));
    });
}

/** The sorting after a click on a column's heading: turn round, or begin with the useful direction. */
export function turnSorting(current: Sorting, column: SortColumn): Sorting {
  if (current.column === column) return { column, isDescending: !current.isDescending };
  return { column, isDescending: column === "changedAt" || column === "conflicts" };
}
