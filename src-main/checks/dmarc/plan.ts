import * as z from "zod";
import { listDomains, regionValues, selectorsByDomain } from "../answers.ts";
import { readSelectors } from "../dkim/selectors.ts";
import { dnsSettings, toDnsSettings } from "../dns/plan.ts";
import type { CheckContext, Planned } from "../types.ts";

export const dmarcPlan = z.strictObject({
  dns: dnsSettings,
  domains: z.array(z.string()),
  /** The region's SPF includes, looked for where the policy is “reject”; empty when none is confirmed. */
  includes: z.array(z.string()).default([]),
  /** DKIM selectors of the Request for Information by domain, looked at where the policy is “reject”. */
  selectors: z
    .array(z.strictObject({ domain: z.string(), selectors: z.array(z.string().max(200)).max(20) }))
    .default([]),
});
export type DmarcPlan = z.infer<typeof dmarcPlan>;

export function planDmarc(context: CheckContext): Planned<DmarcPlan> {
  const domains = listDomains(context).filter(({ use }) => use !== "receive-only");
  if (domains.length === 0)
    return {
      kind: "missing",
      sentence: "No domain that sends mail is known yet: fill in the domains of the Request for Information.",
    };
  const answers = selectorsByDomain(context);
  const selectors = domains.map(({ name }) => ({
    domain: name,
    selectors: readSelectors(answers.get(name)).selectors,
  }));
  return {
    kind: "ready",
    plan: {
      dns: toDnsSettings(context),
      domains: domains.map(({ name }) => name),
      includes: regionValues(context, "spf-include") ?? [],
      selectors: selectors.filter((one) => one.selectors.length > 0),
    },
  };
}
