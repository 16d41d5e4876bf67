import { constants } from "node:os";
import { ORPCError, ValidationError } from "@orpc/contract";
import { describeFailure, type FailureCode, type FailureDetail, failureCodes } from "../contract/failures.ts";
import { JournalFailure } from "../journal/index.ts";
import { ReportFailure } from "../reports/index.ts";

/** The one way a service says no: a code of the contract's table, with the sentences that are known better. */
export class Refusal extends Error {
  readonly code: FailureCode;
  readonly detail: FailureDetail;
  constructor(code: FailureCode, known: Partial<FailureDetail> = {}) {
    const detail = describeFailure(code, known);
    super(detail.happened);
    this.code = code;
    this.detail = detail;
  }
}

export function refuse(code: FailureCode, known: Partial<FailureDetail> = {}): never {
  throw new Refusal(code, known);
}

const journalCodes: Record<string, FailureCode> = {
  REJECTED: "INVALID_INPUT",
  NOT_FOUND: "FILE_MISSING",
  BLOB_MISSING: "EVIDENCE_MISSING",
};
const systemCodes: Record<string, FailureCode> = {
  ENOSPC: "DISK_FULL",
  EDQUOT: "DISK_FULL",
  EACCES: "READ_ONLY",
  EPERM: "READ_ONLY",
  EROFS: "READ_ONLY",
  ENOENT: "FILE_MISSING",
  EEXIST: "ALREADY_EXISTS",
  EIO: "IO",
};

/** Any thrown value as a refusal; null when it is a fault of the program itself. */
export function toRefusal(error: unknown): Refusal | null {
  if (error instanceof Refusal) return error;
  if (error instanceof JournalFailure) {
    const code = journalCodes[error.code] ?? failureCodes.find((known) => known === error.code) ?? "IO";
    return new Refusal(code, { happened: error.message, kept: error.kept });
  }
  if (error instanceof ReportFailure) return new Refusal(error.code, { details: error.details });
  if (error instanceof ORPCError && error.code === "BAD_REQUEST")
    return new Refusal("INVALID_INPUT", { details: issuesOf(error) });
  if (error instanceof Error && error.name === "AbortError") return new Refusal("CANCELLED");
  const code = error instanceof Error ? codeOfSystem(error) : undefined;
  return code ? new Refusal(code) : null;
}

/** What the operating system said, if it is from the disk. libuv has no name for a full quota, and node:fs none for what `rmSync` meets. */
function codeOfSystem({ code, errno, ...error }: NodeJS.ErrnoException): FailureCode | undefined {
  if (code !== undefined && code in systemCodes) return systemCodes[code];
  if (errno === -constants.errno.EDQUOT) return "DISK_FULL";
  const isFromNetwork = "address" in error || "hostname" in error;
  return typeof errno === "number" && !isFromNetwork ? "IO" : undefined;
}

function issuesOf(error: ORPCError<string, unknown>): string[] {
  if (!(error.cause instanceof ValidationError)) return [];
  return error.cause.issues.slice(0, 20).map((issue) => {
    const path = (issue.path ?? []).map((part) => String(typeof part === "object" ? part.key : part)).join(".");
    return path ? `${path}: ${issue.message}` : issue.message;
  });
}

/** The refusal in the form the contract library sends. */
export function refusalToError(refusal: Refusal): ORPCError<FailureCode, FailureDetail> {
  return new ORPCError(refusal.code, { message: refusal.detail.happened, data: refusal.detail });
}
