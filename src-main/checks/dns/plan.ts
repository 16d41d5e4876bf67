import * as z from "zod";
import { listDomains, regionValues } from "../answers.ts";
import type { CheckContext, Planned } from "../types.ts";

/** How a check reaches name servers. */
export const dnsSettings = z.strictObject({
  resolver: z.string().max(300).nullable(),
  /** Asked by HTTPS in place of the operating system's resolvers; a resolver named above goes before it. */
  dohResolver: z.string().max(300).nullable().default(null),
  dnsTimeout: z.number().int().min(1),
  /** PEM certificates trusted besides the public authorities. */
  extraAuthorities: z.string().max(200_000).default(""),
});
export type DnsSettings = z.infer<typeof dnsSettings>;
export const toDnsSettings = ({ network }: CheckContext): DnsSettings => ({
  resolver: network.resolver,
  dohResolver: network.dohResolver,
  dnsTimeout: network.dnsTimeout,
  extraAuthorities: network.dohResolver === null ? "" : network.extraAuthorities,
});

/** Resolvers asked the same questions beside the run's own: the settings' public ones, and the one by HTTPS where it is not the own. */
export const listComparisons = ({ network }: CheckContext): string[] => [
  ...network.comparisonResolvers,
  ...(network.dohResolver !== null && network.resolver !== null ? [network.dohResolver] : []),
];

export const mxPlan = z.strictObject({
  dns: dnsSettings,
  authoritativePort: z.number().int().min(1).max(65_535),
  domains: z.array(z.strictObject({ name: z.string(), use: z.string() })),
  /** Resolvers asked beside the run's own. */
  comparisons: z.array(z.string().max(320)).max(7).default([]),
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
    comparisons: listComparisons(context),
    mxHosts,
    suffixes: known,
  };
  return { kind: "ready", plan };
}
