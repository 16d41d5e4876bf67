import type { Fact } from "./fact.ts";

export const differenceKinds = ["added", "removed", "changed", "not-seen", "same"] as const;

/** One thing, before and after. Values are null where it was not seen, "" where there was none. */
export interface DifferenceLine {
  kind: (typeof differenceKinds)[number];
  key: string;
  subject: string;
  what: string;
  before: string | null;
  after: string | null;
  /** Why it was not seen; else who said so afterwards. */
  detail: string;
}

/**
 * What is different between two looks at the outside. Only a thing that both looks measured can be added, removed or changed; one
 * that either of them could not see, or did not look at, is "not seen". Order and what is left of a TTL in a cache do not count.
 */
export function compareObservations(before: readonly Fact[], after: readonly Fact[]): DifferenceLine[] {
  const old = new Map(before.map((fact) => [fact.key, fact]));
  const seen = new Set(after.map(({ key }) => key));
  const gone = before.filter(({ key }) => !seen.has(key));
  const lines = [
    ...after.map((fact) => compareFacts(old.get(fact.key), fact)),
    ...gone.map((fact) => compareFacts(fact, undefined)),
  ];
  const told = [...lines.filter(({ kind }) => kind !== "not-seen"), ...joinUnseen(lines)];
  return differenceKinds.flatMap((kind) => told.filter((line) => line.kind === kind));
}

/** One line for everything that was not seen of a subject for the same reason: a host that was silent says nothing ten times. */
function joinUnseen(lines: readonly DifferenceLine[]): DifferenceLine[] {
  const groups = new Map<string, DifferenceLine[]>();
  for (const line of lines) {
    if (line.kind !== "not-seen") continue;
    const group = [line.subject, line.detail, line.before === null, line.after === null].join("\n");
    groups.set(group, [...(groups.get(group) ?? []), line]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first || group.length === 1) return group;
    const seen = (side: "before" | "after") =>
      first[side] === null ? null : group.map((line) => `${line.what}: ${line[side] || "none"}`).join("\n");
    const what = group.map((line) => line.what).join("; ");
    return [{ ...first, what, before: seen("before"), after: seen("after") }];
  });
}

function compareFacts(before: Fact | undefined, after: Fact | undefined): DifferenceLine {
  const told = after ?? before;
  const [old, now] = [before?.value ?? null, after?.value ?? null];
  const isTwice = before && after && old === null && now === null && before.detail === after.detail;
  const missing = isTwice ? [`both times: ${after.detail}`] : listMissing(before, after);
  return {
    kind: kindOf(old, now),
    key: told?.key ?? "",
    subject: told?.subject ?? "",
    what: told?.what ?? "",
    before: old,
    after: now,
    detail: missing.length > 0 ? missing.join("; ") : (after?.detail ?? ""),
  };
}

/** Why one of the looks did not see it; empty when both did. */
const listMissing = (before: Fact | undefined, after: Fact | undefined): string[] => [
  ...whyUnseen("before", before),
  ...whyUnseen("after", after),
];

function whyUnseen(when: string, fact: Fact | undefined): string[] {
  if (fact === undefined) return [`${when} this was not looked at`];
  return fact.value === null ? [`${when}: ${fact.detail}`] : [];
}

function kindOf(before: string | null, after: string | null): DifferenceLine["kind"] {
  if (before === null || after === null) return "not-seen";
  if (before === after) return "same";
  if (before === "") return "added";
  return after === "" ? "removed" : "changed";
}
