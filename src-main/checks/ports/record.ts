import * as z from "zod";
import { smtpRecord } from "../smtp/record.ts";

/** The customer's hosts and the reference hosts, probed in the same minute from the same place. */
export const lockdownRecord = z.strictObject({ targets: smtpRecord, references: smtpRecord });
export type LockdownRecord = z.infer<typeof lockdownRecord>;
