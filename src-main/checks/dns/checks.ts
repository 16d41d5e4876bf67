import * as z from "zod";
import type { CheckDefinition } from "../types.ts";
import { judgeMx } from "./judge.ts";
import { walkMx } from "./mx-walk.ts";
import { type MxPlan, mxPlan, planMx } from "./plan.ts";
import { probeDns } from "./probe.ts";
import { type DnsRecord, dnsRecord } from "./record.ts";

export const mxRecords: CheckDefinition<MxPlan, DnsRecord> = {
  id: "mx-records",
  title: "MX records",
  purpose:
    "Which hosts receive the domains' mail, as the resolver and every authoritative server say, with the time caches keep it.",
  needsSecret: "none",
  sees: ["dns"],
  schema: z.strictObject({ plan: mxPlan, record: dnsRecord }),
  plan: planMx,
  probe: (plan, probing) => probeDns(walkMx(plan), plan.dns, probing),
  judge: judgeMx,
};
