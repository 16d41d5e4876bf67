import * as z from "zod";
import { smtpRecord } from "../smtp/record.ts";

/** Both recipients as the customer's hosts and the service's gateway answered for them. */
export const recipientPairRecord = z.strictObject({
  /** The address that was made up for this run. */
  nonsense: z.string().max(320),
  server: smtpRecord,
  gateway: smtpRecord,
});
export type RecipientPairRecord = z.infer<typeof recipientPairRecord>;
