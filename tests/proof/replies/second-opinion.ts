import { decode } from "dns-packet";
import { type Answer, type DnsExchange, exchangeToAnswer } from "../../../src-main/checks/dns/exchange.ts";
import type { Json } from "../../../src-main/checks/types.ts";

/**
 * Looks at recorded DNS replies with another library than the program's and names what the two read differently. Only what the program
 * takes for an answer counts: what it refuses to read can lead to no pass.
 */
export function findDnsDisagreements(record: Json): string[] {
  return listExchanges(record).flatMap((exchange) => {
    const own = exchangeToAnswer(exchange);
    if (own.status !== "answered" || exchange.reply === null) return [];
    const other = readWithLibrary(exchange, own);
    const mine = own.records.map(({ data }) => JSON.stringify(data)).sort();
    // Bytes that are no ASCII have no one spelling.
    if (/[^\x20-\x7e]|\\/.test(mine.join(""))) return [];
    if (other === null) return [`${exchange.type} ${exchange.name}: dns-packet cannot read ${exchange.reply}`];
    const isSame = JSON.stringify(mine) === JSON.stringify(other);
    return isSame
      ? []
      : [`${exchange.type} ${exchange.name}: read as ${mine.join()}, by dns-packet as ${other.join()}`];
  });
}

/** Every recorded exchange, wherever the record keeps it. */
export function listExchanges(value: Json): DnsExchange[] {
  if (Array.isArray(value)) return value.flatMap(listExchanges);
  if (typeof value !== "object" || value === null) return [];
  const isExchange = "reply" in value && "transport" in value && "tries" in value;
  return isExchange ? [value as unknown as DnsExchange] : Object.values(value).flatMap(listExchanges);
}

type LibraryAnswer = { name: string; type: string; class: string; flush: boolean; data: unknown };

function readWithLibrary({ reply, type, name }: DnsExchange, own: Answer): string[] | null {
  const answers = decodeAnswers(Buffer.from(reply ?? "", "hex"));
  if (answers === null) return null;
  const end = own.aliases.at(-1) ?? name;
  return answers
    .filter((answer) => answer.class === "IN" && !answer.flush)
    .filter((answer) => answer.type === type && answer.name.toLowerCase().replace(/^\.$/, "") === end)
    .map(({ data }) => JSON.stringify(spell(type, data)))
    .sort();
}

/**
 * The answer records that the library can read, from the first on; null when it can read none. It reads the data of every class, and
 * takes the highest bit of one for a flag (RFC 6762 10.2); the program passes over records of another class than IN, so a last record
 * that only the library minds is left out.
 */
function decodeAnswers(bytes: Buffer): LibraryAnswer[] | null {
  if (bytes.length < 12) return null;
  // The program reads no further than the answers; the counts of authority and additional records are left out.
  bytes.fill(0, 8, 12);
  for (let count = Math.min(bytes.readUInt16BE(6), 100); count > 0; count--) {
    bytes.writeUInt16BE(count, 6);
    try {
      return (decode(bytes).answers ?? []) as LibraryAnswer[];
    } catch {
      // One record less.
    }
  }
  return null;
}

/** What the library gives, in the program's spelling. */
function spell(type: DnsExchange["type"], data: unknown): unknown {
  switch (type) {
    case "MX": {
      const { preference = 0, exchange } = data as { preference?: number; exchange: string };
      return { type, preference, exchange: exchange.toLowerCase().replace(/^\.$/, "") };
    }
    case "TXT":
      return { type, text: Buffer.concat([data].flat() as Buffer[]).toString("latin1") };
    case "A":
    case "AAAA":
      return { type, address: data };
    case "TLSA": {
      const { usage, selector, matchingType, certificate } = data as Record<string, number> & { certificate: Buffer };
      return { type, usage, selector, matching: matchingType, data: certificate.toString("hex") };
    }
    case "SOA": {
      const { serial = 0, minimum = 0 } = data as { serial?: number; minimum?: number };
      return { type, serial, minimum };
    }
    default:
      return { type, host: String(data).toLowerCase().replace(/^\.$/, "") };
  }
}
