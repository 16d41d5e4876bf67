import * as z from "zod";
import { listDomains, selectorsByDomain } from "../answers.ts";
import { dnsSettings, toDnsSettings } from "../dns/plan.ts";
import type { CheckContext, Planned } from "../types.ts";
import { readSelectors, selectorsOf } from "./selectors.ts";

export const dkimPlan = z.strictObject({
  dns: dnsSettings,
  domains: z.array(
    z.strictObject({
      name: z.string(),
      /** Selectors of the Request for Information. */
      selectors: z.array(z.string().max(200)).max(20),
      /** Words of the answer that cannot be selectors. */
      unreadable: z.array(z.string().max(2_000)).max(20),
    }),
  ),
  /** Selectors the platform signs with by itself; asked besides the named ones. */
  platformSelectors: z.array(z.string()),
});
export type DkimPlan = z.infer<typeof dkimPlan>;

export function planDkim(context: CheckContext): Planned<DkimPlan> {
  const domains = listDomains(context).filter(({ use }) => use !== "receive-only");
  if (domains.length === 0)
    return {
      kind: "missing",
      sentence: "No domain that sends mail is known yet: fill in the domains of the Request for Information.",
    };
  const answers = selectorsByDomain(context);
  return {
    kind: "ready",
    plan: {
      dns: toDnsSettings(context),
      domains: domains.map(({ name }) => ({ name, ...readSelectors(answers.get(name)) })),
      platformSelectors: [...selectorsOf(context.family)],
    },
  };
}
