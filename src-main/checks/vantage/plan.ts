import * as z from "zod";
import type { NetworkSettings } from "../../contract/settings.ts";
import { dnsSettings } from "../dns/plan.ts";
import { hostAndPort, smtpSettings } from "../smtp/plan.ts";

/**
 * Parents of the made-up names. Both are run by one registry that never answers for names nobody registered: the wildcard it tried
 * in 2003 was withdrawn within weeks (ICANN SSAC report of 2004-07-09), so an answer is somebody else's.
 */
const parents = ["com", "net"];
/** Longest patience of the self-test, milliseconds; it tells a person what to expect, so it cannot take minutes. */
const most = { dns: 3_000, connect: 10_000, greeting: 20_000, reply: 10_000 };

export const vantagePlan = z.strictObject({
  dns: dnsSettings,
  smtp: smtpSettings,
  parents: z.array(z.string().max(100)).max(5),
  /** Resolvers asked besides the own one. */
  comparisons: z.array(z.string().max(320)).max(7),
  /** An address at which no name server can be; whoever answers there intercepts. */
  unusedServer: z.string().max(320),
  /** Address that answers plain HTTP with 204 and nothing else; null when it is not to be asked. */
  portal: z.string().max(300).nullable(),
  /** Hosts of the vendor whose greeting is known, with the SMTP port. */
  smartHosts: z.array(hostAndPort).max(4),
});
export type VantagePlan = z.infer<typeof vantagePlan>;

/** What the self-test asks from here. `smartHosts` are the vendor's, of different regions. */
export function planVantage(network: NetworkSettings, smartHosts: readonly string[]): VantagePlan {
  return {
    dns: {
      resolver: network.resolver,
      dohResolver: network.dohResolver,
      dnsTimeout: Math.min(network.dnsTimeout, most.dns),
      extraAuthorities: network.extraAuthorities,
    },
    smtp: {
      ehloName: network.ehloName,
      connectTimeout: Math.min(network.connectTimeout, most.connect),
      greetingTimeout: Math.min(network.greetingTimeout, most.greeting),
      replyTimeout: Math.min(network.replyTimeout, most.reply),
      greylistWait: network.greylistWait,
      extraAuthorities: network.extraAuthorities,
    },
    parents,
    comparisons: network.comparisonResolvers,
    unusedServer: network.selfTestUnused,
    portal: network.selfTestPortal,
    smartHosts: smartHosts.slice(0, 2).map((host) => ({ host, port: network.smtpPort })),
  };
}
