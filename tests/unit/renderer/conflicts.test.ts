import { describe, expect, it } from "vitest";
import type { ConflictView } from "../../../src-main/contract/conflicts.ts";
import type { SignOffView } from "../../../src-main/contract/signoffs.ts";
import type { Standing } from "../../../src-main/contract/trust.ts";
import {
  describeConflict,
  describeVersion,
  findNextConflict,
  groupConflicts,
} from "../../../src-renderer/words/conflicts.ts";
import { isOpenContest, isSameContest } from "../../../src-renderer/words/signoffs.ts";
import { cleanKey, describeDevices, groupKey } from "../../../src-renderer/words/trust.ts";

type Version = ConflictView["versions"][number];
const version = (author: string, part: Partial<Version> = {}): Version => ({
  version: `v-${author}`,
  value: author,
  deleted: false,
  shown: false,
  author,
  at: "2026-11-23T10:00:00Z",
  device: "d1",
  ...part,
});
const conflict = (part: Partial<ConflictView>): ConflictView => ({
  cell: "rfi/organisation#sites",
  subject: "Sites",
  step: null,
  kind: "values",
  versions: [version("Anna"), version("Ben")],
  signedSteps: [],
  writable: true,
  ...part,
});

describe("the words of a conflict", () => {
  it("name who wrote, and who removed while another changed", () => {
    expect(describeConflict(conflict({}))).toBe("Anna and Ben wrote different values without knowing of each other.");
    expect(describeConflict(conflict({ versions: [version("Anna"), version("Ben", { deleted: true })] }))).toBe(
      "Ben removed it while Anna changed it.",
    );
    expect(describeConflict(conflict({ versions: [version("Anna"), version("Anna")] }))).toBe(
      "Anna wrote different values on different copies.",
    );
  });
  it("tell removed and empty apart", () => {
    expect(describeVersion(version("Anna", { deleted: true, value: null }))).toBe("Removed");
    expect(describeVersion(version("Anna", { value: null }))).toBe("Empty");
    expect(describeVersion(version("Anna", { value: "4" }))).toBe("4");
  });
});

describe("the order of conflicts", () => {
  const steps = [
    { step: "rfi", number: 1, title: "Request for Information" },
    { step: "outbound", number: 3, title: "Outbound routing" },
  ] as const;
  it("is the engagement's, by step, without empty groups", () => {
    const groups = groupConflicts([conflict({ step: "outbound" }), conflict({})], steps);
    expect(groups.map(({ title, conflicts }) => [title, conflicts.length])).toEqual([
      ["Answers and details", 1],
      ["3 Outbound routing", 1],
    ]);
  });
  it("leads on to the next one that is left, then back, then nowhere", () => {
    expect(findNextConflict(["a", "b", "c"], "a", ["b", "c"])).toBe("b");
    expect(findNextConflict(["a", "b", "c"], "b", ["a"])).toBe("a");
    expect(findNextConflict(["a", "b", "c"], "c", ["a", "b"])).toBe("b");
    expect(findNextConflict(["a"], "a", [])).toBeNull();
  });
});

describe("the words of a sign-off", () => {
  const signOff = (state: SignOffView["state"]) => ({ state }) as SignOffView;
  it("ask for a decision until a later valid one has settled it", () => {
    const contested = signOff("contested");
    const valid = signOff("valid");
    expect(isOpenContest(contested, [contested])).toBe(true);
    expect(isOpenContest(contested, [contested, valid])).toBe(false);
    expect(isOpenContest(contested, [valid, contested])).toBe(true);
    const stale = signOff("stale");
    expect(isOpenContest(stale, [stale])).toBe(false);
  });
});

describe("two signatures in doubt", () => {
  const signed = (state: SignOffView["state"], cell: string) =>
    ({ state, differences: [{ cell, subject: "Sites", signed: "3", now: "4" }] }) as SignOffView;
  it("are told once when the same changes contest both", () => {
    expect(isSameContest(signed("contested", "a"), signed("contested", "a"))).toBe(true);
    expect(isSameContest(signed("contested", "a"), signed("contested", "b"))).toBe(false);
    expect(isSameContest(signed("stale", "a"), signed("contested", "a"))).toBe(false);
  });
});

describe("the devices of a history", () => {
  const standings = (...list: Standing[]) => list.map((standing) => ({ standing }));
  it("are counted with those nobody vouches for", () => {
    expect(describeDevices(standings("verified"))).toBe("1 device wrote here, vouched for by the office");
    expect(describeDevices(standings("unverified", "unverified"))).toBe("2 devices wrote here, unverified");
    expect(describeDevices(standings("verified", "revoked"))).toBe("2 devices wrote here, 1 of them unverified");
  });
});

describe("keys that people compare", () => {
  it("are shown in groups and read without them", () => {
    const key = "0123456789abcdef".repeat(4);
    expect(groupKey(key).split(" ")).toHaveLength(8);
    expect(cleanKey(groupKey(key).toUpperCase().replaceAll(" ", ": "))).toBe(key);
  });
});
