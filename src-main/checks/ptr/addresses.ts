import ipaddr from "ipaddr.js";

/** Addresses asked of one small network. */
const mostOfNetwork = 4;
/** Prefix from which a network counts as small: at most 256 addresses. */
const smallestPrefix = { ipv4: 24, ipv6: 120 } as const;

/** Parses an address or network as the form takes it; null for anything else. */
function parseNetwork(text: string): { base: ipaddr.IPv4 | ipaddr.IPv6; prefix: number } | null {
  try {
    if (text.includes("/")) {
      const [base, prefix] = ipaddr.parseCIDR(text);
      return { base, prefix };
    }
    const base = ipaddr.parse(text);
    return { base, prefix: base.kind() === "ipv4" ? 32 : 128 };
  } catch {
    return null;
  }
}

/**
 * The addresses of a network worth asking for: a single address itself; of a small network (up to 256 addresses) the first ones that
 * a host can have. Null for a larger network, which nobody sends from as a whole, and for unreadable text.
 */
export function firstAddresses(network: string): string[] | null {
  const parsed = parseNetwork(network);
  if (!parsed) return null;
  const { base, prefix } = parsed;
  const kind = base.kind();
  const width = kind === "ipv4" ? 32 : 128;
  if (prefix < smallestPrefix[kind]) return null;
  const size = 2 ** (width - prefix);
  // The first and last address of an IPv4 network are no hosts, except in networks of one or two (RFC 3021).
  const start = kind === "ipv4" && size > 2 ? 1 : 0;
  const end = kind === "ipv4" && size > 2 ? size - 1 : size;
  const octets = base.toByteArray();
  const count = Math.min(mostOfNetwork, end - start);
  return Array.from({ length: count }, (_, index) => {
    const first = octets.at(-1) ?? 0;
    const last = first - (first % size) + start + index;
    return ipaddr.fromByteArray([...octets.slice(0, -1), last]).toString();
  });
}

export const isAddressValid = (text: string): boolean => ipaddr.isValid(text);

/** Name that holds the PTR records of an address (RFC 1035 3.5, RFC 3596 2.5). */
export function reverseName(address: string): string {
  const parsed = ipaddr.parse(address);
  const octets = parsed.toByteArray();
  if (parsed.kind() === "ipv4") return `${[...octets].reverse().join(".")}.in-addr.arpa`;
  const nibbles = octets.flatMap((octet) => [octet >> 4, octet & 15]).reverse();
  return `${nibbles.map((nibble) => nibble.toString(16)).join(".")}.ip6.arpa`;
}

/** Whether the Internet can see mail from the address: false for private, shared, link-local and loopback addresses. */
export function isSeenOutside(address: string): boolean {
  const range = ipaddr.parse(address).range();
  return !["private", "carrierGradeNat", "linkLocal", "uniqueLocal", "loopback", "unspecified"].includes(range);
}

/** Equal as addresses, however written. */
export function isSameAddress(one: string, other: string): boolean {
  return (
    ipaddr.isValid(one) && ipaddr.isValid(other) && ipaddr.parse(one).toString() === ipaddr.parse(other).toString()
  );
}

export const isIpv6Address = (address: string): boolean => address.includes(":");

const poolWords =
  /(?:^|[.\-_\d])(?:dyn|dynamic|dhcp|pool|ppp|pppoe|dial|dialup|dialin|dsl|adsl|vdsl|xdsl|cable|broadband|client|clients|customer|customers|cust|host|ip|static|unassigned|user|users)(?=[.\-_\d]|$)/i;

/**
 * Whether a name looks made by a machine for one address of a pool: it carries the address's own numbers, or a word that access
 * providers use. Many receivers distrust such names; it is a guess from the name alone.
 */
export function looksGeneric(name: string, address: string): boolean {
  const octets = ipaddr.parse(address).toByteArray();
  if (isIpv6Address(address)) return poolWords.test(name);
  const [a, b, c, d] = octets;
  const spellings = [
    [a, b, c, d],
    [d, c, b, a],
  ].flatMap((order) => [".", "-", "_"].map((sign) => order.join(sign)));
  const padded = octets.map((octet) => String(octet).padStart(3, "0"));
  const runs = [padded.join(""), [...padded].reverse().join("")];
  const hexadecimal = octets.map((octet) => octet.toString(16).padStart(2, "0")).join("");
  return poolWords.test(name) || [...spellings, ...runs, hexadecimal].some((spelling) => name.includes(spelling));
}
