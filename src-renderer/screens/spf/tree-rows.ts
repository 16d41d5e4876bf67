import type { SpfTermView } from "../../../src-main/contract/spf.ts";

/** A row of the tree as it is shown: its term, its place in the whole list, and how it stands among its sisters. */
export interface TreeRow {
  index: number;
  term: SpfTermView;
  hasInside: boolean;
  isOpen: boolean;
  position: number;
  sisters: number;
}

const hasInside = (terms: readonly SpfTermView[], index: number): boolean =>
  (terms[index + 1]?.level ?? 0) > (terms[index]?.level ?? 0);

/** Place of the term that a term stands below; -1 for the terms of the domain's own record. */
export function findParent(terms: readonly SpfTermView[], index: number): number {
  const level = terms[index]?.level ?? 0;
  return terms.findLastIndex((term, at) => at < index && term.level < level);
}

/** Rows that can be seen: everything but what is below a closed one. */
export function listRows(terms: readonly SpfTermView[], closed: ReadonlySet<number>): TreeRow[] {
  const families = new Map<number, number[]>();
  const parents: number[] = [];
  const way: number[] = [];
  for (const [index, term] of terms.entries()) {
    way.length = Math.min(way.length, term.level - 1);
    const parent = way.at(-1) ?? -1;
    parents.push(parent);
    families.set(parent, [...(families.get(parent) ?? []), index]);
    way.push(index);
  }
  const hidden = new Set<number>();
  return terms.flatMap((term, index) => {
    const parent = parents[index] ?? -1;
    if (hidden.has(parent) || closed.has(parent)) {
      hidden.add(index);
      return [];
    }
    const family = families.get(parent) ?? [];
    const [inside, isOpen] = [hasInside(terms, index), !closed.has(index)];
    return [{ index, term, hasInside: inside, isOpen, position: family.indexOf(index) + 1, sisters: family.length }];
  });
}

export type TreeMove = { kind: "focus"; index: number } | { kind: "open" | "close"; index: number } | null;

/** What a key does in a tree (WAI-ARIA Authoring Practices, tree view pattern); null for keys it does not take. */
export function moveInTree(key: string, at: number, rows: readonly TreeRow[], terms: readonly SpfTermView[]): TreeMove {
  const place = rows.findIndex(({ index }) => index === at);
  const row = rows[place];
  if (!row) return null;
  const focus = (target: TreeRow | undefined): TreeMove => (target ? { kind: "focus", index: target.index } : null);
  switch (key) {
    case "ArrowDown":
      return focus(rows[place + 1]);
    case "ArrowUp":
      return focus(rows[place - 1]);
    case "Home":
      return focus(rows[0]);
    case "End":
      return focus(rows.at(-1));
    case "ArrowRight":
      if (!row.hasInside) return null;
      return row.isOpen ? focus(rows[place + 1]) : { kind: "open", index: at };
    case "ArrowLeft":
      if (row.hasInside && row.isOpen) return { kind: "close", index: at };
      return focus(rows.find(({ index }) => index === findParent(terms, at)));
    default:
      return null;
  }
}
