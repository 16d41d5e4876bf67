import * as z from "zod";
import { command, inEngagement } from "./command.ts";
import { attribution, sha256, stepId } from "./names.ts";
import { verification } from "./reports.ts";
import { deviceView } from "./trust.ts";

export const historyChange = z.strictObject({
  kind: z.string(),
  subject: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
  step: stepId.nullable(),
});

export const historyEntry = z.strictObject({
  entry: sha256,
  position: z.number().int(),
  text: z.string(),
  changes: z.array(historyChange),
  ...attribution.shape,
});
export type HistoryEntry = z.infer<typeof historyEntry>;

export const history = {
  /** Newest first; `before` is the position of the last entry of the page before. */
  list: command
    .input(
      z.strictObject({
        ...inEngagement,
        step: stepId.optional(),
        author: z.string().max(300).optional(),
        before: z.number().int().optional(),
        limit: z.number().int().min(1).max(200).optional(),
      }),
    )
    .output(
      z.strictObject({
        entries: z.array(historyEntry),
        authors: z.array(z.string()),
        /** Every device that wrote, and whether the office vouches for it. */
        devices: z.array(deviceView),
        next: z.number().int().nullable(),
      }),
    ),
  /** Checks every hash, chain and signature of the engagement. */
  verify: command.input(z.strictObject(inEngagement)).output(verification),
};
