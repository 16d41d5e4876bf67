import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readCoverage } from "../../../src-main/reports/font-coverage.ts";
import { createTypesetter } from "../../../src-main/reports/typesetter.ts";
import { fonts } from "./sample-report.ts";

const prose = readCoverage(readFileSync(join(fonts, "Inter-Regular.ttf")));
const code = readCoverage(readFileSync(join(fonts, "JetBrainsMono-Regular.ttf")));
const create = (zone = "Europe/London") => createTypesetter({ prose, code }, zone);

describe("the bundled fonts", () => {
  it("draw Latin, Greek, Cyrillic and Vietnamese, and nothing right-to-left or ideographic", () => {
    for (const text of ["Håkansson Łódź Çağ", "Ελληνική", "Київ Њ", "Nguyễn Ước", "→ … “ ” □ ↳"]) {
      expect([...text].filter((character) => !prose.has(character.codePointAt(0) ?? 0))).toEqual([]);
    }
    for (const character of "株מع😀") expect(prose.has(character.codePointAt(0) ?? 0)).toBe(false);
    for (const character of "az09-<>[]│─→□") expect(code.has(character.codePointAt(0) ?? 0)).toBe(true);
  });
});

describe("createTypesetter", () => {
  it("shows a box for what the fonts lack, and counts it", () => {
    const typesetter = create();
    expect(typesetter.prose("Name: 株式 😀 ok")).toBe("Name: □□ □ ok");
    expect(typesetter.replaced()).toBe(3);
  });

  it("spells out what would hide, reorder or control text", () => {
    expect(create().prose("a\u202Eb\u0007c\u001B[31m\u200Bd\uFEFF\u2028\uD800")).toBe(
      "a\\u202Eb\\x07c\\x1B[31m\\u200Bd\\uFEFF\\u2028\\uD800",
    );
  });

  it("cuts long text with an honest count", () => {
    expect(create().prose("ab ".repeat(2000), 300)).toContain("(5,700 more characters in the attached evidence.json)");
  });

  it("breaks words that no column could hold", () => {
    const longest = Math.max(
      ...create()
        .line("x".repeat(290), 300)
        .split("\n")
        .map((part) => part.length),
    );
    expect(longest).toBe(60);
  });

  it("wraps a transcript and counts its lines", () => {
    const { lines, whole, total } = create().lines(`one\r\n${"y".repeat(250)}\n\n  four\n`, 100, 50);
    expect(lines).toEqual(["one", "y".repeat(100), "y".repeat(100), "y".repeat(50), "", "  four"]);
    expect({ whole, total }).toEqual({ whole: 4, total: 4 });
    const cut = create().lines("line\n".repeat(1000), 100, 200);
    expect({ shown: cut.lines.length, whole: cut.whole, total: cut.total }).toEqual({
      shown: 200,
      whole: 200,
      total: 1000,
    });
    expect(create().lines("z".repeat(1_000_000), 100, 200)).toMatchObject({ whole: 0, total: 1 });
    expect(create().lines("", 100, 200)).toEqual({ lines: [], whole: 0, total: 0 });
  });

  it("shows times in the report's zone and names UTC beside it", () => {
    expect(create().exactTime("2026-07-01T10:20:05.000Z")).toBe(
      "1 Jul 2026, 11:20:05 Europe/London (2026-07-01 10:20:05 UTC)",
    );
    expect(create("Nowhere/Land").exactTime("2026-07-01T10:20:05.000Z")).toBe("2026-07-01 10:20:05 UTC");
    expect(create().time("not a time")).toBe("not a time");
  });
});
