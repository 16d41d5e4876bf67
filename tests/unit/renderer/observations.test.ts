import { describe, expect, it } from "vitest";
import type { DifferenceLine } from "../../../src-main/contract/observations.ts";
import { formatLeft, summarizeComparison, valueToWords } from "../../../src-renderer/words/observations.ts";
import { wordMomentsBriefly } from "../../../src-renderer/words/time.ts";

const now = new Date("2026-11-23T12:00:00Z");
const line = (kind: DifferenceLine["kind"]): DifferenceLine => ({
  kind,
  key: kind,
  subject: "acme.example",
  what: "MX",
  before: "a",
  after: "b",
  detail: "",
});

describe("what is left of the wait", () => {
  it.each([
    ["2026-11-23T11:59:00Z", "now"],
    ["2026-11-23T12:00:01Z", "1 min"],
    ["2026-11-23T12:58:30Z", "59 min"],
    ["2026-11-23T12:59:30Z", "1 h 0 min"],
    ["2026-11-23T14:05:00Z", "2 h 5 min"],
    ["2026-11-26T13:00:00Z", "3 days 1 h"],
  ])("until %s is %s", (until, words) => expect(formatLeft(until, now)).toBe(words));
});

describe("a comparison in words", () => {
  it.each<[DifferenceLine["kind"][], string]>([
    [["same", "same"], "Nothing that was seen both times is different, 2 are the same."],
    [["changed", "same"], "1 thing is different, 1 is the same."],
    [["added", "removed", "not-seen", "same"], "2 things are different, 1 was not seen both times, 1 is the same."],
    [
      ["not-seen", "not-seen"],
      "Nothing that was seen both times is different, 2 were not seen both times, 0 are the same.",
    ],
  ])("%s", (kinds, words) => expect(summarizeComparison({ lines: kinds.map(line) })).toBe(words));

  it("tells nothing from not seen", () => expect([valueToWords(""), valueToWords(null)]).toEqual(["None", "Not seen"]));
});

describe("moments in a sentence", () => {
  it("are told by the clock today, and with their day else", () => {
    const text = "From 2026-11-23T14:05:00.000Z to 2026-11-24T09:00:00Z.";
    expect(wordMomentsBriefly(text, now, "UTC")).toBe("From 14:05 to Tue 24 Nov, 09:00.");
  });
});
