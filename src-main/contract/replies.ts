import * as z from "zod";
import { messageSource } from "./checks.ts";
import { command } from "./command.ts";
import { confidence, engagementId, regionId, stepId } from "./names.ts";

export const lasting = z.enum(["accepted", "temporary", "permanent", "unknown"]);
export type Lasting = z.infer<typeof lasting>;

/** The grid (region) that the bracketed reference at the end of a reply names. */
export const grid = z.strictObject({
  reference: z.string(),
  region: regionId.nullable(),
  title: z.string().nullable(),
  /** True when it is another grid than the engagement's. */
  isOther: z.boolean(),
  sentence: z.string(),
});
export type Grid = z.infer<typeof grid>;

export const explainedReply = z.strictObject({
  /** The reply as found, on one line. */
  quoted: z.string(),
  code: z.number().int().nullable(),
  /** Enhanced status code (RFC 3463). */
  enhanced: z.string().nullable(),
  /** Server that replied, and for whom; null where the text does not say. */
  host: z.string().nullable(),
  recipient: z.string().nullable(),
  /** Whether the sending server tries again by itself. */
  lasting,
  /** The same in a sentence. */
  outlook: z.string(),
  /** Whose words the meaning is: the service's table, the standards', or nobody's. */
  known: z.enum(["vendor", "generic", "none"]),
  meaning: z.string(),
  who: z.string(),
  steps: z.array(stepId),
  confidence: confidence.nullable(),
  /** Where the meaning was read, with the day. */
  source: z.string(),
  grid: grid.nullable(),
});
export type ExplainedReply = z.infer<typeof explainedReply>;

export const replies = {
  /** Explains an SMTP reply, lines of a log, or a bounce. With an engagement the grid is compared with its region. Keeps nothing. */
  explain: command
    .input(z.strictObject({ engagement: engagementId.optional(), message: messageSource }))
    .output(z.strictObject({ isBounce: z.boolean(), replies: z.array(explainedReply) })),
};
