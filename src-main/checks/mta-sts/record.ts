import * as z from "zod";
import { dnsExchange } from "../dns/exchange.ts";
import { tlsFacts } from "../tls/facts.ts";

/** Bytes of a policy file that senders read (RFC 8461 3.3 suggests 64 KiB). */
export const longestPolicy = 65_536;

/** One try to fetch the policy from one address. */
const policyAttempt = z.strictObject({
  address: z.string().max(80),
  milliseconds: z.number(),
  failure: z.string().max(80).nullable(),
  /** Status line with header fields, and the body, one character per byte. */
  reply: z
    .strictObject({ status: z.number().int(), head: z.string().max(70_000), body: z.string().max(longestPolicy) })
    .nullable(),
  /** The handshake; after a refused certificate that of a second connection, which looks without judging. */
  tls: tlsFacts.nullable(),
});
export type PolicyAttempt = z.infer<typeof policyAttempt>;

const policyFetch = z.strictObject({
  domain: z.string().max(300),
  attempts: z.array(policyAttempt).max(6),
});
export type PolicyFetch = z.infer<typeof policyFetch>;

export const mtaStsRecord = z.strictObject({
  at: z.iso.datetime(),
  exchanges: z.array(dnsExchange),
  fetches: z.array(policyFetch).max(1_000),
});
export type MtaStsRecord = z.infer<typeof mtaStsRecord>;
