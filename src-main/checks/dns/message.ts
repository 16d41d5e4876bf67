import { bytesToHex, bytesToText } from "../bytes.ts";
import { Malformed, Reader } from "./reader.ts";

/** Record types the checks ask for, with their numbers (RFC 1035 3.2.2, RFC 3596, RFC 6698 7.1). */
export const recordTypes = { A: 1, NS: 2, CNAME: 5, SOA: 6, PTR: 12, MX: 15, TXT: 16, AAAA: 28, TLSA: 52 } as const;
export type RecordType = keyof typeof recordTypes;
const typeNames = new Map<number, RecordType>(
  Object.entries(recordTypes).map(([name, number]) => [number, name as RecordType]),
);

export type RecordData =
  | { type: "A" | "AAAA"; address: string }
  | { type: "NS" | "CNAME" | "PTR"; host: string }
  | { type: "MX"; preference: number; exchange: string }
  | { type: "TXT"; text: string }
  /** `minimum` with the record's own TTL bounds how long caches keep "there is none" (RFC 2308 5). Seconds. */
  | { type: "SOA"; serial: number; minimum: number }
  /** Certificate usage, selector, matching type and data in hexadecimal (RFC 6698 2.1). */
  | { type: "TLSA"; usage: number; selector: number; matching: number; data: string };
/** One resource record. Names are lower case, without the final dot; the root is "". */
interface ResourceRecord {
  name: string;
  ttl: number;
  data: RecordData;
}
export interface Message {
  id: number;
  isResponse: boolean;
  isAuthoritative: boolean;
  isTruncated: boolean;
  /** The resolver says that it verified the answer by DNSSEC (RFC 4035 3.2.3); worth as much as the way to the resolver. */
  isVerified: boolean;
  code: number;
  question: { name: string; type: number } | null;
  answers: ResourceRecord[];
}

/** EDNS buffer size that avoids fragments (DNS flag day 2020). */
const bufferSize = 1_232;

/** A query with one question, class IN. Names come from answers that passed the form, or from replies. Null when the name cannot be encoded. */
export function encodeQuery(
  id: number,
  name: string,
  type: RecordType,
  options: { recursion: boolean; edns: boolean },
): Uint8Array | null {
  const encoded = encodeName(name);
  if (!encoded) return null;
  const flags = options.recursion ? 0x01 : 0x00;
  // RFC 6840 5.7: the AD bit of a query asks the resolver to say whether it verified the answer.
  const header = [id >> 8, id & 255, flags, options.recursion ? 0x20 : 0, 0, 1, 0, 0, 0, 0, 0, options.edns ? 1 : 0];
  const question = [...encoded, 0, recordTypes[type], 0, 1];
  const extension = options.edns ? [0, 0, 41, bufferSize >> 8, bufferSize & 255, 0, 0, 0, 0, 0, 0] : [];
  return Uint8Array.from([...header, ...question, ...extension]);
}

function encodeName(name: string): number[] | null {
  const labels = name === "" ? [] : name.split(".");
  const bytes: number[] = [];
  for (const label of labels) {
    const encoded = encodeLabel(label);
    if (!encoded) return null;
    bytes.push(encoded.length, ...encoded);
  }
  bytes.push(0);
  return bytes.length <= 255 ? bytes : null;
}

/** Printable ASCII, and \DDD for other bytes, as labelToText writes it; not for a dot or backslash, which no honest name has inside of a label. */
function encodeLabel(label: string): number[] | null {
  if (!/^(?:[\x21-\x5b\x5d-\x7e]|\\(?:0[0-2]\d|03[0-2]|12[7-9]|1[3-9]\d|2[0-4]\d|25[0-5]))+$/.test(label)) return null;
  const bytes = [...label.matchAll(/\\(\d{3})|[^\\]/g)].map(([character, code]) =>
    code === undefined ? character.charCodeAt(0) : Number(code),
  );
  return bytes.length <= 63 ? bytes : null;
}

