import * as z from "zod";
import { command, inEngagement } from "./command.ts";
import { fileSource } from "./files.ts";
import { attribution, line, paragraph, recordId, sha256, slug, stepId } from "./names.ts";

export const evidenceView = z.strictObject({
  evidence: recordId,
  step: stepId,
  task: slug.nullable(),
  kind: z.enum(["picture", "file", "text"]),
  title: z.string(),
  note: z.string(),
  name: z.string(),
  type: z.string(),
  size: z.number().int(),
  sha256,
  /** False when the contents are not in this copy of the engagement. */
  present: z.boolean(),
  ...attribution.shape,
});
export type EvidenceView = z.infer<typeof evidenceView>;

export const evidence = {
  list: command
    .input(z.strictObject({ ...inEngagement, step: stepId }))
    .output(z.strictObject({ evidence: z.array(evidenceView) })),
  add: command
    .input(
      z.strictObject({
        ...inEngagement,
        step: stepId,
        task: slug.optional(),
        title: line,
        note: z.string().trim().max(20_000).optional(),
        source: z.discriminatedUnion("kind", [
          ...fileSource.options,
          z.strictObject({ kind: z.literal("text"), text: paragraph }),
        ]),
      }),
    )
    .output(evidenceView),
  remove: command
    .input(z.strictObject({ ...inEngagement, evidence: recordId, reason: paragraph }))
    .output(z.strictObject({ evidence: z.array(evidenceView) })),
  /** Reads at most 512 KiB of the contents from an offset in bytes. */
  read: command.input(z.strictObject({ ...inEngagement, evidence: recordId, offset: z.number().int().min(0) })).output(
    z.strictObject({
      name: z.string(),
      type: z.string(),
      size: z.number().int(),
      data: z.string(),
      next: z.number().int().nullable(),
    }),
  ),
};
