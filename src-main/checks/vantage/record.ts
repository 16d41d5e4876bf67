import * as z from "zod";
import { dnsExchange } from "../dns/exchange.ts";
import { smtpHost } from "../smtp/record.ts";
import { vantagePlan } from "./plan.ts";

const portalReply = z.strictObject({
  /** Address asked; null when the name has none. */
  address: z.string().max(80).nullable(),
  /** When the answer came, by this machine's clock. */
  at: z.iso.datetime(),
  status: z.number().int().nullable(),
  /** Status line and fields, one character per byte. */
  head: z.string().max(4_000),
  /** Beginning of the body, one character per byte. */
  body: z.string().max(1_000),
  failure: z.string().max(80).nullable(),
});
export type PortalReply = z.infer<typeof portalReply>;

/** What one look at the network brought. Nothing but `at` and the empty lists when the machine has no address. */
const vantageRecord = z.strictObject({
  at: z.iso.datetime(),
  addresses: z.array(z.string().max(80)).max(200),
  /** Own resolvers in order, as address:port or https address. */
  resolvers: z.array(z.string().max(320)).max(20),
  /** Names made up for this run. */
  missing: z.array(z.string().max(200)).max(5),
  exchanges: z.array(dnsExchange),
  portal: portalReply.nullable(),
  hosts: z.array(smtpHost).max(4),
});
export type VantageRecord = z.infer<typeof vantageRecord>;

/** Guards a run that comes from elsewhere. */
export const vantageRun = z.strictObject({ plan: vantagePlan, record: vantageRecord });
