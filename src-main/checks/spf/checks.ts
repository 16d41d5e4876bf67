import * as z from "zod";
import { probeDns } from "../dns/probe.ts";
import { type DnsRecord, dnsRecord } from "../dns/record.ts";
import type { CheckDefinition } from "../types.ts";
import { judgeSpf, walkAllSpf } from "./judge.ts";
import { planSpf, type SpfPlan, spfPlan } from "./plan.ts";

export const spfRecord: CheckDefinition<SpfPlan, DnsRecord> = {
  id: "spf-record",
  title: "SPF record",
  purpose:
    "Whether each sending domain has one readable SPF record with the region's include, and what evaluating it costs of the ten look-ups allowed.",
  needsSecret: "none",
  sees: ["dns"],
  schema: z.strictObject({ plan: spfPlan, record: dnsRecord }),
  plan: planSpf,
  probe: (plan, probing) => probeDns(walkAllSpf(plan), plan.dns, probing),
  judge: judgeSpf,
};
