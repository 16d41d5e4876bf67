import * as z from "zod";
import { probeDns } from "../dns/probe.ts";
import { type DnsRecord, dnsRecord } from "../dns/record.ts";
import type { CheckDefinition } from "../types.ts";
import { judgeDane } from "./judge.ts";
import { type DanePlan, danePlan, planDane } from "./plan.ts";
import { walkDane } from "./walk.ts";

export const dane: CheckDefinition<DanePlan, DnsRecord> = {
  id: "dane",
  title: "DANE records",
  purpose: "Which TLSA records the MX hosts of today and of the region have, and whether DNSSEC secures them.",
  needsSecret: "none",
  sees: ["dns"],
  schema: z.strictObject({ plan: danePlan, record: dnsRecord }),
  plan: planDane,
  probe: (plan, probing) => probeDns(walkDane(plan), plan.dns, probing),
  judge: judgeDane,
};
