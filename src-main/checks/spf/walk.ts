import { type Answer, ask } from "../dns/exchange.ts";
import { type Walk, walkTogether } from "../dns/walk.ts";
import { networkOf, readAddress } from "./addresses.ts";
import type { SpfTerm } from "./parse.ts";
import {
  addressesOf,
  askAll,
  askOne,
  createStep,
  hostsOf,
  isEmpty,
  isFree,
  isUnseen,
  listSteps,
  mostMxHosts,
  orderTerms,
  readRecord,
  type SpfNode,
  type SpfProblem,
  type SpfStep,
} from "./tree.ts";

/** Expansion goes on past the limit, so that the whole bill can be shown, but not for ever. */
const mostExpanded = 60;

export interface SpfView {
  domain: string;
  root: SpfNode;
  /** Terms that cost a look-up, in the order of evaluation. */
  lookups: string[];
  voids: { v4: string[]; v6: string[] };
  /** Every problem in the tree, with the way to it. */
  problems: SpfProblem[];
}

interface Course {
  asksHosts: boolean;
  /** Terms with a look-up met so far. */
  terms: number;
}

/**
 * Expands a domain's record into its tree, side by side wherever one term does not wait for another, and counts as RFC 7208 4.6.4
 * does: include, a, mx, ptr, exists and redirect cost one each, wherever they stand; what follows `all` is never evaluated; ip4,
 * ip6, all and exp are free. The count is that of a sender no earlier term matches, the worst case. Void look-ups are counted by
 * term, separately for IPv4 and IPv6 senders. With `asksHosts` the addresses of MX hosts are asked for too, so that the tree has
 * every address it authorises.
 */
export function* walkSpf(domain: string, asksHosts = false): Walk<SpfView> {
  const root = yield* expandDomain(domain, [], { asksHosts, terms: 0 });
  const view: SpfView = { domain, root, lookups: [], voids: { v4: [], v6: [] }, problems: [] };
  makeBill(root, view);
  return view;
}

/** Numbers the terms in the order of evaluation and gathers what they cost. */
function makeBill(node: SpfNode, view: SpfView): void {
  if (node.problem) view.problems.push(node.problem);
  for (const step of node.steps) {
    if (!isFree(step.term)) {
      view.lookups.push(`${step.term.text} (in ${node.domain})`);
      step.count = view.lookups.length;
    }
    if (step.isVoid.v4) view.voids.v4.push(step.term.text);
    if (step.isVoid.v6) view.voids.v6.push(step.term.text);
    if (step.problem) view.problems.push(step.problem);
    if (step.child) makeBill(step.child, view);
  }
}

function* expandDomain(domain: string, path: string[], course: Course): Walk<SpfNode> {
  const read = yield* readRecord(domain);
  const way = [...path, domain];
  const record = "record" in read ? read.record : null;
  const node: SpfNode = { domain, answer: read.answer, record, steps: [], problem: null };
  if (read.kind === "record") {
    const terms = orderTerms(read.terms);
    node.steps = yield* walkTogether(terms.map((term) => expandTerm(term, domain, way, course)));
    return node;
  }
  const through = path.length > 0 ? ` (by way of ${path.join(" > ")})` : "";
  node.problem = { kind: read.kind === "unseen" ? "unseen" : "permanent", text: `${read.text}${through}` };
  return node;
}

function* expandTerm(term: SpfTerm, domain: string, way: string[], course: Course): Walk<SpfStep> {
  const step = createStep(term);
  if (isFree(term)) return step;
  course.terms++;
  if (term.hasMacro) return { ...step, note: "depends on the sender, so it is counted but not asked" };
  if (term.kind === "ptr")
    return { ...step, note: "asked by the address of the sender, so it is counted but not asked" };
  if (course.terms > mostExpanded) return { ...step, note: "not expanded: the tree is too large" };
  const target = term.target ?? domain;
  if (term.kind === "include" || term.kind === "redirect") return yield* follow(step, target, way, course);
  return yield* askTerm(step, target, course);
}

