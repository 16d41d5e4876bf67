import * as z from "zod";
import { listDomains } from "../answers.ts";
import { dnsSettings, toDnsSettings } from "../dns/plan.ts";
import type { CheckContext, Planned } from "../types.ts";

export const dmarcPlan = z.strictObject({ dns: dnsSettings, domains: z.array(z.string()) });
export type DmarcPlan = z.infer<typeof dmarcPlan>;

export function planDmarc(context: CheckContext): Planned<DmarcPlan> {
  const domains = listDomains(context).filter(({ use }) => use !== "receive-only");
  if (domains.length === 0)
    return {
      kind: "missing",
      sentence: "No domain that sends mail is known yet: fill in the domains of the Request for Information.",
    };
  return { kind: "ready", plan: { dns: toDnsSettings(context), domains: domains.map(({ name }) => name) } };
}
