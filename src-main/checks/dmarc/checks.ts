import * as z from "zod";
import { probeDns } from "../dns/probe.ts";
import { type DnsRecord, dnsRecord } from "../dns/record.ts";
import type { CheckDefinition } from "../types.ts";
import { judgeDmarc, walkAllDmarc } from "./judge.ts";
import { type DmarcPlan, dmarcPlan, planDmarc } from "./plan.ts";

export const dmarcRecord: CheckDefinition<DmarcPlan, DnsRecord> = {
  id: "dmarc-record",
  title: "DMARC record",
  purpose:
    "Which DMARC policy receivers find for each domain, and whether it is safe before the vendor signs the mail.",
  needsSecret: "none",
  sees: ["dns"],
  schema: z.strictObject({ plan: dmarcPlan, record: dnsRecord }),
  plan: planDmarc,
  probe: (plan, probing) => probeDns(walkAllDmarc(plan), plan.dns, probing),
  judge: judgeDmarc,
};
