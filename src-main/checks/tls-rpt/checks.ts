import * as z from "zod";
import { probeDns } from "../dns/probe.ts";
import { type DnsRecord, dnsRecord } from "../dns/record.ts";
import type { CheckDefinition } from "../types.ts";
import { judgeTlsRpt, walkTlsRpt } from "./judge.ts";
import { planTlsRpt, type TlsRptPlan, tlsRptPlan } from "./plan.ts";

export const tlsRpt: CheckDefinition<TlsRptPlan, DnsRecord> = {
  id: "tls-rpt",
  title: "TLS reports",
  purpose: "Whether senders are asked to report failed encryption, and whether the record is readable.",
  needsSecret: "none",
  sees: ["dns"],
  schema: z.strictObject({ plan: tlsRptPlan, record: dnsRecord }),
  plan: planTlsRpt,
  probe: (plan, probing) => probeDns(walkTlsRpt(plan), plan.dns, probing),
  judge: judgeTlsRpt,
};