function* follow(step: SpfStep, target: string, way: string[], course: Course): Walk<SpfStep> {
  if (way.includes(target)) {
    const text = `${step.term.text} leads back to ${target}: the record includes itself (${[...way, target].join(" > ")}).`;
    return { ...step, problem: { kind: "permanent", text }, note: "a circle" };
  }
  const child = yield* expandDomain(target, way, course);
  const isVoid = isEmpty(child.answer);
  return { ...step, child, isVoid: { v4: isVoid, v6: isVoid } };
}

function* askTerm(step: SpfStep, target: string, course: Course): Walk<SpfStep> {
  const { kind } = step.term;
  // `exists` asks for A records whatever the sender's address is (RFC 7208 5.7).
  const answers = kind === "a" ? yield* askHosts([target]) : [yield* askOne(target, kind === "mx" ? "MX" : "A")];
  const unseen = answers.find(isUnseen);
  if (unseen) return noteUnseen(step, unseen);
  const [first, second = first] = answers;
  if (!first || !second) return step;
  const found = { ...step, isVoid: { v4: isEmpty(first), v6: isEmpty(second) } };
  if (kind === "mx") return yield* expandMx(found, hostsOf(first), course);
  return kind === "a" ? { ...found, networks: networksOf(step.term, answers) } : found;
}

function* expandMx(step: SpfStep, hosts: string[], { asksHosts }: Course): Walk<SpfStep> {
  if (hosts.length > mostMxHosts) {
    const text = `${step.term.text} leads to ${hosts.length} MX hosts; ${mostMxHosts} are allowed.`;
    return { ...step, problem: { kind: "permanent", text } };
  }
  if (!asksHosts) return step;
  const answers = yield* askHosts(hosts);
  const unseen = answers.find(isUnseen);
  return unseen ? noteUnseen(step, unseen) : { ...step, networks: networksOf(step.term, answers) };
}

/** Addresses of both families, those of IPv4 first. */
const askHosts = (hosts: string[]): Walk<Answer[]> =>
  askAll([...hosts.map((host) => ask(host, "A")), ...hosts.map((host) => ask(host, "AAAA"))]);

const networksOf = ({ prefix }: SpfTerm, answers: readonly Answer[]) =>
  answers.flatMap((answer) => {
    const length = answer.question.type === "A" ? prefix.v4 : prefix.v6;
    return addressesOf(answer).flatMap((text) => {
      const point = readAddress(text);
      return point === null ? [] : [networkOf(point, length)];
    });
  });

function noteUnseen(step: SpfStep, { question, detail }: Answer): SpfStep {
  const text = `${question.type} of ${question.name}, for ${step.term.text}, could not be read: ${detail}.`;
  return { ...step, problem: { kind: "unseen", text }, note: detail };
}

/** Includes and redirects that lead to the same record more than once, and terms that a record repeats, with how often. */
export function listDuplicates(root: SpfNode): { text: string; times: number }[] {
  const counts = new Map<string, { text: string; times: number }>();
  const visit = (node: SpfNode) => {
    for (const { term, child } of node.steps) {
      const isShared = (term.kind === "include" || term.kind === "redirect") && term.target !== null;
      const key = isShared ? `record ${term.target}` : `${node.domain} ${term.text.toLowerCase()}`;
      const known = counts.get(key);
      if (known) known.times++;
      else
        counts.set(key, {
          text: isShared ? `the record of ${term.target}` : `${term.text} in ${node.domain}`,
          times: 1,
        });
      // A record that comes again repeats all of its terms; that is one repetition.
      if (child && !known) visit(child);
    }
  };
  visit(root);
  return [...counts.values()].filter(({ times }) => times > 1);
}

/** Look-ups that a step costs: its own and those inside of it. */
export const costOf = (step: SpfStep): number =>
  [step, ...(step.child ? listSteps(step.child) : [])].filter(({ count }) => count !== null).length;
