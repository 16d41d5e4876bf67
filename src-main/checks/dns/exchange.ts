import * as z from "zod";
import { hexToBytes, toPrintable } from "../bytes.ts";
import { describeFailure } from "../net-failure.ts";
import { type Message, parseMessage, type RecordData, type RecordType, recordTypes } from "./message.ts";

/**
 * A question to the run's resolver (`to` null), without recursion to one authoritative server (`address:port`), or with `recursive`
 * to another resolver than the run's, as the settings write it (`address:port`, or an https address).
 */
export interface Question {
  name: string;
  type: RecordType;
  to: string | null;
  recursive?: true;
}
export const ask = (name: string, type: RecordType, to: string | null = null): Question => ({
  name: name.toLowerCase().replace(/\.$/, ""),
  type,
  to,
});
/** The same question to a resolver beside the run's own: what others are told. */
export const askResolver = (name: string, type: RecordType, resolver: string): Question => ({
  ...ask(name, type, resolver),
  recursive: true,
});
export const questionKey = ({ name, type, to, recursive }: Question): string =>
  `${to ?? "resolver"}${recursive ? " recursive" : ""} ${type} ${name}`;

/** One question and the bytes that came back, or what came instead. */
export const dnsExchange = z.strictObject({
  name: z.string().max(1_100),
  type: z.enum(Object.keys(recordTypes) as [RecordType, ...RecordType[]]),
  to: z.string().max(320).nullable(),
  recursive: z.literal(true).exactOptional(),
  /** Server that gave the recorded outcome, as address:port or https address. */
  server: z.string().max(320),
  transport: z.enum(["udp", "tcp", "https"]),
  tries: z.number().int(),
  milliseconds: z.number(),
  reply: z
    .string()
    .max(131_100)
    .regex(/^(?:[0-9a-f]{2})*$/)
    .nullable(),
  failure: z.string().max(80).nullable(),
});
export type DnsExchange = z.infer<typeof dnsExchange>;

export type AnswerStatus =
  | "answered"
  | "no-data"
  | "no-such-name"
  | "server-failure"
  | "refused"
  | "malformed"
  | "silent";
/** What an exchange says about its question. */
export interface Answer {
  question: Question;
  status: AnswerStatus;
  /** Records of the type asked for, at the end of the alias chain. */
  records: { data: RecordData; ttl: number }[];
  /** Names the question was sent on to by CNAME, in order. */
  aliases: string[];
  isAuthoritative: boolean;
  /** Verified by DNSSEC, as the resolver says. */
  isVerified: boolean;
  server: string;
  /** The failure in words for statuses other than answered. */
  detail: string;
}

/** Whether the server said something about the name: its records, or that there are none. Everything else leaves the name unknown. */
export const isSeen = ({ status }: Pick<Answer, "status">): boolean =>
  status === "answered" || status === "no-data" || status === "no-such-name";

const codes: Record<number, [AnswerStatus, string]> = {
  1: ["malformed", "the server says it could not read the question (FORMERR)"],
  2: ["server-failure", "the server failed to answer (SERVFAIL)"],
  3: ["no-such-name", "the name does not exist (NXDOMAIN)"],
  4: ["refused", "the server does not do such queries (NOTIMP)"],
  5: ["refused", "the server refused the question (REFUSED)"],
};

/** Reads a recorded exchange. Works on hostile bytes. */
export function exchangeToAnswer(exchange: DnsExchange): Answer {
  const { name, type, to, recursive } = exchange;
  const question: Question = { name, type, to, ...(recursive ? { recursive } : {}) };
  const base = {
    question,
    records: [],
    aliases: [],
    isAuthoritative: false,
    isVerified: false,
    server: exchange.server,
  };
  if (exchange.reply === null)
    return { ...base, status: "silent", detail: describeFailure(exchange.failure ?? "NOT_RECORDED") };
  const parsed = parseMessage(hexToBytes(exchange.reply));
  if (!parsed.ok) return { ...base, status: "malformed", detail: parsed.problem.replace(/\.$/, "") };
  return readAnswer(parsed.message, base);
}

function readAnswer(message: Message, base: Omit<Answer, "status" | "detail">): Answer {
  const { isAuthoritative, isVerified } = message;
  const { aliases, name } = followAliases(message, base.question.name);
  const records = message.answers.filter((record) => record.name === name && record.data.type === base.question.type);
  const found = {
    ...base,
    aliases,
    isAuthoritative,
    isVerified,
    records: records.map(({ data, ttl }) => ({ data, ttl })),
  };
  const failed = codes[message.code];
  if (failed) return { ...found, records: [], status: failed[0], detail: failed[1] };
  if (message.code !== 0)
    return { ...found, records: [], status: "server-failure", detail: `the server answered code ${message.code}` };
  if (records.length > 0) return { ...found, status: "answered", detail: "" };
  return { ...found, status: "no-data", detail: `there is no ${base.question.type} record` };
}

function followAliases(message: Message, asked: string): { aliases: string[]; name: string } {
  const aliases: string[] = [];
  let name = asked;
  // A chain cannot be longer than the answer, so a circle ends here too.
  for (let step = 0; step < message.answers.length; step++) {
    const alias = message.answers.find((record) => record.name === name && record.data.type === "CNAME");
    if (alias?.data.type !== "CNAME" || aliases.includes(alias.data.host)) break;
    name = alias.data.host;
    aliases.push(name);
  }
  return { aliases, name };
}

const dataToText = (data: RecordData): string => {
  switch (data.type) {
    case "A":
    case "AAAA":
      return data.address;
    case "NS":
    case "CNAME":
    case "PTR":
      return `${data.host}.`;
    case "MX":
      return `${data.preference} ${data.exchange}.`;
    case "TXT":
      return `"${toPrintable(data.text, 4_000)}"`;
    case "SOA":
      return `serial ${data.serial}`;
    case "TLSA":
      return `${data.usage} ${data.selector} ${data.matching} ${data.data}`;
  }
};

const roleOf = ({ to, recursive }: DnsExchange): string => {
  if (to === null) return "";
  return recursive ? " (beside the own resolver)" : " (authoritative)";
};

/** The exchange as lines of a transcript. */
export function describeExchange(exchange: DnsExchange): string {
  const answer = exchangeToAnswer(exchange);
  const how = `${exchange.transport}, ${Math.round(exchange.milliseconds)} ms, ${exchange.tries} sent`;
  const head = `${exchange.type} ${toPrintable(exchange.name)}. @${exchange.server}${roleOf(exchange)} [${how}]`;
  const aliases = answer.aliases.map((alias) => `    alias -> ${toPrintable(alias)}.`);
  const records = answer.records.map(({ data, ttl }) => `    ${toPrintable(dataToText(data), 4_100)}  ttl ${ttl}`);
  const flags = answer.isAuthoritative ? "    (authoritative answer)" : [];
  const outcome = answer.status === "answered" ? [] : `    -> ${answer.detail}`;
  return [head, aliases, records, outcome, exchange.reply === null ? [] : flags].flat().join("\n");
}

export const transcribeDns = (exchanges: readonly DnsExchange[]): string => exchanges.map(describeExchange).join("\n");
