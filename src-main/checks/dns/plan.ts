import * as z from "zod";
import { listDomains, regionValues } from "../answers.ts";
import type { CheckContext, Planned } from "../types.ts";

/** How a check reaches name servers. */
export const dnsSettings = z.strictObject({
  resolver: z.string().max(300).nullable(),
  dnsTimeout: z.number().int().min(1),
});
export type DnsSettings = z.infer<typeof dnsSettings>;
export const toDnsSettings = ({ network }: CheckContext): DnsSettings => ({
  resolver: network.resolver,
  dnsTimeout: network.dnsTimeout,
});

export const mxPlan = z.strictObject({
  dns: dnsSettings,
  authoritativePort: z.number().int().min(1).max(65_535),
  domains: z.array(z.strictObject({ name: z.string(), use: z.string() })),
  /** The region's MX hosts; empty when only the vendor's domains are known. */
  mxHosts: z.array(z.string()),
  /** Domains the vendor's MX hosts of every region are in. */
  suffixes: z.array(z.string()),
});
export type MxPlan = z.infer<typeof mxPlan>;

export function planMx(context: CheckContext): Planned<MxPlan> {
  const domains = listDomains(context);
  if (domains.length === 0)
    return { kind: "missing", sentence: "No domain is known yet: fill in the domains of the Request for Information." };
  const mxHosts = regionValues(context, "mx-hosts") ?? [];
  const suffixes = regionValues(context, "mx-suffixes") ?? [];
  if (mxHosts.length === 0 && suffixes.length === 0)
    return { kind: "missing", sentence: "The region's MX hosts are not confirmed yet: confirm or enter them." };
  const parents = mxHosts.map((host) => host.split(".").slice(1).join("."));
  const known = suffixes.length > 0 ? suffixes : [...new Set(parents)];
  const plan: MxPlan = {
    dns: toDnsSettings(context),
    authoritativePort: context.network.authoritativePort,
    domains,
    mxHosts,
    suffixes: known,
  };
  return { kind: "ready", plan };
}