/** Reads a DNS message (RFC 1035 4). Hostile bytes give a problem in words, never an exception or an endless loop. */
export function parseMessage(bytes: Uint8Array): { ok: true; message: Message } | { ok: false; problem: string } {
  try {
    return { ok: true, message: readMessage(new Reader(bytes)) };
  } catch (error) {
    if (error instanceof Malformed) return { ok: false, problem: error.message };
    throw error;
  }
}

function readMessage(reader: Reader): Message {
  const id = reader.number(2);
  const flags = reader.number(2);
  const [questions, answers] = [reader.number(2), reader.number(2)];
  reader.number(4);
  let question: Message["question"] = null;
  for (let index = 0; index < questions; index++) {
    const asked = { name: reader.name(), type: reader.number(2) };
    reader.number(2);
    question ??= asked;
  }
  const records: ResourceRecord[] = [];
  for (let index = 0; index < answers; index++) {
    const record = readRecord(reader);
    if (record) records.push(record);
  }
  return {
    id,
    isResponse: (flags & 0x8000) !== 0,
    isAuthoritative: (flags & 0x0400) !== 0,
    isTruncated: (flags & 0x0200) !== 0,
    isVerified: (flags & 0x0020) !== 0,
    code: flags & 0x0f,
    question,
    answers: records,
  };
}

/** The next record, or null for types and classes the checks do not read. */
function readRecord(reader: Reader): ResourceRecord | null {
  const name = reader.name();
  const type = typeNames.get(reader.number(2));
  const isInternet = reader.number(2) === 1;
  const lifetime = reader.number(4);
  const length = reader.number(2);
  const end = reader.offset + length;
  const data = type && isInternet ? readData(reader, type, end) : null;
  reader.skipTo(end);
  // RFC 2181 8: a TTL with the most significant bit set counts as zero.
  return data ? { name, ttl: lifetime > 0x7fffffff ? 0 : lifetime, data } : null;
}

function readData(reader: Reader, type: RecordType, end: number): RecordData {
  switch (type) {
    case "A":
      return { type, address: Array.from(reader.take(4, end)).join(".") };
    case "AAAA":
      return { type, address: formatIpv6(reader.take(16, end)) };
    case "NS":
    case "CNAME":
    case "PTR":
      return { type, host: reader.name() };
    case "TLSA":
      return {
        type,
        usage: reader.number(1),
        selector: reader.number(1),
        matching: reader.number(1),
        data: bytesToHex(reader.take(end - reader.offset, end)),
      };
    case "MX":
      return { type, preference: reader.number(2), exchange: reader.name() };
    case "TXT":
      return { type, text: readStrings(reader, end) };
    case "SOA":
      return readStartOfAuthority(reader);
  }
}

/** RFC 1035 3.3.13: two names, then serial, refresh, retry, expire and minimum. */
function readStartOfAuthority(reader: Reader): RecordData {
  reader.name();
  reader.name();
  const serial = reader.number(4);
  for (let skipped = 0; skipped < 3; skipped++) reader.number(4);
  return { type: "SOA", serial, minimum: reader.number(4) };
}

/** Character strings of one TXT record, glued without a separator (RFC 7208 3.3). */
function readStrings(reader: Reader, end: number): string {
  let text = "";
  while (reader.offset < end) text += bytesToText(reader.take(reader.number(1), end));
  return text;
}

/** RFC 5952: lower case, the longest run of zero groups as "::". */
export function formatIpv6(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0)).toString(16),
  );
  const runs = [...groups.join(":").matchAll(/\b0(?::0\b)+/g)].map(([run]) => run);
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), "");
  if (longest === "") return groups.join(":");
  const text = groups.join(":");
  const at = text.search(new RegExp(`\\b${longest}\\b`));
  const [before, behind] = [text.slice(0, at), text.slice(at + longest.length)];
  return `${before.replace(/:$/, "")}::${behind.replace(/^:/, "")}`;
}
