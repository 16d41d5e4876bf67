import { type HeaderField, splitOutside } from "./headers.ts";

/** One hop of the path as the receiving server wrote it (RFC 5321 4.4), oldest first in a path. */
export interface Hop {
  /** Position of the field in the header, from its top. */
  position: number;
  /** Name the sender gave itself, in lower case. */
  from: string | null;
  /** Name of the sender by reverse look-up, as the receiving server wrote it. */
  fromReverse: string | null;
  /** Address of the sender as the receiving server wrote it. */
  fromAddress: string | null;
  by: string | null;
  with: string | null;
  id: string | null;
  for: string | null;
  /** When it was received (ISO, UTC); null when the date cannot be read. */
  at: string | null;
  /** TLS version and cipher as the receiving server wrote them. */
  tls: string | null;
}

const clauseWords = ["from", "by", "via", "with", "id", "for"] as const;
type Clause = (typeof clauseWords)[number];

/** Fields read as hops. Mail loops end at 25 to 100 hops. */
const mostHops = 200;

/** The path from the first server to the last: Received fields stand newest first. */
export function readPath(fields: readonly HeaderField[]): Hop[] {
  const received = fields.flatMap(({ name, value }, position) =>
    name.toLowerCase() === "received" ? [{ value, position }] : [],
  );
  return received
    .slice(0, mostHops)
    .map(({ value, position }) => readReceived(value, position))
    .reverse();
}

/** Reads one Received value. Written for what Postfix, Exchange, Exim, Google and gateways write, and safe for anything. */
export function readReceived(value: string, position = 0): Hop {
  const parts = splitOutside(value, ";");
  const date = parts.length > 1 ? (parts.at(-1) ?? "") : "";
  const clauses = readClauses(parts.length > 1 ? parts.slice(0, -1).join(";") : value);
  const from = clauses.get("from");
  const [name = "", ...rest] = (from?.words ?? "").split(" ");
  const comments = [...(from?.comments ?? [])].join(" ");
  const address = readIp(`${comments} ${rest.join(" ")}`) ?? readIp(name);
  const [, reverse = null] = `${comments} `.match(/^\s*\(?([A-Za-z0-9_.-]*\.[A-Za-z][A-Za-z0-9-]*)\.?[\s)[]/) ?? [];
  return {
    position,
    from: readName(name),
    fromReverse: reverse?.toLowerCase() ?? null,
    fromAddress: address,
    by: readName((clauses.get("by")?.words ?? "").split(" ")[0] ?? ""),
    with: clauses.get("with")?.words ?? null,
    id: clauses.get("id")?.words.split(" ")[0] ?? null,
    for: clauses.get("for")?.words.replace(/[<>]/g, "") ?? null,
    at: readDate(date),
    tls: readTls([...clauses.values()].flatMap((clause) => clause.comments).join(" ")),
  };
}

interface ClauseText {
  words: string;
  comments: string[];
}

function readClauses(text: string): Map<Clause, ClauseText> {
  const clauses = new Map<Clause, ClauseText>();
  let current: ClauseText | null = null;
  for (const token of tokenise(text)) {
    if (token.startsWith("(")) {
      current?.comments.push(token.slice(1, -1));
      continue;
    }
    const word = clauseWords.find((known) => known === token.toLowerCase());
    if (word) {
      const known = clauses.get(word);
      // "with ESMTP with STARTTLS": a word that comes again continues its clause.
      current = known ?? { words: "", comments: [] };
      clauses.set(word, current);
    } else if (current) current.words = `${current.words} ${token}`.trim().slice(0, 400);
  }
  return clauses;
}

/** Words, and comments in their parentheses. */
function tokenise(text: string): string[] {
  const tokens: string[] = [];
  let [depth, from] = [0, 0];
  const take = (end: number) => {
    const token = text.slice(from, end).trim();
    if (token !== "") tokens.push(token);
    from = end;
  };
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (letter === "(") {
      if (depth === 0) take(at);
      depth += 1;
    } else if (letter === ")" && depth > 0) {
      depth -= 1;
      if (depth === 0) take(at + 1);
    } else if (depth === 0 && (letter === " " || letter === "\t")) take(at);
  }
  if (depth === 0) take(text.length);
  return tokens;
}

