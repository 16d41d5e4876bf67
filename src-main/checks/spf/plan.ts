import * as z from "zod";
import { listDomains, regionValues } from "../answers.ts";
import { dnsSettings, toDnsSettings } from "../dns/plan.ts";
import type { CheckContext, Planned } from "../types.ts";

export const spfPlan = z.strictObject({
  dns: dnsSettings,
  /** Domains that send mail. */
  domains: z.array(z.string()),
  /** The region's include, such as `eu._netblocks.example`; one of them is enough. */
  includes: z.array(z.string()),
  /** Includes that stand for every region of the vendor. */
  globalIncludes: z.array(z.string()),
  /** Whether the addresses of MX hosts are asked for too; plans of earlier versions did not. */
  asksHosts: z.boolean().default(false),
});
export type SpfPlan = z.infer<typeof spfPlan>;

export function planSpf(context: CheckContext): Planned<SpfPlan> {
  const domains = listDomains(context).filter(({ use }) => use !== "receive-only");
  if (domains.length === 0)
    return {
      kind: "missing",
      sentence: "No domain that sends mail is known yet: fill in the domains of the Request for Information.",
    };
  const includes = regionValues(context, "spf-include");
  if (!includes)
    return { kind: "missing", sentence: "The region's SPF include is not confirmed yet: confirm or enter it." };
  const parents = includes.map((include) => include.split(".").slice(1).join("."));
  const globalIncludes = regionValues(context, "spf-global-include") ?? [...new Set(parents)];
  return {
    kind: "ready",
    plan: { globalIncludes, asksHosts: true, dns: toDnsSettings(context), domains: domains.map(({ name }) => name), includes },
  };
}
