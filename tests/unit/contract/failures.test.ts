import { expect, test } from "vitest";
import { describeFailure, errorToFailure, failureCodes, failures } from "../../../src-main/contract/failures.ts";

test("every failure says what happened, what was kept and what to do, in sentences", () => {
  for (const code of failureCodes) {
    const [status, ...sentences] = failures[code];
    expect(status).toBeGreaterThanOrEqual(400);
    for (const sentence of sentences) {
      expect(sentence, code).toMatch(/^[A-Z].*\.$/);
      expect(sentence, code).not.toContain("!");
    }
  }
});

test("a more exact sentence replaces the general one and leaves the others", () => {
  const known = describeFailure("NOT_FOUND", { happened: "There is no such row." });
  expect(known.happened).toBe("There is no such row.");
  expect(known.todo).toBe(failures.NOT_FOUND[3]);
});

test("any thrown value becomes a failure of the table", () => {
  const hostile = [
    undefined,
    null,
    1,
    "x",
    {},
    { code: "__proto__" },
    { code: "constructor", data: {} },
    new Error("boom"),
    { code: 5 },
  ];
  for (const value of hostile) expect(errorToFailure(value).code).toBe("INTERNAL");
  expect(errorToFailure({ code: "DISK_FULL" })).toEqual({ code: "DISK_FULL", ...describeFailure("DISK_FULL") });
  expect(errorToFailure({ code: "DISK_FULL", data: { happened: "H.", kept: "K.", todo: "T." } })).toEqual({
    code: "DISK_FULL",
    happened: "H.",
    kept: "K.",
    todo: "T.",
  });
});
