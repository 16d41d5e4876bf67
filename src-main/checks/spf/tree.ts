import { type Answer, ask, type Question } from "../dns/exchange.ts";
import { encodeQuery, type RecordType } from "../dns/message.ts";
import type { Walk } from "../dns/walk.ts";
import type { Range } from "./addresses.ts";
import { parseSpf, type SpfTerm, selectSpf } from "./parse.ts";

/** Limits of RFC 7208 4.6.4. */
export const mostLookups = 10;
export const mostVoids = 2;
export const mostMxHosts = 10;
/** From here on the next sender may be one too many. */
export const manyLookups = 8;

/** One term as evaluated, with the queries that made it count. */
export interface SpfStep {
  term: SpfTerm;
  /** Position among the terms that cost a look-up, from 1; null for terms that cost none. */
  count: number | null;
  /** Whether the term's query came back empty or NXDOMAIN, for a sender with an IPv4 or IPv6 address. */
  isVoid: { v4: boolean; v6: boolean };
  /** Addresses the term names, itself or by the hosts it leads to. */
  networks: Range[];
  /** The record that an include or redirect leads to. */
  child: SpfNode | null;
  problem: SpfProblem | null;
  note: string;
}
/** What makes a record a permanent error, or what could not be seen. */
export interface SpfProblem {
  kind: "permanent" | "unseen";
  text: string;
}
export interface SpfNode {
  domain: string;
  answer: Answer;
  record: string | null;
  steps: SpfStep[];
  problem: SpfProblem | null;
}

export const createStep = (term: SpfTerm): SpfStep => ({
  term,
  count: null,
  isVoid: { v4: false, v6: false },
  networks: term.network ? [term.network] : [],
  child: null,
  problem: null,
  note: "",
});

/** Every step of the tree, parents before children. */
export const listSteps = (node: SpfNode): SpfStep[] =>
  node.steps.flatMap((step) => [step, ...(step.child ? listSteps(step.child) : [])]);

export const isEmpty = ({ status }: Answer): boolean => status === "no-data" || status === "no-such-name";
export const isUnseen = (answer: Answer): boolean => !isEmpty(answer) && answer.status !== "answered";

/** Terms that cost no look-up (RFC 7208 4.6.4). */
export const isFree = ({ kind }: SpfTerm): boolean => kind === "all" || kind === "ip4" || kind === "ip6";

/** Terms in the order of evaluation: mechanisms up to the first `all`; redirect last, and only without `all` (RFC 7208 6.1). */
export function orderTerms(terms: readonly SpfTerm[]): SpfTerm[] {
  const mechanisms = terms.filter(({ kind }) => !["redirect", "exp", "unknown"].includes(kind));
  const end = mechanisms.findIndex(({ kind }) => kind === "all");
  if (end >= 0) return mechanisms.slice(0, end + 1);
  return [...mechanisms, ...terms.filter(({ kind }) => kind === "redirect")];
}

/** Asks, except for names that DNS cannot carry, such as ones with an empty label: those exist nowhere (RFC 7208 4.3 and 4.8). */
export function* askAll(questions: readonly Question[]): Walk<Answer[]> {
  const askable = questions.filter(
    ({ name, type }) => name !== "" && encodeQuery(0, name, type, { recursion: true, edns: false }) !== null,
  );
  const answers = askable.length > 0 ? yield askable : [];
  return questions.map((question) => answers[askable.indexOf(question)] ?? nowhere(question));
}

export function* askOne(name: string, type: RecordType): Walk<Answer> {
  const question = ask(name, type);
  const [answer = nowhere(question)] = yield* askAll([question]);
  return answer;
}

const nowhere = (question: Question): Answer => ({
  question,
  status: "no-such-name",
  records: [],
  aliases: [],
  isAuthoritative: false,
  isVerified: false,
  server: "nobody",
  detail: "DNS cannot carry the name",
});

export const textsOf = (answer: Answer): string[] =>
  answer.records.flatMap(({ data }) => (data.type === "TXT" ? [data.text] : []));
export const addressesOf = (answer: Answer): string[] =>
  answer.records.flatMap(({ data }) => (data.type === "A" || data.type === "AAAA" ? [data.address] : []));
export const hostsOf = (answer: Answer): string[] =>
  answer.records.flatMap(({ data }) => (data.type === "MX" ? [data.exchange] : data.type === "PTR" ? [data.host] : []));

export type ReadRecord =
  | { kind: "record"; answer: Answer; record: string; terms: SpfTerm[] }
  /** No record at all: `none` for the domain asked about, a permanent error behind an include or redirect. */
  | { kind: "absent"; answer: Answer; text: string }
  | { kind: "permanent"; answer: Answer; record: string | null; text: string }
  | { kind: "unseen"; answer: Answer; text: string };

/** Looks a domain's record up and reads it (RFC 7208 4.4 to 4.6). */
export function* readRecord(domain: string): Walk<ReadRecord> {
  const answer = yield* askOne(domain, "TXT");
  if (isUnseen(answer))
    return { kind: "unseen", answer, text: `The TXT record of ${domain} could not be read: ${answer.detail}.` };
  const records = selectSpf(textsOf(answer));
  const [record] = records;
  if (record === undefined) return { kind: "absent", answer, text: `${domain} has no SPF record.` };
  if (records.length > 1) {
    const text = `${domain} has ${records.length} SPF records; only one is allowed.`;
    return { kind: "permanent", answer, record: null, text };
  }
  const parsed = parseSpf(record);
  if (parsed.ok) return { kind: "record", answer, record, terms: parsed.terms };
  const text = `The record of ${domain} has a syntax error at “${parsed.term}”: ${parsed.problem}`;
  return { kind: "permanent", answer, record, text };
}
