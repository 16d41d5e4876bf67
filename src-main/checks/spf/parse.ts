import { lookUp } from "../look-up.ts";
import { isIp4, isIp6, type Range, readNetwork } from "./addresses.ts";

/** Mechanisms and modifiers of RFC 7208 that the checks look at. */
type TermKind = "all" | "include" | "a" | "mx" | "ptr" | "ip4" | "ip6" | "exists" | "redirect" | "exp" | "unknown";
type Qualifier = "+" | "-" | "~" | "?";

export interface SpfTerm extends Argument {
  text: string;
  kind: TermKind;
  /** "+" for modifiers too. */
  qualifier: Qualifier;
}

/** What stands behind the name of a mechanism or modifier. */
interface Argument {
  /** Domain as written, macros included; null when the term means the current domain or has none. */
  spec: string | null;
  /** The same in lower case without the final dot. */
  target: string | null;
  /** True when the target depends on the sender (RFC 7208 7) and so cannot be asked for in advance. */
  hasMacro: boolean;
  /** Prefix lengths for the addresses an `a` or `mx` leads to. */
  prefix: { v4: number; v6: number };
  /** The network of an `ip4` or `ip6`. */
  network: Range | null;
}
export type ParsedSpf = { ok: true; terms: SpfTerm[] } | { ok: false; problem: string; term: string };

/** The texts among TXT records that are SPF records: "v=spf1" alone or before a space (RFC 7208 4.5). */
export const selectSpf = (texts: readonly string[]): string[] => texts.filter((text) => /^v=spf1(?: |$)/i.test(text));

/** Reads a whole record. A syntax error anywhere makes all of it a permanent error (RFC 7208 4.6). */
export function parseSpf(record: string): ParsedSpf {
  const terms: SpfTerm[] = [];
  for (const text of record.slice("v=spf1".length).split(/ +/)) {
    if (text === "") continue;
    const term = parseTerm(text);
    if (typeof term === "string") return { ok: false, problem: term, term: text };
    terms.push(term);
  }
  for (const kind of ["redirect", "exp"] as const) {
    const twice = terms.filter((term) => term.kind === kind)[1];
    if (twice) return { ok: false, problem: `The modifier ${kind} is there twice.`, term: twice.text };
  }
  return { ok: true, terms };
}

/** Twice the longest domain name: room for macros, and a bound on the work that hostile text can cause. */
const longestTerm = 510;

/** One term, or the sentence that says what is wrong with it. */
function parseTerm(text: string): SpfTerm | string {
  if (text.length > longestTerm) return "The term is longer than any domain name.";
  if (/[^\x21-\x7e]/.test(text)) return "A character is not printable ASCII.";
  const modifier = /^([a-z][a-z0-9_.-]*)=(.*)$/i.exec(text);
  if (modifier) return parseModifier(text, modifier[1] ?? "", modifier[2] ?? "");
  const [, sign = "", name = "", rest = ""] = /^([+~?-]?)([a-z0-9_.-]*)(.*)$/i.exec(text) ?? [];
  const qualifier = (sign || "+") as Qualifier;
  const kind = name.toLowerCase();
  const parse = lookUp(mechanisms, kind);
  if (!parse) return `“${name || text}” is not a mechanism.`;
  const parsed = parse(rest);
  if (typeof parsed === "string") return parsed;
  return { text, kind: kind as TermKind, qualifier, ...parsed };
}

function parseModifier(text: string, name: string, value: string): SpfTerm | string {
  const kind = name.toLowerCase();
  const base = { text, qualifier: "+" as const };
  if (kind !== "redirect" && kind !== "exp") {
    if (!isMacroString(value)) return "A macro of the modifier cannot be read.";
    return { ...base, ...none, kind: "unknown" };
  }
  const domain = parseDomain(value);
  return typeof domain === "string" ? domain : { ...base, kind, ...domain };
}

