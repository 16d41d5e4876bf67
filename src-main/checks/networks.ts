import ipaddr from "ipaddr.js";

/** Ranges of addresses that only exist inside a network (RFC 1918, 4193, 3927, 6598 and loopback), in the library's words. */
const insideRanges = ["private", "uniqueLocal", "loopback", "linkLocal", "carrierGradeNat"];

/** An address from text, IPv4 in IPv6 clothing unwrapped; null when it is none. */
const parseAddress = (text: string): ipaddr.IPv4 | ipaddr.IPv6 | null =>
  ipaddr.isValid(text) ? ipaddr.process(text) : null;

/** Whether an address belongs to a private range, so that it says nothing of where in the world it is. */
export function isPrivateAddress(text: string): boolean {
  const address = parseAddress(text);
  return address !== null && insideRanges.includes(address.range());
}

/** Whether an address lies in one of the networks (`a.b.c.d/n`, `x::/n` or single addresses). Networks that are none are passed over. */
export function isInNetworks(text: string, networks: readonly string[]): boolean {
  const address = parseAddress(text);
  if (!address) return false;
  return networks.some((network) => {
    if (!network.includes("/")) return parseAddress(network)?.toString() === address.toString();
    if (!ipaddr.isValidCIDR(network)) return false;
    const [base, prefix] = ipaddr.parseCIDR(network);
    return base.kind() === address.kind() && address.match(base, prefix);
  });
}

/** The address in front of the port of `a.b.c.d:p` or `[x::]:p`. */
export const addressOfEndpoint = (endpoint: string): string =>
  endpoint.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1");
