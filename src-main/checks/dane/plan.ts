import * as z from "zod";
import { isAddressText } from "../address.ts";
import { listInboundHosts, regionValues } from "../answers.ts";
import { dnsSettings, toDnsSettings } from "../dns/plan.ts";
import { listReceivingDomains } from "../mta-sts/plan.ts";
import type { CheckContext, Planned } from "../types.ts";

const hosts = z.array(z.string().max(300)).max(1_000);

export const danePlan = z.strictObject({
  dns: dnsSettings,
  domains: hosts,
  /** The region's MX hosts, which senders will look at after the change. */
  mxHosts: hosts,
  /** Names of the customer's own inbound hosts, to which the vendor delivers. */
  ownHosts: hosts,
});
export type DanePlan = z.infer<typeof danePlan>;

export function planDane(context: CheckContext): Planned<DanePlan> {
  const domains = listReceivingDomains(context);
  if (domains.length === 0)
    return {
      kind: "missing",
      sentence: "No domain that receives mail is known yet: fill in the domains of the Request for Information.",
    };
  const mxHosts = regionValues(context, "mx-hosts") ?? [];
  const named = listInboundHosts(context).map(({ host }) => host);
  const ownHosts = [...new Set(named)].filter((host) => !isAddressText(host));
  return { kind: "ready", plan: { dns: toDnsSettings(context), domains, mxHosts, ownHosts } };
}
