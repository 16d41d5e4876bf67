import * as z from "zod";
import { dnsSettings, toDnsSettings } from "../dns/plan.ts";
import { listReceivingDomains } from "../mta-sts/plan.ts";
import type { CheckContext, Planned } from "../types.ts";

export const tlsRptPlan = z.strictObject({ dns: dnsSettings, domains: z.array(z.string().max(300)).max(1_000) });
export type TlsRptPlan = z.infer<typeof tlsRptPlan>;

export function planTlsRpt(context: CheckContext): Planned<TlsRptPlan> {
  const domains = listReceivingDomains(context);
  if (domains.length === 0)
    return {
      kind: "missing",
      sentence: "No domain that receives mail is known yet: fill in the domains of the Request for Information.",
    };
  return { kind: "ready", plan: { dns: toDnsSettings(context), domains } };
}
