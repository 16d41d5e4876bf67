import { type Answer, ask, type Question } from "../dns/exchange.ts";
import type { Walk } from "../dns/walk.ts";
import { parseSpf, type SpfTerm, selectSpf } from "./parse.ts";

/** Limits of RFC 7208 4.6.4. */
export const mostLookups = 10;
export const mostVoids = 2;
const mostMxHosts = 10;
/** Expansion goes on past the limit, so that the whole bill can be shown, but not for ever. */
const mostExpanded = 60;

/** One term as evaluated, with the queries that made it count. */
export interface SpfStep {
  term: SpfTerm;
  /** Position among the terms that cost a look-up, from 1; null for terms that cost none. */
  count: number | null;
  /** Whether the term's query came back empty or NXDOMAIN, for a sender with an IPv4 or IPv6 address. */
  isVoid: { v4: boolean; v6: boolean };
  /** The record that an include or redirect leads to. */
  child: SpfNode | null;
  note: string;
}
/** What makes a record a permanent error, or what could not be seen. */
interface SpfProblem {
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
export interface SpfView {
  domain: string;
  root: SpfNode;
  /** Terms that cost a look-up, in the order of evaluation. */
  lookups: string[];
  voids: { v4: string[]; v6: string[] };
  /** Every problem in the tree, with the way to it. */
  problems: SpfProblem[];
}

interface Bill {
  lookups: string[];
  voids: { v4: string[]; v6: string[] };
  problems: SpfProblem[];
}

/**
 * Expands a domain's record into its tree and counts as RFC 7208 4.6.4 does: include, a, mx, ptr, exists and redirect cost one
 * each, wherever they stand; what follows `all` is never evaluated; ip4, ip6, all and exp are free. The count is that of a sender
 * no earlier term matches, the worst case. Void look-ups are counted by term, separately for IPv4 and IPv6 senders.
 */
export function* walkSpf(domain: string): Walk<SpfView> {
  const bill: Bill = { lookups: [], voids: { v4: [], v6: [] }, problems: [] };
  const root = yield* expandDomain(domain, [], bill);
  return { domain, root, ...bill };
}

const isEmpty = ({ status }: Answer): boolean => status === "no-data" || status === "no-such-name";
const isUnseen = ({ status }: Answer): boolean => !isEmpty({ status } as Answer) && status !== "answered";

function* expandDomain(domain: string, path: string[], bill: Bill): Walk<SpfNode> {
  const [answer] = (yield [ask(domain, "TXT")]) as [Answer];
  const way = [...path, domain];
  const node: SpfNode = { domain, answer, record: null, steps: [], problem: null };
  const stop = (kind: SpfProblem["kind"], text: string) => {
    const through = path.length > 0 ? ` (by way of ${path.join(" > ")})` : "";
    node.problem = { kind, text: `${text}${through}` };
    bill.problems.push(node.problem);
    return node;
  };
  if (isUnseen(answer)) return stop("unseen", `The TXT record of ${domain} could not be read: ${answer.detail}.`);
  const records = selectSpf(answer.records.flatMap(({ data }) => (data.type === "TXT" ? [data.text] : [])));
  if (records.length > 1) return stop("permanent", `${domain} has ${records.length} SPF records; only one is allowed.`);
  const [record] = records;
  if (record === undefined) return stop("permanent", `${domain} has no SPF record.`);
  node.record = record;
  const parsed = parseSpf(record);
  if (!parsed.ok)
    return stop("permanent", `The record of ${domain} has a syntax error at “${parsed.term}”: ${parsed.problem}`);
  for (const term of orderTerms(parsed.terms)) node.steps.push(yield* evaluateTerm(term, domain, way, bill));
  return node;
}

/** Terms in the order of evaluation: mechanisms up to the first `all`; redirect last, and only without `all` (RFC 7208 6.1). */
function orderTerms(terms: readonly SpfTerm[]): SpfTerm[] {
  const mechanisms = terms.filter(({ kind }) => !["redirect", "exp", "unknown"].includes(kind));
  const end = mechanisms.findIndex(({ kind }) => kind === "all");
  if (end >= 0) return mechanisms.slice(0, end + 1);
  return [...mechanisms, ...terms.filter(({ kind }) => kind === "redirect")];
}

function* evaluateTerm(term: SpfTerm, domain: string, way: string[], bill: Bill): Walk<SpfStep> {
  const step: SpfStep = { term, count: null, isVoid: { v4: false, v6: false }, child: null, note: "" };
  if (["all", "ip4", "ip6"].includes(term.kind)) return step;
  bill.lookups.push(`${term.text} (in ${domain})`);
  step.count = bill.lookups.length;
  if (term.hasMacro) return { ...step, note: "depends on the sender, so it is counted but not asked" };
  if (term.kind === "ptr")
    return { ...step, note: "asked by the address of the sender, so it is counted but not asked" };
  if (bill.lookups.length > mostExpanded) return { ...step, note: "not expanded: the tree is too large" };
  const target = term.target ?? domain;
  if (term.kind === "include" || term.kind === "redirect") return yield* follow(step, target, way, bill);
  return yield* askTerm(step, target, bill);
}

function* follow(step: SpfStep, target: string, way: string[], bill: Bill): Walk<SpfStep> {
  if (way.includes(target)) {
    bill.problems.push({
      kind: "permanent",
      text: `${step.term.text} leads back to ${target}: the record includes itself (${[...way, target].join(" > ")}).`,
    });
    return { ...step, note: "a circle" };
  }
  const child = yield* expandDomain(target, way, bill);
  return noteVoid({ ...step, child }, isEmpty(child.answer), isEmpty(child.answer), bill);
}

function* askTerm(step: SpfStep, target: string, bill: Bill): Walk<SpfStep> {
  const answers: Answer[] = yield questionsOf(step.term, target);
  const unseen = answers.find(isUnseen);
  if (unseen) {
    const text = `${unseen.question.type} of ${target}, for ${step.term.text}, could not be read: ${unseen.detail}.`;
    bill.problems.push({ kind: "unseen", text });
    return { ...step, note: unseen.detail };
  }
  const [first, second = first] = answers;
  if (!first || !second) return step;
  if (step.term.kind === "mx" && first.records.length > mostMxHosts)
    bill.problems.push({
      kind: "permanent",
      text: `${step.term.text} leads to ${first.records.length} MX hosts; ${mostMxHosts} are allowed.`,
    });
  return noteVoid(step, isEmpty(first), isEmpty(second), bill);
}

function questionsOf({ kind }: SpfTerm, target: string): Question[] {
  if (kind === "mx") return [ask(target, "MX")];
  // `exists` asks for A records whatever the sender's address is (RFC 7208 5.7).
  return kind === "exists" ? [ask(target, "A")] : [ask(target, "A"), ask(target, "AAAA")];
}

function noteVoid(step: SpfStep, v4: boolean, v6: boolean, bill: Bill): SpfStep {
  if (v4) bill.voids.v4.push(step.term.text);
  if (v6) bill.voids.v6.push(step.term.text);
  return { ...step, isVoid: { v4, v6 } };
}

/** Every step of the tree, parents before children. */
export const listSteps = (node: SpfNode): SpfStep[] =>
  node.steps.flatMap((step) => [step, ...(step.child ? listSteps(step.child) : [])]);