const readName = (word: string): string | null => {
  const name = word
    .replace(/^\[|\]$/g, "")
    .replace(/^IPv6:/i, "")
    .replace(/\.$/, "")
    .toLowerCase();
  return name === "" ? null : name.slice(0, 260);
};

/** The last address in brackets, else the first one that stands free. */
function readIp(text: string): string | null {
  const short = text.slice(0, 2_000);
  const bracketed = [...short.matchAll(/\[(?:IPv6:)?([0-9A-Fa-f.:]{3,45})\]/gi)].map(([, address]) => address ?? "");
  const found = bracketed.filter(isIp).at(-1) ?? short.split(/[\s()[\],;=]+/).find(isIp);
  return found?.toLowerCase() ?? null;
}

const isIp = (text: string): boolean =>
  /^\d{1,3}(?:\.\d{1,3}){3}$/.test(text)
    ? text.split(".").every((part) => Number(part) <= 255)
    : text.length <= 45 && /^[0-9A-Fa-f:]+(?:\d{1,3}(?:\.\d{1,3}){3})?$/.test(text) && text.split(":").length > 2;

/** Postfix writes "using TLSv1.3 with cipher X", Exchange and Google "version=TLS1_3, cipher=X", Exim "TLS1.3" in "with". */
function readTls(comments: string): string | null {
  const short = comments.slice(0, 4_000);
  const version = /(?:using |version=)?\bTLSv?1[._]?([0-3])?\b/i.exec(short);
  const cipher = /cipher[= ]([A-Z0-9_-]{3,80})/i.exec(short)?.[1];
  if (!version) return null;
  return `TLS 1.${version[1] ?? "0"}${cipher ? ` ${cipher}` : ""}`;
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/** Named zones of RFC 5322 4.3 in hours; other names count as unknown and are read as UTC there too. */
const zones: Record<string, number> = { EST: -5, EDT: -4, CST: -6, CDT: -5, MST: -7, MDT: -6, PST: -8, PDT: -7 };

/** A date of RFC 5322 3.3 as ISO in UTC; null when it is none. */
export function readDate(text: string): string | null {
  const found =
    /(\d{1,2})\s+([A-Za-z]{3})[a-z]*\s+(\d{2,4})\s+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?\s*([+-]\d{4}|[A-Z]{1,4})?/.exec(
      text.slice(0, 200),
    );
  if (!found) return null;
  const [, day, name = "", year = "", hour, minute, second = "0", zone = "UTC"] = found;
  const month = months.indexOf(name.toLowerCase());
  const written = Number(year);
  // Two and three digits are of the last century (RFC 5322 4.3), below 50 of this one.
  const full = year.length >= 4 ? written : written + (written < 50 ? 2_000 : 1_900);
  const time = Date.UTC(full, month, Number(day), Number(hour), Number(minute), Number(second));
  const offset = /^[+-]/.test(zone)
    ? Number(`${zone[0]}1`) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3)))
    : (Object.hasOwn(zones, zone) ? (zones[zone] ?? 0) : 0) * 60;
  const moment = time - offset * 60_000;
  return month < 0 || !Number.isFinite(moment) || Math.abs(moment) > 8.6e15 || full > 9_998
    ? null
    : new Date(moment).toISOString();
}

/** Seconds between two hops; null when one has no time. Negative when the clocks disagree. */
export const delayBetween = (earlier: Hop | undefined, later: Hop): number | null =>
  earlier?.at && later.at ? Math.round((Date.parse(later.at) - Date.parse(earlier.at)) / 1_000) : null;
