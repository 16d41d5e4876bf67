import * as z from "zod";
import { dnsExchange } from "../dns/exchange.ts";
import { smtpRecord } from "../smtp/record.ts";
import { tlsFacts } from "../tls/facts.ts";

/** One TCP connection, opened and closed again; with a handshake between where the other side is a web server. */
const tcpAttempt = z.strictObject({
  address: z.string().max(80),
  local: z.string().max(80).nullable(),
  milliseconds: z.number(),
  failure: z.string().max(80).nullable(),
  tls: tlsFacts.nullable(),
  tlsFailure: z.string().max(80).nullable(),
});
export type TcpAttempt = z.infer<typeof tcpAttempt>;

const tcpHost = z.strictObject({
  host: z.string().max(300),
  port: z.number().int(),
  purpose: z.enum(["https", "directory"]),
  source: z.enum(["literal", "dns", "system"]),
  attempts: z.array(tcpAttempt).max(20),
});
export type TcpHost = z.infer<typeof tcpHost>;

export const egressRecord = z.strictObject({
  smtp: smtpRecord,
  exchanges: z.array(dnsExchange),
  tcp: z.array(tcpHost).max(200),
});
export type EgressRecord = z.infer<typeof egressRecord>;
