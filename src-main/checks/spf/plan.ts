import * as z from "zod";
import { ownServers } from "../../contract/rfi/questions.ts";
import { listDomains, regionValues, yesNoAnswer } from "../answers.ts";
import { dnsSettings, toDnsSettings } from "../dns/plan.ts";
import type { CheckContext, Planned } from "../types.ts";
import { parentOf } from "./includes.ts";

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
  const domains = listSendingDomains(context);
  if (domains.length === 0)
    return {
      kind: "missing",
      sentence: "No domain that sends mail is known yet: fill in the domains of the Request for Information.",
    };
  const includes = regionValues(context, "spf-include");
  if (!includes)
    return { kind: "missing", sentence: "The region's SPF include is not confirmed yet: confirm or enter it." };
  const globalIncludes = globalIncludesOf(context, includes);
  return {
    kind: "ready",
    plan: {
      globalIncludes,
      asksHosts: true,
      dns: toDnsSettings(context),
      domains,
      includes,
    },
  };
}

const listSendingDomains = (context: CheckContext): string[] =>
  listDomains(context)
    .filter(({ use }) => use !== "receive-only")
    .map(({ name }) => name);

/** The vendor's includes for every region; where none is known, the parents of the region's. */
const globalIncludesOf = (context: CheckContext, includes: readonly string[]): string[] =>
  regionValues(context, "spf-global-include") ?? [...new Set(includes.map(parentOf))];

/** What the planner starts from. Unlike a check it does without a region's include: any record can be examined. */
export function planSpfRequest(context: CheckContext) {
  const includes = regionValues(context, "spf-include") ?? [];
  return {
    domains: listSendingDomains(context),
    includes,
    globalIncludes: globalIncludesOf(context, includes),
    addresses: listOutbound(context),
  };
}

/** Outbound addresses and domains looked at in one run; forms have a dozen, and what is left out is named. */
const mostOutbound = 60;
const mostDomains = 60;

export const sendersPlan = z.strictObject({
  dns: dnsSettings,
  /** Domains that send mail. */
  domains: z.array(z.string()),
  /** The region's includes, whose networks send once mail goes through the vendor. */
  includes: z.array(z.string()),
  /** What the playbook or the consultant lists as the networks of the region's record. */
  netblocks: z.array(z.string()),
  /** The customer's own outbound addresses and networks. */
  outbound: z.array(z.string()),
  /** Entries that were left out because there were too many. */
  leftOut: z.number().int(),
  /** Services of others that send as a domain. */
  thirdParties: z.array(z.strictObject({ name: z.string(), domain: z.string() })),
});
export type SendersPlan = z.infer<typeof sendersPlan>;

export function planSenders(context: CheckContext): Planned<SendersPlan> {
  const record = planSpf(context);
  if (record.kind !== "ready") return record;
  const outbound = listOutbound(context);
  if (outbound.length === 0 && hasOwnServers(context))
    return {
      kind: "missing",
      sentence:
        "No outbound address is known yet: fill in the outbound public addresses of the Request for Information.",
    };
  const { dns, domains, includes } = record.plan;
  const left = (count: number, most: number) => Math.max(0, count - most);
  return {
    kind: "ready",
    plan: {
      dns,
      domains: domains.slice(0, mostDomains),
      includes: includes.slice(0, 4),
      netblocks: regionValues(context, "spf-netblocks") ?? [],
      outbound: outbound.slice(0, mostOutbound),
      leftOut: left(domains.length, mostDomains) + left(outbound.length, mostOutbound),
      thirdParties: listThirdParties(context).slice(0, mostDomains),
    },
  };
}

/** Servers of the customer's own with a fixed address; a dynamic one is known by its log-on, not by SPF. */
const hasOwnServers = (context: CheckContext): boolean =>
  ownServers.some((family) => family === context.family) && yesNoAnswer(context, "outbound.dynamic") !== true;

const textsOfRows = (context: CheckContext, group: "outboundAddresses" | "senders") =>
  (context.answers.rows[group] ?? []).map(({ values }) => (column: string) => {
    const value = values[column];
    return typeof value === "string" ? value.trim() : "";
  });

function listOutbound(context: CheckContext): string[] {
  if (!ownServers.some((family) => family === context.family)) return [];
  const networks = textsOfRows(context, "outboundAddresses").map((text) => text("network"));
  return [...new Set(networks.filter((network) => network !== ""))];
}

const listThirdParties = (context: CheckContext) =>
  textsOfRows(context, "senders")
    .map((text) => ({ name: text("name"), domain: text("domain").toLowerCase() }))
    .filter(({ name, domain }) => name !== "" && domain !== "");
