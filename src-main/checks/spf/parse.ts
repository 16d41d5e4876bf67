import { lookUp } from "../look-up.ts";

/** Mechanisms and modifiers of RFC 7208 that the checks look at. */
type TermKind = "all" | "include" | "a" | "mx" | "ptr" | "ip4" | "ip6" | "exists" | "redirect" | "exp" | "unknown";
type Qualifier = "+" | "-" | "~" | "?";

export interface SpfTerm {
  text: string;
  kind: TermKind;
  /** "+" for modifiers too. */
  qualifier: Qualifier;
  /** Domain named by the term, lower case without the final dot; null when it means the current domain or has none. */
  target: string | null;
  /** True when the target depends on the sender (RFC 7208 7) and so cannot be asked for in advance. */
  hasMacro: boolean;
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
    return { ...base, kind: "unknown", target: null, hasMacro: false };
  }
  const domain = parseDomain(value);
  return typeof domain === "string" ? domain : { ...base, kind, ...domain };
}

type Target = Pick<SpfTerm, "target" | "hasMacro">;
const none: Target = { target: null, hasMacro: false };
const mechanisms: Record<string, (rest: string) => Target | string> = {
  all: (rest) => (rest === "" ? none : "Nothing may follow “all”."),
  include: parseRequiredDomain,
  exists: parseRequiredDomain,
  ptr: (rest) => (rest === "" ? none : parseRequiredDomain(rest)),
  a: parseAddressMechanism,
  mx: parseAddressMechanism,
  ip4: parseIp4,
  ip6: parseIp6,
};

function parseRequiredDomain(rest: string): Target | string {
  return rest.startsWith(":") ? parseDomain(rest.slice(1)) : "A colon and a domain are missing.";
}

/** `a` and `mx`: optional domain, then optional prefix lengths `/n` for IPv4 and `//n` for IPv6. */
function parseAddressMechanism(rest: string): Target | string {
  const [, domain = "", , four, , six] = /^(.*?)(\/(\d*))?(\/\/(\d*))?$/.exec(rest) ?? [];
  if (four !== undefined && !isPrefixLength(four, 32)) return "The IPv4 prefix length is wrong.";
  if (six !== undefined && !isPrefixLength(six, 128)) return "The IPv6 prefix length is wrong.";
  return domain === "" ? none : parseRequiredDomain(domain);
}

const isPrefixLength = (text: string, longest: number): boolean =>
  /^(?:0|[1-9]\d{0,2})$/.test(text) && Number(text) <= longest;

function parseIp4(rest: string): Target | string {
  const [, address = "", , length] = /^:([^/]*)(\/(.*))?$/.exec(rest) ?? [];
  if (!isIp4(address)) return "The IPv4 address is wrong.";
  return length === undefined || isPrefixLength(length, 32) ? none : "The IPv4 prefix length is wrong.";
}

function parseIp6(rest: string): Target | string {
  const [, address = "", , length] = /^:([^/]*)(\/(.*))?$/.exec(rest) ?? [];
  if (!isIp6(address)) return "The IPv6 address is wrong.";
  return length === undefined || isPrefixLength(length, 128) ? none : "The IPv6 prefix length is wrong.";
}

const isIp4 = (text: string): boolean =>
  /^\d{1,3}(?:\.\d{1,3}){3}$/.test(text) &&
  text.split(".").every((part) => String(Number(part)) === part && Number(part) < 256);

/** RFC 4291 2.2, with an embedded IPv4 address at the end. */
function isIp6(text: string): boolean {
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (tail && !isIp4(tail[2] ?? "")) return false;
  const plain = tail ? `${tail[1]}0:0` : text;
  const halves = plain.split("::");
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return false;
  return halves.length === 2 ? groups.length <= 7 : groups.length === 8;
}

// RFC 7208 7.1. The letters c, r and t stand for something in explanation texts only.
const macroExpand = String.raw`%\{[slodiphv](?:[1-9]\d*)?r?[.\-+,/_=]*\}|%[%_-]`;
const macroString = new RegExp(`^(?:${macroExpand}|[\\x21-\\x24\\x26-\\x7e])*$`, "i");
const endsInMacro = new RegExp(`(?:${macroExpand})$`, "i");
const endsInLabel = /\.(?:[a-z0-9]*[a-z][a-z0-9]*|[a-z0-9]+-[a-z0-9-]*[a-z0-9])\.?$/i;
const hasMacroExpand = new RegExp(macroExpand, "i");

const isMacroString = (text: string): boolean => macroString.test(text);

function parseDomain(text: string): Target | string {
  if (text === "") return "The domain is missing.";
  if (!isMacroString(text)) return "A macro of the domain cannot be read.";
  if (!endsInMacro.test(text) && !endsInLabel.test(text)) return `“${text}” is not a domain.`;
  const hasMacro = hasMacroExpand.test(text);
  return { target: text.toLowerCase().replace(/\.$/, ""), hasMacro };
}
