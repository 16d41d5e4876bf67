import { formatIpv6 } from "../dns/message.ts";

/**
 * IPv4 and IPv6 addresses as points on one line: IPv4 from 0, IPv6 from 2^128 on. A range has both ends; a set of addresses is
 * a list of ranges in order, without overlap and without neighbours. So networks of both families are added, cut and compared by the same arithmetic.
 */
export interface Range {
  first: bigint;
  last: bigint;
}
export type Family = 4 | 6;

const sixthStart = 1n << 128n;
const bits: Record<Family, number> = { 4: 32, 6: 128 };
/** `::ffff:0:0/96`, the IPv4-mapped addresses (RFC 4291 2.5.5.2). */
const mapped = sixthStart + (0xffffn << 32n);

export const everything: readonly Range[] = [
  { first: 0n, last: (1n << 32n) - 1n },
  { first: sixthStart, last: 2n * sixthStart - 1n },
];

export const familyOf = (point: bigint): Family => (point < sixthStart ? 4 : 6);

/** Four decimal octets without leading zeros. */
export const isIp4 = (text: string): boolean =>
  /^\d{1,3}(?:\.\d{1,3}){3}$/.test(text) &&
  text.split(".").every((part) => String(Number(part)) === part && Number(part) < 256);

/** RFC 4291 2.2, with an embedded IPv4 address at the end. */
export function isIp6(text: string): boolean {
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (tail && !isIp4(tail[2] ?? "")) return false;
  const plain = tail ? `${tail[1]}0:0` : text;
  const halves = plain.split("::");
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return false;
  return halves.length === 2 ? groups.length <= 7 : groups.length === 8;
}

const readIp4 = (text: string): bigint => text.split(".").reduce((value, part) => value * 256n + BigInt(part), 0n);

function readIp6(text: string): bigint {
  const plain = text.replace(/\d+\.\d+\.\d+\.\d+$/, (tail) => {
    const value = readIp4(tail);
    return `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;
  });
  const [head = [], tail = []] = plain.split("::").map((half) => (half === "" ? [] : half.split(":")));
  const groups = [...head, ...Array<string>(8 - head.length - tail.length).fill("0"), ...tail];
  return groups.reduce((value, group) => value * 0x1_0000n + BigInt(`0x${group}`), 0n);
}

const readPoint = (text: string): bigint | null =>
  isIp4(text) ? readIp4(text) : isIp6(text) ? sixthStart + readIp6(text) : null;

/** An address as a point; null for anything else. */
export function readAddress(text: string): bigint | null {
  const point = readPoint(text);
  return point === null ? null : unmap({ first: point, last: point }).first;
}

/** IPv4-mapped IPv6 addresses as the IPv4 addresses they stand for, which is how a sender's address is taken (RFC 7208 5). */
export const unmap = ({ first, last }: Range): Range =>
  first >= mapped && last <= mapped + 0xffff_ffffn ? { first: first - mapped, last: last - mapped } : { first, last };

/** The network of a point with a prefix length of its family; longer lengths than the family has mean the address alone. */
export function networkOf(point: bigint, prefix: number): Range {
  const free = BigInt(Math.max(0, bits[familyOf(point)] - prefix));
  const first = (point >> free) << free;
  return { first, last: first + (1n << free) - 1n };
}

/** `a.b.c.d`, `a.b.c.d/n`, `x::` or `x::/n` as a range; null for anything else. */
export function readNetwork(text: string): Range | null {
  const [, address = "", , length] = /^([^/]*)(\/(\d{1,3}))?$/.exec(text.trim()) ?? [];
  const point = readPoint(address);
  if (point === null) return null;
  const longest = bits[familyOf(point)];
  const prefix = length === undefined ? longest : Number(length);
  return prefix > longest ? null : networkOf(point, prefix);
}

export function addressToText(point: bigint): string {
  const octets = (value: bigint, count: number) =>
    Array.from({ length: count }, (_, index) => Number((value >> BigInt(8 * (count - 1 - index))) & 255n));
  return familyOf(point) === 4
    ? octets(point, 4).join(".")
    : formatIpv6(Uint8Array.from(octets(point - sixthStart, 16)));
}

/** The address in parts with dots: octets for IPv4, single hexadecimal digits for IPv6 (RFC 7208 7.3, RFC 3596 2.5). */
export const addressToLabels = (point: bigint): string[] =>
  familyOf(point) === 4
    ? addressToText(point).split(".")
    : [...(point - sixthStart).toString(16).toUpperCase().padStart(32, "0")];

/** Name under which the address has its PTR record. */
export const reverseName = (point: bigint): string =>
  `${addressToLabels(point).reverse().join(".")}.${familyOf(point) === 4 ? "in-addr" : "ip6"}.arpa`;

/** Any ranges as a set: in order, overlapping and neighbouring ones joined, never across the families. */
export function toSet(ranges: readonly Range[]): Range[] {
  const set: Range[] = [];
  for (const range of [...ranges].sort((one, other) => (one.first < other.first ? -1 : 1))) {
    const end = set.at(-1);
    if (end && range.first <= end.last + 1n && familyOf(range.first) === familyOf(end.last)) {
      if (range.last > end.last) set[set.length - 1] = { first: end.first, last: range.last };
    } else set.push(range);
  }
  return set;
}

const smaller = (one: bigint, other: bigint): bigint => (one < other ? one : other);
const larger = (one: bigint, other: bigint): bigint => (one > other ? one : other);

/** What two sets have in common. */
export function intersect(one: readonly Range[], other: readonly Range[]): Range[] {
  const common: Range[] = [];
  for (let left = 0, right = 0; left < one.length && right < other.length; ) {
    const [a, b] = [one[left], other[right]] as [Range, Range];
    const [first, last] = [larger(a.first, b.first), smaller(a.last, b.last)];
    if (first <= last) common.push({ first, last });
    if (a.last < b.last) left++;
    else right++;
  }
  return common;
}

/** The first set without the second. */
export function subtract(from: readonly Range[], what: readonly Range[]): Range[] {
  const left: Range[] = [];
  let index = 0;
  for (const { first, last } of from) {
    let start = first;
    while (index < what.length && (what[index] as Range).last < start) index++;
    for (let at = index; at < what.length && (what[at] as Range).first <= last; at++) {
      const hole = what[at] as Range;
      if (hole.first > start) left.push({ first: start, last: hole.first - 1n });
      start = larger(start, hole.last + 1n);
    }
    if (start <= last) left.push({ first: start, last });
  }
  return left;
}

/** The fewest networks that make up a range, as text; whole ranges only, in order. */
export function rangeToNetworks({ first, last }: Range): string[] {
  const networks: string[] = [];
  const longest = bits[familyOf(first)];
  for (let start = first; start <= last; ) {
    let prefix = longest;
    while (prefix > 0) {
      const wider = networkOf(start, prefix - 1);
      if (wider.first !== start || wider.last > last) break;
      prefix--;
    }
    networks.push(prefix === longest ? addressToText(start) : `${addressToText(start)}/${prefix}`);
    start = networkOf(start, prefix).last + 1n;
  }
  return networks;
}

export const setToNetworks = (set: readonly Range[]): string[] => set.flatMap(rangeToNetworks);

/** How many addresses of a family are in a set. */
export const countAddresses = (set: readonly Range[], family: Family): bigint =>
  set.reduce((sum, { first, last }) => (familyOf(first) === family ? sum + last - first + 1n : sum), 0n);
