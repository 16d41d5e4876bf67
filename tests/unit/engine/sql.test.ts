import { expect, test } from "vitest";
import { findLines } from "../desktop/source-lines.ts";

test("row 35: SQL is never built from text", () => {
  expect(findLines(/(prepare|exec|pragma)(<[^(]*>)?\(\s*`[^`]*\$\{/, "src-main")).toEqual([]);
});

test("row 35: no file outside the journal speaks SQL", () => {
  const outside = findLines(/from "better-sqlite3/, "src-main").filter(
    (line) => !line.startsWith("src-main/journal/file/"),
  );
  expect(outside).toEqual([]);
});
