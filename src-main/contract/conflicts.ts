import * as z from "zod";
import { command, inEngagement } from "./command.ts";
import { attribution, recordId, stepId } from "./names.ts";

/** One of the values that stand beside each other in a cell. */
export const conflictVersion = z.strictObject({
  /** Names the version when it is chosen. */
  version: recordId,
  /** As a person reads it; null for a deletion or an emptied answer. */
  value: z.string().nullable(),
  deleted: z.boolean(),
  /** Shown in forms and documents until somebody decides. */
  shown: z.boolean(),
  ...attribution.shape,
});

/** `entity#field` of the journal. */
const cellName = z.string().min(3).max(1_100).includes("#");

export const conflictView = z.strictObject({
  cell: cellName,
  subject: z.string(),
  /** The step it belongs to; null for answers and details of the engagement. */
  step: stepId.nullable(),
  kind: z.enum(["values", "deletion"]),
  versions: z.array(conflictVersion),
  /** Steps whose standing sign-off covers the cell: they must be reopened or put back first. */
  signedSteps: z.array(stepId),
  /** Whether a third value can be written here; otherwise one of the versions is chosen. */
  writable: z.boolean(),
});
export type ConflictView = z.infer<typeof conflictView>;

const list = z.strictObject({ conflicts: z.array(conflictView) });

export const conflicts = {
  list: command.input(z.strictObject(inEngagement)).output(list),
  /** Ends a conflict by choosing a version or writing a text that replaces them all. */
  resolve: command
    .input(
      z.strictObject({
        ...inEngagement,
        cell: cellName,
        decision: z.discriminatedUnion("kind", [
          z.strictObject({ kind: z.literal("choose"), version: recordId }),
          z.strictObject({ kind: z.literal("write"), value: z.string().trim().min(1).max(20_000) }),
        ]),
      }),
    )
    .output(list),
};
