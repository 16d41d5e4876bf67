import * as z from "zod";
import { command, inEngagement } from "./command.ts";
import { fileSource } from "./files.ts";
import { attribution, recordId, sha256, stepId } from "./names.ts";

export const reportView = z.strictObject({
  download: recordId,
  step: stepId,
  title: z.string(),
  revision: z.number().int(),
  signOff: recordId.nullable(),
  signOffState: z.enum(["valid", "contested", "stale", "reopened", "draft"]),
  sha256,
  size: z.number().int(),
  name: z.string(),
  ...attribution.shape,
});
export type ReportView = z.infer<typeof reportView>;

export const verification = z.strictObject({
  kind: z.enum(["engagement", "document"]),
  ok: z.boolean(),
  /** What was looked at and held. */
  holds: z.array(z.string()),
  problems: z.array(z.strictObject({ code: z.string(), where: z.string(), sentence: z.string() })),
});
export type Verification = z.infer<typeof verification>;

export const reports = {
  /** Starts the job that makes the step's PDF, re-opens it and checks it. Signed steps give a numbered revision kept in the engagement; others a draft. */
  create: command.input(z.strictObject({ ...inEngagement, step: stepId })).output(z.strictObject({ job: recordId })),
  list: command.input(z.strictObject(inEngagement)).output(z.strictObject({ reports: z.array(reportView) })),
  /** Verifies a chosen engagement file or PDF without opening it as one's own. */
  verify: command.input(z.strictObject({ source: fileSource })).output(verification),
};