const none: Argument = { spec: null, target: null, hasMacro: false, prefix: { v4: 32, v6: 128 }, network: null };
const mechanisms: Record<string, (rest: string) => Argument | string> = {
  all: (rest) => (rest === "" ? none : "Nothing may follow “all”."),
  include: parseRequiredDomain,
  exists: parseRequiredDomain,
  ptr: (rest) => (rest === "" ? none : parseRequiredDomain(rest)),
  a: parseAddressMechanism,
  mx: parseAddressMechanism,
  ip4: (rest) => parseIp(rest, "IPv4", isIp4, 32),
  ip6: (rest) => parseIp(rest, "IPv6", isIp6, 128),
};

function parseRequiredDomain(rest: string): Argument | string {
  return rest.startsWith(":") ? parseDomain(rest.slice(1)) : "A colon and a domain are missing.";
}

/** `a` and `mx`: optional domain, then optional prefix lengths `/n` for IPv4 and `//n` for IPv6. */
function parseAddressMechanism(rest: string): Argument | string {
  const [, domain = "", , four, , six] = /^(.*?)(\/(\d*))?(\/\/(\d*))?$/.exec(rest) ?? [];
  if (four !== undefined && !isPrefixLength(four, 32)) return "The IPv4 prefix length is wrong.";
  if (six !== undefined && !isPrefixLength(six, 128)) return "The IPv6 prefix length is wrong.";
  const named = domain === "" ? none : parseRequiredDomain(domain);
  const prefix = { v4: Number(four ?? 32), v6: Number(six ?? 128) };
  return typeof named === "string" ? named : { ...named, prefix };
}

const isPrefixLength = (text: string, longest: number): boolean =>
  /^(?:0|[1-9]\d{0,2})$/.test(text) && Number(text) <= longest;

function parseIp(rest: string, family: string, isIp: (text: string) => boolean, longest: number): Argument | string {
  const [, address = "", , length] = /^:([^/]*)(\/(.*))?$/.exec(rest) ?? [];
  if (!isIp(address)) return `The ${family} address is wrong.`;
  if (length !== undefined && !isPrefixLength(length, longest)) return `The ${family} prefix length is wrong.`;
  return { ...none, network: readNetwork(rest.slice(1)) };
}

// RFC 7208 7.1. The letters c, r and t stand for something in explanation texts only.
const macroExpand = String.raw`%\{[slodiphv](?:[1-9]\d*)?r?[.\-+,/_=]*\}|%[%_-]`;
const macroString = new RegExp(`^(?:${macroExpand}|[\\x21-\\x24\\x26-\\x7e])*$`, "i");
const endsInMacro = new RegExp(`(?:${macroExpand})$`, "i");
const endsInLabel = /\.(?:[a-z0-9]*[a-z][a-z0-9]*|[a-z0-9]+-[a-z0-9-]*[a-z0-9])\.?$/i;
const hasMacroExpand = new RegExp(macroExpand, "i");

const explanation = new RegExp(
  `^(?:${macroExpand.replace("[slodiphv]", "[slodiphvcrt]")}|[\\x20-\\x24\\x26-\\x7e])*$`,
  "i",
);

const isMacroString = (text: string): boolean => macroString.test(text);
/** Whether a text is an explanation that can be expanded: macro strings of seven-bit characters and spaces (RFC 7208 6.2). */
export const isExplanation = (text: string): boolean => explanation.test(text);

function parseDomain(text: string): Argument | string {
  if (text === "") return "The domain is missing.";
  if (!isMacroString(text)) return "A macro of the domain cannot be read.";
  if (!endsInMacro.test(text) && !endsInLabel.test(text)) return `“${text}” is not a domain.`;
  const hasMacro = hasMacroExpand.test(text);
  return { ...none, spec: text, target: escapeName(text.toLowerCase().replace(/\.$/, "")), hasMacro };
}

/** Bytes that macros may put into a name and that are no printable ASCII, as \DDD (RFC 1035 5.1). */
export const escapeName = (name: string): string =>
  name.replace(/[^\x21-\x5b\x5d-\x7e]/g, (character) => {
    const code = character.charCodeAt(0);
    return code < 256 ? `\\${String(code).padStart(3, "0")}` : character;
  });
