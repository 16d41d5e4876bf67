import * as z from "zod";
import { probeDns } from "../dns/probe.ts";
import { type DnsRecord, dnsRecord } from "../dns/record.ts";
import type { CheckDefinition } from "../types.ts";
import { judgeDkim, walkAllDkim } from "./judge.ts";
import { type DkimPlan, dkimPlan, planDkim } from "./plan.ts";

export const dkimRecord: CheckDefinition<DkimPlan, DnsRecord> = {
  id: "dkim-record",
  title: "DKIM keys",
  purpose: "Whether the keys of the known DKIM selectors are published, readable and of a size that receivers accept.",
  needsSecret: "none",
  sees: ["dns"],
  schema: z.strictObject({ plan: dkimPlan, record: dnsRecord }),
  plan: planDkim,
  probe: (plan, probing) => probeDns(walkAllDkim(plan), plan.dns, probing),
  judge: judgeDkim,
};
