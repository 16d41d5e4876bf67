import { describe, expect, it } from "vitest";
import type { StepSummary } from "../../../src-main/contract/steps.ts";
import {
  countNoun,
  explainStep,
  explainStepBriefly,
  isLocked,
  joinWords,
  nameState,
  nameStep,
} from "../../../src-renderer/words/steps.ts";

const summary = (part: Partial<StepSummary>): StepSummary => ({
  step: "inbound",
  number: 5,
  title: "Inbound routing",
  state: "open",
  reason: "",
  waitsFor: [],
  waitsForCaches: "",
  done: 0,
  total: 9,
  missing: 9,
  signedAt: null,
  signOff: null,
  plannedDate: null,
  nextParty: null,
  ...part,
});
const outbound = summary({ step: "outbound", number: 3, title: "Outbound routing" });
const recipients = summary({ step: "recipients", number: 4, title: "Recipient validation" });
const inbound = summary({ waitsFor: ["outbound", "recipients"] });

describe("the words of a step", () => {
  it("numbers steps and leaves considerations bare", () => {
    expect(nameStep(outbound)).toBe("3 Outbound routing");
    expect(nameStep(summary({ number: null, title: "Archived data" }))).toBe("Archived data");
  });
  it("locks the lockdown while caches hold the old records, and says until when; inbound itself goes on", () => {
    const waitsForCaches = "The old MX may still be cached until 2026-11-23T14:05:00.000Z. Wait until then.";
    const now = new Date("2026-11-23T12:00:00Z");
    const lockdown = summary({ step: "lockdown", waitsForCaches });
    expect(isLocked(lockdown)).toBe(true);
    for (const explain of [explainStep, explainStepBriefly])
      expect(explain(lockdown, [], now)).toMatch(/^The old MX may still be cached until \d\d:05\. Wait until then\.$/);
    expect(isLocked(summary({ waitsForCaches }))).toBe(false);
    expect(isLocked(summary({ step: "lockdown", waitsForCaches, state: "signed" }))).toBe(false);
  });
  it("locks open steps that wait, and never a signed one", () => {
    expect(isLocked(inbound)).toBe(true);
    expect(nameState(inbound)).toBe("Locked");
    expect(isLocked(summary({ waitsFor: ["outbound"], state: "signed" }))).toBe(false);
    expect(nameState(summary({ waitsFor: ["outbound"], state: "in-progress" }))).toBe("In progress");
  });
  it("says what a locked step waits for, at length and in short", () => {
    const steps = [outbound, recipients, inbound];
    expect(explainStep(inbound, steps)).toBe(
      "Waits for the sign-off of 3 Outbound routing and 4 Recipient validation.",
    );
    expect(explainStepBriefly(inbound, steps)).toBe("Waits for steps 3 and 4");
    expect(explainStepBriefly(summary({ waitsFor: ["outbound"] }), steps)).toBe("Waits for step 3");
  });
  it("gives the engine's reason otherwise", () => {
    expect(explainStep(summary({ state: "not-applicable", reason: "Not bought." }), [])).toBe("Not bought.");
  });
  it("joins and counts", () => {
    expect([joinWords([]), joinWords(["a"]), joinWords(["a", "b"]), joinWords(["a", "b", "c"])]).toEqual([
      "",
      "a",
      "a and b",
      "a, b and c",
    ]);
    expect([countNoun(1, "task"), countNoun(2, "task"), countNoun(2, "entry", "entries")]).toEqual([
      "1 task",
      "2 tasks",
      "2 entries",
    ]);
  });
});
