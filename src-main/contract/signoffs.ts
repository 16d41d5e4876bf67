import * as z from "zod";
import { command, inEngagement } from "./command.ts";
import { attribution, chunk, line, paragraph, recordId, sha256, stepId } from "./names.ts";

export const signOffState = z.enum(["valid", "contested", "stale", "reopened"]);

export const signer = z.strictObject({
  name: line,
  role: line,
  organisation: line,
  email: z.email().max(254).optional(),
});
export type Signer = z.infer<typeof signer>;

export const signOffView = z.strictObject({
  signOff: recordId,
  step: stepId,
  state: signOffState,
  signer,
  statement: z.string(),
  drawing: sha256,
  strokes: sha256,
  covered: z.number().int(),
  /** What keeps it from being valid: the value that was signed and the one that stands there now, and who wrote it. */
  differences: z.array(
    z.strictObject({
      cell: z.string(),
      subject: z.string(),
      signed: z.string().nullable(),
      now: z.string().nullable(),
      ...attribution.shape,
    }),
  ),
  reopened: z.strictObject({ reason: z.string(), ...attribution.shape }).nullable(),
  ...attribution.shape,
});
export type SignOffView = z.infer<typeof signOffView>;

/** A drawn signature: points in drawing units with milliseconds since the first one, and the picture made of them. */
export const drawing = z.strictObject({
  png: chunk,
  width: z.number().min(1).max(10_000),
  height: z.number().min(1).max(10_000),
  strokes: z
    .array(
      z
        .array(
          z.strictObject({
            x: z.number(),
            y: z.number(),
            time: z.number().min(0),
            pressure: z.number().min(0).max(1).optional(),
          }),
        )
        .max(20_000),
    )
    .max(500),
});
export type Drawing = z.infer<typeof drawing>;

export const signPreview = z.strictObject({
  title: z.string(),
  customer: z.string(),
  reference: z.string(),
  ready: z.boolean(),
  missing: z.array(z.string()),
  done: z.array(z.string()),
  proven: z.array(z.string()),
  waived: z.array(z.string()),
  notTested: z.array(z.string()),
  /** The sentence the signer agrees to; it is part of what is signed. */
  statement: z.string(),
});
export type SignPreview = z.infer<typeof signPreview>;

const inStep = { ...inEngagement, step: stepId };

export const signoffs = {
  preview: command.input(z.strictObject(inStep)).output(signPreview),
  sign: command.input(z.strictObject({ ...inStep, signer, drawing })).output(signOffView),
  reopen: command
    .input(z.strictObject({ ...inStep, reason: paragraph }))
    .output(z.strictObject({ signOffs: z.array(signOffView) })),
  /** Sets what was changed beside a contested sign-off back to the values that were signed; the sign-off is valid then. */
  putBack: command
    .input(z.strictObject({ ...inStep, signOff: recordId }))
    .output(z.strictObject({ signOffs: z.array(signOffView) })),
  /** The signature picture as base64 PNG. */
  picture: command
    .input(z.strictObject({ ...inEngagement, signOff: recordId }))
    .output(z.strictObject({ png: z.string() })),
};
