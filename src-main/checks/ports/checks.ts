import * as z from "zod";
import type { CheckDefinition } from "../types.ts";
import { judgeEgress } from "./egress-judge.ts";
import { type EgressPlan, egressPlan, planEgress } from "./egress-plan.ts";
import { probeEgress } from "./egress-probe.ts";
import { type EgressRecord, egressRecord } from "./egress-record.ts";
import { judgeLockdown } from "./judge.ts";
import { type LockdownPlan, lockdownPlan, planLockdown } from "./plan.ts";
import { probeLockdown } from "./probe.ts";
import { type LockdownRecord, lockdownRecord } from "./record.ts";

export const lockdown: CheckDefinition<LockdownPlan, LockdownRecord> = {
  id: "lockdown",
  title: "Firewall lockdown",
  purpose:
    "Whether the customer's inbound hosts are closed to a place that is not the vendor, while a reference host answers.",
  needsSecret: "none",
  sees: ["dns", "tcp", "smtp-greeting"],
  schema: z.strictObject({ plan: lockdownPlan, record: lockdownRecord }),
  plan: planLockdown,
  probe: probeLockdown,
  judge: judgeLockdown,
};

export const egress: CheckDefinition<EgressPlan, EgressRecord> = {
  id: "egress",
  title: "Ways out",
  purpose: "Whether connections get out from here to the smart hosts, the region's web addresses and the directory.",
  needsSecret: "none",
  sees: ["dns", "tcp", "smtp-greeting", "tls"],
  schema: z.strictObject({ plan: egressPlan, record: egressRecord }),
  plan: planEgress,
  probe: probeEgress,
  judge: judgeEgress,
};
