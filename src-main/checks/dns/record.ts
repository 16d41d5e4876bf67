import * as z from "zod";
import { dnsExchange } from "./exchange.ts";

/** What a DNS check keeps: when it began, and every exchange in order. */
export const dnsRecord = z.strictObject({ at: z.iso.datetime(), exchanges: z.array(dnsExchange) });
export type DnsRecord = z.infer<typeof dnsRecord>;
