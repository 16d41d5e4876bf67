import * as z from "zod";
import { listDomains, regionValues } from "../answers.ts";
import { dnsSettings, toDnsSettings } from "../dns/plan.ts";
import type { CheckContext, Planned } from "../types.ts";

export const mtaStsPlan = z.strictObject({
  dns: dnsSettings,
  domains: z.array(z.string().max(300)).max(1_000),
  /** The region's MX hosts, which the policy has to cover before the MX records name them. */
  mxHosts: z.array(z.string().max(300)).max(100),
  port: z.number().int().min(1).max(65_535),
  connectTimeout: z.number().int().min(1),
  replyTimeout: z.number().int().min(1),
  extraAuthorities: z.string().max(200_000),
});
export type MtaStsPlan = z.infer<typeof mtaStsPlan>;

/** Name of the host that serves a domain's policy (RFC 8461 3.2). */
export const policyHost = (domain: string): string => `mta-sts.${domain}`;

/** Domains that receive mail. */
export const listReceivingDomains = (context: CheckContext): string[] =>
  listDomains(context)
    .filter(({ use }) => use !== "send-only")
    .map(({ name }) => name);

export function planMtaSts(context: CheckContext): Planned<MtaStsPlan> {
  const domains = listReceivingDomains(context);
  if (domains.length === 0)
    return {
      kind: "missing",
      sentence: "No domain that receives mail is known yet: fill in the domains of the Request for Information.",
    };
  const mxHosts = regionValues(context, "mx-hosts");
  if (!mxHosts)
    return { kind: "missing", sentence: "The region's MX hosts are not confirmed yet: confirm or enter them." };
  const { httpsPort, connectTimeout, replyTimeout, extraAuthorities } = context.network;
  const dns = toDnsSettings(context);
  return {
    kind: "ready",
    plan: { dns, domains, mxHosts, port: httpsPort, connectTimeout, replyTimeout, extraAuthorities },
  };
}
