import { describe, expect, test } from "vitest";
import { failureCodes } from "../../../src-main/contract/failures.ts";
import { type Refusal, refusalToError, refuse, toRefusal } from "../../../src-main/engine/refusal.ts";
import { JournalFailure } from "../../../src-main/journal/index.ts";
import { ReportFailure } from "../../../src-main/reports/index.ts";

const systemError = (code: string) => Object.assign(new Error(`${code}: something`), { code });

describe("what was thrown becomes a failure of the table", () => {
  test.each([
    ["ENOSPC", "DISK_FULL"],
    ["EDQUOT", "DISK_FULL"],
    ["EROFS", "READ_ONLY"],
    ["EACCES", "READ_ONLY"],
    ["EPERM", "READ_ONLY"],
    ["ENOENT", "FILE_MISSING"],
    ["EEXIST", "ALREADY_EXISTS"],
    ["EIO", "IO"],
  ])("%s is %s", (thrown, code) => {
    const refusal = toRefusal(systemError(thrown));
    expect(refusal?.code).toBe(code);
    expect(refusal?.detail.todo).toMatch(/\.$/);
  });

  test.each([
    "DISK_FULL",
    "READ_ONLY",
    "LOCKED",
    "DAMAGED",
    "NEWER_VERSION",
    "NOT_A_FIELDBOOK",
    "NOT_FOUND",
    "BLOB_MISSING",
    "REJECTED",
    "IO",
  ] as const)("a journal that says %s has a code and its own sentence", (code) => {
    const refusal = toRefusal(new JournalFailure(code, "What the journal said."));
    expect(failureCodes).toContain(refusal?.code);
    expect(refusal?.detail.happened).toBe("What the journal said.");
  });

  test("a document that is not complete names what is missing", () => {
    expect(toRefusal(new ReportFailure("REPORT_INCOMPLETE", ["The signature."]))).toMatchObject({
      code: "REPORT_INCOMPLETE",
      detail: { details: ["The signature."] },
    });
  });

  test("stopping is no fault, and a bug is nobody's refusal", () => {
    expect(toRefusal(new DOMException("stopped", "AbortError"))?.code).toBe("CANCELLED");
    for (const bug of [new TypeError("x is not a function"), "text", null, undefined, systemError("EWHATEVER")])
      expect(toRefusal(bug)).toBeNull();
  });

  test("what goes out holds sentences and no stack", () => {
    try {
      refuse("STEP_SIGNED");
    } catch (error) {
      const sent = refusalToError(error as Refusal).toJSON();
      expect(sent).toMatchObject({ code: "STEP_SIGNED", data: { happened: "This step is signed and read-only." } });
      expect(JSON.stringify(sent)).not.toContain("    at ");
    }
  });
});
