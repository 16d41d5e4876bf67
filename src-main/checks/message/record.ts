import * as z from "zod";
import { longestHeader } from "./headers.ts";

/** What a person gave: the header as it came, never the body. */
export const messageRecord = z.strictObject({
  at: z.iso.datetime(),
  source: z.enum(["pasted", "file"]),
  /** Who gave it. */
  by: z.string().max(300),
  header: z.string().max(longestHeader),
  /** True when the header was longer than is kept. */
  isCut: z.boolean(),
});
export type MessageRecord = z.infer<typeof messageRecord>;
