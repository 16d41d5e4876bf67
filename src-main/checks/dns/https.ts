import { requestHttps } from "../https/request.ts";
import { NetFailure } from "../net-failure.ts";
import type { Probing } from "../types.ts";
import type { DnsSettings } from "./plan.ts";

/** Longest DNS message (RFC 1035 4.2.2). */
const longestMessage = 65_535;
/** Addresses of the resolver's name that are tried. */
const mostAddresses = 3;
const mediaType = "application/dns-message";

/** Host, port and path of a resolver's https address; null when it is none. */
export function parseDohAddress(text: string): { host: string; port: number; path: string } | null {
  if (!URL.canParse(text)) return null;
  const { protocol, hostname, port, pathname, search } = new URL(text);
  if (protocol !== "https:") return null;
  return { host: hostname.replace(/^\[(.*)\]$/, "$1"), port: Number(port || 443), path: `${pathname}${search}` };
}

/**
 * Sends a query by POST (RFC 8484 4.1) and gives the message that came back. The resolver's own name is looked up by the operating
 * system; a false address is harmless, because the certificate must be good for the name. Fails with `NetFailure`; HTTP_nnn is an
 * answer other than 200.
 */
export async function askByHttps(
  url: string,
  query: Uint8Array,
  { dnsTimeout, extraAuthorities }: DnsSettings,
  { net, signal }: Probing,
): Promise<Uint8Array> {
  const target = parseDohAddress(url);
  if (!target) throw new NetFailure("BAD_NAME", "The address is not an https one.");
  const addresses = /^[\d.]+$|:/.test(target.host) ? [target.host] : await net.lookup(target.host, signal);
  let failure = new NetFailure("NO_ADDRESS", "The resolver's name has no address.");
  for (const address of addresses.slice(0, mostAddresses)) {
    try {
      const { status, headers, body } = await requestHttps(
        net,
        {
          ...target,
          address,
          method: "POST",
          headers: { accept: mediaType, "content-type": mediaType },
          body: query,
        },
        { connectTimeout: dnsTimeout, timeout: dnsTimeout, longestBody: longestMessage, extraAuthorities, signal },
      );
      if (status !== 200) throw new NetFailure(`HTTP_${status}`, "The resolver refused the request.");
      if (!/^application\/dns-message(?:;|$)/i.test(headers.get("content-type") ?? ""))
        throw new NetFailure("BAD_REPLY", "The answer is not a DNS message.");
      return body;
    } catch (error) {
      if (!(error instanceof NetFailure)) throw error;
      failure = error;
    }
  }
  throw failure;
}
