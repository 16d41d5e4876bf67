import { describe, expect, test } from "vitest";
import type { TaskState } from "../../../src-main/contract/steps.ts";
import { findMissing, type StepDescription, type StepRecord } from "../../../src-main/guide/index.ts";

const described = {
  tasks: [
    { task: "needed", title: "Needed", required: true, evidenceRequired: false, evidenceWanted: "" },
    { task: "optional", title: "Optional", required: false, evidenceRequired: false, evidenceWanted: "" },
    { task: "shown", title: "Shown", required: true, evidenceRequired: true, evidenceWanted: "A picture." },
  ],
  checks: [
    { check: "must", title: "Must", required: true },
    { check: "may", title: "May", required: false },
  ],
  openValues: [] as { key: string; label: string }[],
} as StepDescription;
const complete: StepRecord = {
  tasks: { needed: "done", shown: "waived" },
  checks: { must: "pass" },
  evidence: [],
  conflicts: [],
  opaque: 0,
  gaps: [],
  clock: null,
};
const missing = (change: Partial<StepRecord>) =>
  findMissing(described, { ...complete, ...change }).map(({ kind, id }) => `${kind}/${id}`);

describe("the gate", () => {
  test("opens when required tasks and checks are settled", () => expect(missing({})).toEqual([]));

  test.each([
    ["open", true],
    ["done", false],
    ["not-applicable", false],
    ["waived", false],
  ] as [TaskState, boolean][])("a required task that is %s keeps it shut: %s", (state, shut) => {
    expect(missing({ tasks: { ...complete.tasks, needed: state } })).toEqual(shut ? ["task/needed"] : []);
  });

  test.each([
    ["pass", false],
    ["warn", false],
    ["waived", false],
    ["fail", true],
    ["error", true],
    ["not-measurable", true],
    ["not-run", true],
  ] as const)("a required check that is %s keeps it shut: %s", (standing, shut) => {
    expect(missing({ checks: { must: standing } })).toEqual(shut ? ["check/must"] : []);
  });

  test("says of each check what to do", () => {
    expect(findMissing(described, { ...complete, checks: {} })[0]?.text).toBe(
      "The check “Must” has not run yet. Run it, or waive it with a reason.",
    );
    expect(findMissing(described, { ...complete, checks: { must: "not-measurable" } })[0]?.text).toBe(
      "The check “Must” could not be measured from here. Run it elsewhere, or waive it with a reason.",
    );
  });

  test("an optional check never keeps it shut", () =>
    expect(missing({ checks: { must: "pass", may: "fail" } })).toEqual([]));

  test("a task done without the evidence it needs keeps it shut", () => {
    const tasks = { ...complete.tasks, shown: "done" as const };
    expect(missing({ tasks })).toEqual(["evidence/shown"]);
    expect(missing({ tasks, evidence: [{ task: "shown" }] })).toEqual([]);
  });

  test("conflicts, newer entries and open questions keep it shut, in words", () => {
    const found = findMissing(described, {
      ...complete,
      conflicts: ["rfi/a#b"],
      opaque: 2,
      gaps: [{ section: "a", at: "a.b", label: "Domain", problem: "Not answered yet." }],
    });
    expect(found.map(({ kind }) => kind)).toEqual(["answer", "conflict", "newer"]);
    for (const { text } of found) expect(text).toMatch(/\.$/);
  });
});

describe("the wait for caches", () => {
  const until = "2026-11-23T14:05:00.000Z";
  test.each([
    ["unknown", null, false, true],
    ["waiting", null, false, true],
    ["counting", until, false, true],
    ["over", until, false, false],
    ["unknown", null, true, false],
    ["waiting", null, true, false],
    ["counting", until, true, false],
  ] as const)("%s, expected at %s, waived %s: keeps it shut %s", (state, expectedAt, isWaived, shut) => {
    expect(missing({ clock: { state, expectedAt, isWaived } })).toEqual(shut ? ["clock/clock"] : []);
  });

  test("names the moment", () => {
    const clock = { state: "counting", expectedAt: until, isWaived: false } as const;
    expect(findMissing(described, { ...complete, clock })[0]?.text).toBe(
      `The old MX may still be cached until ${until}. Wait until then, or waive the wait with a reason.`,
    );
  });
});
