import type { Answer } from "../dns/exchange.ts";
import type { RecordData } from "../dns/message.ts";

type Tlsa = Extract<RecordData, { type: "TLSA" }>;

/** Hexadecimal digits of the data by matching type: SHA-256 and SHA-512 (RFC 6698 2.1.3). */
const digestLengths: Record<number, number> = { 1: 64, 2: 128 };
/** Record data quoted at most. */
const longestQuote = 24;

export const tlsaRecords = ({ records }: Answer): Tlsa[] =>
  records.flatMap(({ data }) => (data.type === "TLSA" ? [data] : []));

/**
 * Why mail servers cannot use a TLSA record, or null when they can: certificate usage 2 (trust anchor) or 3 (the server's own), RFC 7672
 * 3.1; selector 0 or 1; matching type 0, 1 or 2 with data of its length.
 */
export function tlsaProblem({ usage, selector, matching, data }: Tlsa): string | null {
  if (usage === 0 || usage === 1) return `certificate usage ${usage} is not for mail`;
  if (usage !== 2 && usage !== 3) return `certificate usage ${usage} is unknown`;
  if (selector !== 0 && selector !== 1) return `selector ${selector} is unknown`;
  if (matching !== 0 && matching !== 1 && matching !== 2) return `matching type ${matching} is unknown`;
  if (data === "") return "it holds no data";
  const length = digestLengths[matching];
  if (length !== undefined && data.length !== length)
    return `its data has ${data.length / 2} bytes instead of ${length / 2}`;
  return null;
}

/** "3 1 1 8d02536c887482bc…". */
export const quoteTlsa = ({ usage, selector, matching, data }: Tlsa): string =>
  `${usage} ${selector} ${matching} ${data.length > longestQuote ? `${data.slice(0, longestQuote)}…` : data}`.trim();
