import { describe, expect, it } from "vitest";
import type { EngagementListItem } from "../../../src-main/contract/engagements.ts";
import {
  filterEngagements,
  sortColumns,
  sortEngagements,
  turnSorting,
} from "../../../src-renderer/screens/engagements/sorting.ts";
import { fc } from "../../support/fast-check.ts";

const item = (part: Partial<EngagementListItem>): EngagementListItem => ({
  engagement: "00000000-0000-0000-0000-000000000000",
  customer: "Acme",
  reference: "ENG-1",
  region: "EU",
  stepReached: "rfi",
  stepTitle: "Request for Information",
  signed: 0,
  applicable: 9,
  waitingFor: "Customer",
  nextDate: null,
  conflicts: 0,
  changedAt: "2026-11-23T10:00:00Z",
  archived: false,
  rehearsal: false,
  file: "ENG-1.fieldbook",
  problem: null,
  ...part,
});
const customers = (items: EngagementListItem[]) => items.map(({ customer }) => customer);

describe("sortEngagements", () => {
  it("sorts references as people count", () => {
    const items = ["ENG-10", "ENG-9", "eng-1"].map((reference) => item({ reference }));
    const sorted = sortEngagements(items, { column: "reference", isDescending: false });
    expect(sorted.map(({ reference }) => reference)).toEqual(["eng-1", "ENG-9", "ENG-10"]);
  });
  it("keeps rows without a date last in either direction", () => {
    const items = [
      item({ customer: "none" }),
      item({ customer: "late", nextDate: "2026-12-09" }),
      item({ customer: "soon", nextDate: "2026-12-01" }),
    ];
    expect(customers(sortEngagements(items, { column: "nextDate", isDescending: false }))).toEqual([
      "soon",
      "late",
      "none",
    ]);
    expect(customers(sortEngagements(items, { column: "nextDate", isDescending: true }))).toEqual([
      "late",
      "soon",
      "none",
    ]);
  });
  it("only ever reorders, whatever the rows, and leaves the list it was given alone", () => {
    const rows = fc.array(
      fc.record({
        customer: fc.string(),
        reference: fc.string(),
        nextDate: fc.option(fc.constantFrom("2026-12-01", "2027-01-09")),
        conflicts: fc.nat(5),
        signed: fc.nat(9),
        applicable: fc.nat(9),
      }),
    );
    fc.assert(
      fc.property(rows, fc.constantFrom(...sortColumns), fc.boolean(), (parts, column, isDescending) => {
        const items = parts.map((part) => item(part));
        const before = [...items];
        const sorted = sortEngagements(items, { column, isDescending });
        expect(items).toEqual(before);
        expect(new Set(sorted)).toEqual(new Set(items));
        expect(sortEngagements(sorted, { column, isDescending })).toEqual(sorted);
      }),
    );
  });
  it("turns round on the second click and begins with the useful direction", () => {
    const byName = { column: "customer", isDescending: false } as const;
    expect(turnSorting(byName, "customer").isDescending).toBe(true);
    expect(turnSorting(byName, "changedAt")).toEqual({ column: "changedAt", isDescending: true });
  });
});

describe("filterEngagements", () => {
  const items = [
    item({ customer: "Harbour & Finch", reference: "ENG-104" }),
    item({ customer: "Old", archived: true }),
    item({ customer: "broken.fieldbook", file: "broken.fieldbook", problem: "The file is damaged." }),
  ];
  it("needs every word, wherever it stands", () => {
    expect(customers(filterEngagements(items, { query: "104 finch", show: "current" }))).toEqual(["Harbour & Finch"]);
    expect(filterEngagements(items, { query: "104 acme", show: "all" })).toEqual([]);
  });
  it("separates the archive and keeps damaged files in sight", () => {
    expect(customers(filterEngagements(items, { query: "", show: "current" }))).toEqual([
      "Harbour & Finch",
      "broken.fieldbook",
    ]);
    expect(customers(filterEngagements(items, { query: "", show: "archived" }))).toEqual(["Old"]);
    expect(filterEngagements(items, { query: "", show: "all" })).toHaveLength(3);
  });
});
