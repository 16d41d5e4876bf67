import { isAddressText } from "./address.ts";
import type { DnsClient } from "./dns/client.ts";
import { ask, exchangeToAnswer } from "./dns/exchange.ts";
import type { Probing } from "./types.ts";

/** Addresses tried per host and family. Worst address counts, as senders may take any. */
const mostIpv4 = 4;
const mostIpv6 = 2;

export interface ResolvedHost {
  source: "literal" | "dns" | "system";
  addresses: string[];
}

/**
 * Addresses of a host, through the run's resolver, so that the answers are on record. Names that DNS does not know are looked for in
 * the operating system's own (hosts file, local names), but only when its resolvers are the ones asked.
 */
export async function resolveHost(
  host: string,
  client: DnsClient,
  resolver: string | null,
  probing: Probing,
): Promise<ResolvedHost> {
  if (isAddressText(host)) return { source: "literal", addresses: [host] };
  const exchanges = await Promise.all([client.ask(ask(host, "A")), client.ask(ask(host, "AAAA"))]);
  const addresses = exchanges.map((exchange) =>
    exchangeToAnswer(exchange).records.flatMap(({ data }) =>
      data.type === "A" || data.type === "AAAA" ? [data.address] : [],
    ),
  );
  const [v4 = [], v6 = []] = addresses;
  const found = [...v4.slice(0, mostIpv4), ...v6.slice(0, mostIpv6)];
  if (found.length > 0 || resolver !== null || !client.asksSystem) return { source: "dns", addresses: found };
  const local = await probing.net.lookup(host, probing.signal);
  return { source: local.length > 0 ? "system" : "dns", addresses: local.slice(0, mostIpv4) };
}
