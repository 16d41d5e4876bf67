import { describe, expect, it } from "vitest";
import type { SpfTermView } from "../../../src-main/contract/spf.ts";
import { findParent, listRows, moveInTree } from "../../../src-renderer/screens/spf/tree-rows.ts";

const term = (level: number, text: string): SpfTermView => ({
  level,
  domain: "acme.example",
  term: text,
  count: null,
  lookups: 0,
  empty: "no",
  leadsTo: null,
  problem: null,
  note: "",
  matches: false,
});
/** mx · include:a ( include:b ( ip4 · all ) · all ) · all */
const terms = [
  term(1, "mx"),
  term(1, "include:a"),
  term(2, "include:b"),
  term(3, "ip4"),
  term(3, "~all"),
  term(2, "-all"),
  term(1, "?all"),
];
const shown = (closed: number[]) => listRows(terms, new Set(closed)).map(({ index }) => index);

describe("the tree of an SPF record", () => {
  it("places each term among its sisters", () => {
    expect(
      listRows(terms, new Set()).map(({ position, sisters, hasInside }) => [position, sisters, hasInside]),
    ).toEqual([
      [1, 3, false],
      [2, 3, true],
      [1, 2, true],
      [1, 2, false],
      [2, 2, false],
      [2, 2, false],
      [3, 3, false],
    ]);
    expect(terms.map((_, index) => findParent(terms, index))).toEqual([-1, -1, 1, 2, 2, 1, -1]);
  });

  it("hides everything below a closed term, however deep", () => {
    expect(shown([])).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(shown([2])).toEqual([0, 1, 2, 5, 6]);
    expect(shown([1])).toEqual([0, 1, 6]);
    expect(shown([1, 2])).toEqual([0, 1, 6]);
  });

  it.each<[string, number, number[], ReturnType<typeof moveInTree>]>([
    ["ArrowDown", 0, [], { kind: "focus", index: 1 }],
    ["ArrowDown", 1, [1], { kind: "focus", index: 6 }],
    ["ArrowDown", 6, [], null],
    ["ArrowUp", 6, [1], { kind: "focus", index: 1 }],
    ["ArrowRight", 1, [1], { kind: "open", index: 1 }],
    ["ArrowRight", 1, [], { kind: "focus", index: 2 }],
    ["ArrowRight", 0, [], null],
    ["ArrowLeft", 2, [], { kind: "close", index: 2 }],
    ["ArrowLeft", 2, [2], { kind: "focus", index: 1 }],
    ["ArrowLeft", 4, [], { kind: "focus", index: 2 }],
    ["ArrowLeft", 0, [], null],
    ["Home", 5, [], { kind: "focus", index: 0 }],
    ["End", 0, [], { kind: "focus", index: 6 }],
    ["x", 0, [], null],
  ])("%s at %i with %j closed", (key, at, closed, move) => {
    expect(moveInTree(key, at, listRows(terms, new Set(closed)), terms)).toEqual(move);
  });
});
