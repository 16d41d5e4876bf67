import { describe, expect, it } from "vitest";
import {
  formatDay,
  formatMoment,
  formatMomentInFull,
  formatSize,
  wordMoments,
} from "../../../src-renderer/words/time.ts";

const now = new Date("2026-11-23T15:00:00Z");

describe("formatMoment", () => {
  it("says the clock alone today", () => {
    expect(formatMoment("2026-11-23T14:05:59Z", now, "UTC")).toBe("14:05");
  });
  it("names the day before midnight of the reader's zone", () => {
    expect(formatMoment("2026-11-22T23:30:00Z", now, "UTC")).toBe("Sun 22 Nov, 23:30");
    expect(formatMoment("2026-11-22T23:30:00Z", now, "Europe/Berlin")).toBe("00:30");
  });
  it("adds the year when it is another one", () => {
    expect(formatMoment("2025-03-03T09:00:00Z", now, "UTC")).toBe("Mon 3 Mar 2025, 09:00");
  });
  it("uses 00 for midnight, never 24", () => {
    expect(formatMoment("2026-11-23T00:07:00Z", now, "UTC")).toBe("00:07");
  });
});

describe("formatMomentInFull", () => {
  it("carries the zone", () => {
    expect(formatMomentInFull("2026-11-23T14:05:00Z", "UTC")).toBe("Mon 23 Nov 2026, 14:05 UTC");
  });
});

describe("wordMoments", () => {
  it("writes the moments inside a sentence and leaves the rest", () => {
    expect(wordMoments("a snapshot of Acme 2026, taken 2026-11-23T14:05:00.123Z", "UTC")).toBe(
      "a snapshot of Acme 2026, taken Mon 23 Nov 2026, 14:05 UTC",
    );
    expect(wordMoments("the copy “x” of Acme")).toBe("the copy “x” of Acme");
  });
});

describe("formatDay", () => {
  it("keeps the calendar day whatever the zone", () => {
    expect(formatDay("2026-12-01", now)).toBe("Tue 1 Dec");
    expect(formatDay("2027-01-01", now)).toBe("Fri 1 Jan 2027");
  });
});

describe("formatSize", () => {
  it.each([
    [0, "0 bytes"],
    [999, "999 bytes"],
    [84_200, "84 kB"],
    [1_500_000, "1.5 MB"],
  ])("%i", (bytes, words) => {
    expect(formatSize(bytes)).toBe(words);
  });
});
