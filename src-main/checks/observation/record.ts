import * as z from "zod";
import { dnsRecord } from "../dns/record.ts";
import { smtpRecord } from "../smtp/record.ts";

/** One attempt to open a port, without a word said. */
const portAttempt = z.strictObject({
  host: z.string().max(300),
  port: z.number().int(),
  address: z.string().max(80),
  /** Null when the port took the connection. */
  failure: z.string().max(80).nullable(),
});
export type PortAttempt = z.infer<typeof portAttempt>;

/** The answers about the domains, as they came: those of the own resolver and name servers, and each comparison resolver's. */
export const pictureRecord = z.strictObject({
  domains: dnsRecord,
  comparison: z.array(z.strictObject({ server: z.string().max(300), answers: dnsRecord })).max(6),
});
export type PictureRecord = z.infer<typeof pictureRecord>;

/** One look at the outside, as it came back. */
export const observationRecord = z.strictObject({
  ...pictureRecord.shape,
  /** Conversations up to STARTTLS, and greetings of further ports. */
  smtp: smtpRecord,
  greeted: smtpRecord,
  opened: z.array(portAttempt).max(2_000),
});
export type ObservationRecord = z.infer<typeof observationRecord>;
