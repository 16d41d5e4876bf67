import type { FailureCode } from "../contract/failures.ts";

export type ReportFailureCode = Extract<
  FailureCode,
  "REPORT_INCOMPLETE" | "CANCELLED" | "EVIDENCE_MISSING" | "INTERNAL"
>;

/** Why no document was made. `details` names what is missing, one line each. */
export class ReportFailure extends Error {
  readonly code: ReportFailureCode;
  readonly details: string[];

  constructor(code: ReportFailureCode, details: string[], options?: ErrorOptions) {
    super(`${code}: ${details.join("; ")}`, options);
    this.name = "ReportFailure";
    this.code = code;
    this.details = details;
  }
}
