import * as z from "zod";
import { listDomains, listInboundHosts, regionValues, selectorsByDomain } from "../answers.ts";
import { readSelectors } from "../dkim/selectors.ts";
import type { CheckContext, Planned } from "../types.ts";

const name = z.string().max(300);

export const messagePlan = z.strictObject({
  /** The direction of the test mail that the step asks for. */
  expects: z.enum(["outbound", "inbound", "either"]),
  /** The customer's domains. */
  domains: z.array(name),
  /** Hosts of the account's region, whatever their purpose; empty when none is confirmed. */
  regionHosts: z.array(name),
  /** Domains that the vendor's hosts belong to. */
  suffixes: z.array(name),
  /** Names and domains of the servers that hold the customer's mailboxes. */
  ownServers: z.array(name),
  /** Selectors that the Request for Information has, as `selector domain`. */
  selectors: z.array(z.string().max(600)),
  /** True when the mailboxes are in Microsoft 365, which writes the original sender into the header. */
  writesOriginalSender: z.boolean(),
});
export type MessagePlan = z.infer<typeof messagePlan>;

/** Region keys with hosts; a header may show any of them. */
const hostKeys = ["mx-hosts", "smart-hosts", "smart-hosts-m365", "journal-hosts"];

/** Domains of the servers of providers that hold mailboxes. */
const providers: Partial<Record<CheckContext["family"], string[]>> = {
  "microsoft-365": ["protection.outlook.com", "prod.outlook.com"],
  hybrid: ["protection.outlook.com", "prod.outlook.com"],
  "google-workspace": ["google.com"],
};

export function planMessage(context: CheckContext): Planned<MessagePlan> {
  const domains = listDomains(context).map((domain) => domain.name);
  if (domains.length === 0)
    return {
      kind: "missing",
      sentence: "No domain of the customer is known yet: fill in the domains of the Request for Information.",
    };
  const regionHosts = [...new Set(hostKeys.flatMap((key) => regionValues(context, key) ?? []))];
  const parents = regionHosts.map((host) => host.split(".").slice(1).join("."));
  const suffixes = regionValues(context, "mx-suffixes") ?? [...new Set(parents)];
  if (suffixes.length === 0)
    return { kind: "missing", sentence: "No host of the region is confirmed yet: confirm or enter its hosts." };
  const expects = context.step === "outbound" || context.step === "inbound" ? context.step : "either";
  const answers = selectorsByDomain(context);
  const selectors = domains.flatMap((domain) =>
    readSelectors(answers.get(domain)).selectors.map((selector) => `${selector} ${domain}`),
  );
  const ownServers = [
    ...listInboundHosts(context).map(({ host }) => host),
    ...domains,
    ...(providers[context.family] ?? []),
  ];
  const writesOriginalSender = context.family === "microsoft-365" || context.family === "hybrid";
  return {
    kind: "ready",
    plan: { expects, domains, regionHosts, suffixes, ownServers, selectors, writesOriginalSender },
  };
}
