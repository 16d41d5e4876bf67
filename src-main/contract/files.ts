import * as z from "zod";
import { command, nothing } from "./command.ts";
import { chunk, line, recordId, sha256 } from "./names.ts";

/** A file from outside: named by a token that a dialog or drop of the program gave, or sent in parts by a browser. Never by path. */
export const fileSource = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("token"), token: recordId }),
  z.strictObject({ kind: z.literal("upload"), upload: recordId }),
]);
export type FileSource = z.infer<typeof fileSource>;

export const largestFile = 64 * 1024 * 1024;

export const files = {
  beginUpload: command
    .input(z.strictObject({ name: line, type: z.string().max(120), size: z.number().int().min(0).max(largestFile) }))
    .output(z.strictObject({ upload: recordId })),
  appendUpload: command
    .input(z.strictObject({ upload: recordId, offset: z.number().int().min(0), data: chunk }))
    .output(z.strictObject({ received: z.number().int() })),
  /** Reads at most 512 KiB of a finished job's file from an offset in bytes. */
  readDownload: command.input(z.strictObject({ download: recordId, offset: z.number().int().min(0) })).output(
    z.strictObject({
      name: z.string(),
      type: z.string(),
      size: z.number().int(),
      sha256,
      data: z.string(),
      next: z.number().int().nullable(),
    }),
  ),
  /** Writes a finished job's file where a save dialog said. */
  saveDownload: command
    .input(z.strictObject({ download: recordId, token: recordId }))
    .output(z.strictObject({ saved: z.string() })),
  /** What the truth bar shows of this machine. */
  vantage: command.input(nothing).output(
    z.strictObject({
      host: z.string(),
      addresses: z.array(z.string()),
      resolver: z.string().nullable(),
      online: z.boolean(),
    }),
  ),
};
