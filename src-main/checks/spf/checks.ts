import * as z from "zod";
import { probeDns } from "../dns/probe.ts";
import { type DnsRecord, dnsRecord } from "../dns/record.ts";
import type { CheckDefinition } from "../types.ts";
import { judgeSpf, walkAllSpf } from "./judge.ts";
import { planSenders, planSpf, type SendersPlan, type SpfPlan, sendersPlan, spfPlan } from "./plan.ts";
import { judgeSenders } from "./senders-judge.ts";
import { walkSenders } from "./senders-walk.ts";

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

export const spfSenders: CheckDefinition<SendersPlan, DnsRecord> = {
  id: "spf-senders",
  title: "SPF covers the senders",
  purpose:
    "Whether the customer's outbound addresses and the vendor's range pass SPF of each sending domain, by the records the resolver gives.",
  needsSecret: "none",
  sees: ["dns"],
  schema: z.strictObject({ plan: sendersPlan, record: dnsRecord }),
  plan: planSenders,
  probe: (plan, probing) => probeDns(walkSenders(plan), plan.dns, probing),
  judge: judgeSenders,
};
