import { expect } from "vitest";
import type { Judgement } from "../../src-main/checks/types.ts";
import type { Expectation } from "./site.ts";

/** Compares what a check said with what its site declares. */
export function expectOutcome(judgement: Judgement, expectation: Expectation): void {
  const { verdict, reason, findings, todo, transcript } = judgement;
  const text = [reason, todo, ...findings.map((one) => `${one.subject}: ${one.text} ${one.todo}`)].join("\n");
  expect(verdict, text).toBe(expectation.verdict);
  for (const wanted of expectation.says ?? []) expect(text).toMatch(wanted);
  for (const wanted of expectation.shows ?? []) expect(transcript).toMatch(wanted);
  for (const unwanted of expectation.silentAbout ?? []) expect(text).not.toMatch(unwanted);
}
