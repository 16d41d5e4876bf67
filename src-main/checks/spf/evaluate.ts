import { type Answer, ask } from "../dns/exchange.ts";
import type { Walk } from "../dns/walk.ts";
import { familyOf, networkOf, readAddress } from "./addresses.ts";
import { expandMacros } from "./macros.ts";
import { escapeName, isExplanation, type SpfTerm } from "./parse.ts";
import { type Course, isAtOrBelow, macroValues, type SpfInput, targetOf, validateNames } from "./sender.ts";
import {
  addressesOf,
  askAll,
  askOne,
  createStep,
  hostsOf,
  isEmpty,
  isFree,
  isUnseen,
  mostLookups,
  mostMxHosts,
  mostVoids,
  orderTerms,
  type ReadRecord,
  readRecord,
  type SpfNode,
  type SpfStep,
  textsOf,
} from "./tree.ts";

export type SpfResult = "none" | "neutral" | "pass" | "fail" | "softfail" | "temperror" | "permerror";

export interface SpfEvaluation {
  result: SpfResult;
  /** One sentence that says what decided. */
  reason: string;
  /** The term that decided, the domain whose record has it, and the terms on the way to it, the outermost first. */
  match: { term: SpfTerm; domain: string; way: string[] } | null;
  /** What the domain's owner has to say about a fail; null when there is nothing (RFC 7208 6.2). */
  explanation: string | null;
  /** Everything that was looked at until the result was there. */
  root: SpfNode | null;
  lookups: string[];
  voids: string[];
}

/** Ends a whole evaluation, however deep: an error anywhere is the result of all (RFC 7208 5.2 and 6.1). */
class Ending extends Error {
  readonly result: "temperror" | "permerror";
  constructor(result: Ending["result"], reason: string) {
    super(reason);
    this.result = result;
  }
}

/** What a record says about the sender, and where its explanation is. */
interface Outcome {
  result: SpfResult;
  reason: string;
  match: SpfEvaluation["match"];
  explain: { term: SpfTerm; domain: string } | null;
}

const resultOf = { "+": "pass", "-": "fail", "~": "softfail", "?": "neutral" } as const satisfies Record<
  string,
  SpfResult
>;

/**
 * check_host() of RFC 7208 4 for one sender: the result, the term that decided with the way to it, the explanation, and the tree
 * of everything looked at with the count at each term. Stops where a receiver stops: at the first match, error or limit.
 * Silence and failing servers are `temperror`. Never throws, whatever the zones hold, and always ends: each step of the tree costs one of ten look-ups.
 */
export function* evaluateSpf(input: SpfInput): Walk<SpfEvaluation> {
  const sender = input.sender === "" ? `postmaster@${input.helo}` : input.sender;
  const at = sender.lastIndexOf("@");
  const senderDomain = sender.slice(at + 1);
  const domain = escapeName(senderDomain.toLowerCase().replace(/\.$/, ""));
  const address = readAddress(input.ip);
  const ending = (result: SpfResult, reason: string) => ({ result, reason, match: null, explanation: null });
  if (address === null)
    return { ...ending("none", "The sender's address is no IP address."), root: null, lookups: [], voids: [] };
  const local = at > 0 ? sender.slice(0, at) : "postmaster";
  const course: Course = { address, input, local, senderDomain, lookups: [], voids: [], names: null };
  const bill = { lookups: course.lookups, voids: course.voids };
  if (!isHostName(domain))
    return { ...ending("none", `“${domain}” is no domain that could have a record.`), root: null, ...bill };
  const read = yield* readRecord(domain);
  const root = createNode(domain, read);
  if (read.kind === "absent") return { ...ending("none", read.text), root, ...bill };
  try {
    const { explain, ...outcome } = yield* checkRecord(read, root, [], course);
    const explanation = outcome.result === "fail" && explain ? yield* readExplanation(explain, course) : null;
    return { ...outcome, explanation, root, ...bill };
  } catch (error) {
    if (!(error instanceof Ending)) throw error;
    return { ...ending(error.result, error.message), root, ...bill };
  }
}

/** RFC 7208 4.3: at least two labels, none empty or longer than 63 characters. Address literals are none. */
const isHostName = (domain: string): boolean =>
  domain.length <= 253 && /^(?:[^.[\]]{1,63}\.)+[^.[\]]{1,63}$/.test(domain);

const createNode = (domain: string, read: ReadRecord): SpfNode => ({
  domain,
  answer: read.answer,
  record: "record" in read ? read.record : null,
  steps: [],
  problem: read.kind === "record" ? null : { kind: read.kind === "unseen" ? "unseen" : "permanent", text: read.text },
});

function* checkRecord(read: ReadRecord, node: SpfNode, way: string[], course: Course): Walk<Outcome> {
  if (read.kind === "unseen") throw new Ending("temperror", read.text);
  if (read.kind !== "record") throw new Ending("permerror", read.text);
  const { domain } = node;
  const exp = read.terms.find(({ kind }) => kind === "exp");
  const explain = exp ? { term: exp, domain } : null;
  for (const term of orderTerms(read.terms)) {
    const step = createStep(term);
    node.steps.push(step);
    if (term.kind === "redirect") return yield* followRedirect(step, domain, way, course);
    const inner = yield* checkTerm(step, domain, way, course);
    if (!inner) continue;
    const match = inner.match ?? { term, domain, way: [...way, term.text] };
    step.note = "matches";
    return { result: resultOf[term.qualifier], reason: describeMatch(match), match, explain };
  }
  return { result: "neutral", reason: `No term of ${domain} matches.`, match: null, explain };
}

function describeMatch({ domain, way }: NonNullable<SpfEvaluation["match"]>): string {
  const through = way.length > 1 ? `, by way of ${way.slice(0, -1).join(" > ")}` : "";
  return `${way.at(-1)} of ${domain} matches${through}.`;
}

/** Null when the term does not match; else what matched inside of it, if anything did. */
type Inner = { match: SpfEvaluation["match"] } | null;
const itself: Inner = { match: null };

function* checkTerm(step: SpfStep, domain: string, way: string[], course: Course): Walk<Inner> {
  const { term } = step;
  if (term.kind === "all") return itself;
  if (isFree(term)) return isWithin(step, course) ? itself : null;
  countLookup(step, domain, course);
  const target = yield* targetOf(term, domain, course);
  switch (term.kind) {
    case "include":
      return yield* checkInclude(step, target, way, course);
    case "a":
      return yield* checkHosts(step, [target], course, true);
    case "mx":
      return yield* checkMx(step, target, course);
    case "ptr":
      return yield* checkPtr(step, target, course);
    default:
      return yield* checkExists(step, target, course);
  }
}

const isWithin = ({ networks }: SpfStep, { address }: Course): boolean =>
  networks.some(({ first, last }) => first <= address && address <= last);

function countLookup(step: SpfStep, domain: string, { lookups }: Course): void {
  lookups.push(`${step.term.text} (in ${domain})`);
  step.count = lookups.length;
  if (lookups.length > mostLookups)
    throw new Ending("permerror", `${step.term.text} is look-up ${lookups.length}; ${mostLookups} are allowed.`);
}

function noteVoid(step: SpfStep, answer: Answer, { voids, address }: Course): void {
  if (!isEmpty(answer)) return;
  step.isVoid[familyOf(address) === 4 ? "v4" : "v6"] = true;
  voids.push(step.term.text);
  if (voids.length > mostVoids)
    throw new Ending("permerror", `${voids.length} look-ups came back empty; ${mostVoids} are allowed.`);
}

function requireSeen(step: SpfStep, answer: Answer): void {
  const { type, name } = answer.question;
  if (isUnseen(answer))
    throw new Ending("temperror", `${type} of ${name}, for ${step.term.text}, could not be read: ${answer.detail}.`);
}

function* checkInclude(step: SpfStep, target: string, way: string[], course: Course): Walk<Inner> {
  const read = yield* readRecord(target);
  step.child = createNode(target, read);
  noteVoid(step, read.answer, course);
  const inner = yield* checkRecord(read, step.child, [...way, step.term.text], course);
  return inner.result === "pass" ? { match: inner.match } : null;
}

function* followRedirect(step: SpfStep, domain: string, way: string[], course: Course): Walk<Outcome> {
  countLookup(step, domain, course);
  const target = yield* targetOf(step.term, domain, course);
  const read = yield* readRecord(target);
  step.child = createNode(target, read);
  noteVoid(step, read.answer, course);
  return yield* checkRecord(read, step.child, [...way, step.term.text], course);
}

/** Addresses of hosts, of the sender's family, with the term's prefix length (RFC 7208 5.3 and 5.4). */
function* checkHosts(step: SpfStep, hosts: string[], course: Course, isCounted: boolean): Walk<Inner> {
  const family = familyOf(course.address);
  const answers = yield* askAll(hosts.map((host) => ask(host, family === 4 ? "A" : "AAAA")));
  for (const answer of answers) requireSeen(step, answer);
  if (isCounted && answers[0]) noteVoid(step, answers[0], course);
  const prefix = family === 4 ? step.term.prefix.v4 : step.term.prefix.v6;
  const points = answers.flatMap(addressesOf).flatMap((text) => readAddress(text) ?? []);
  step.networks = points.filter((point) => familyOf(point) === family).map((point) => networkOf(point, prefix));
  return isWithin(step, course) ? itself : null;
}

function* checkMx(step: SpfStep, target: string, course: Course): Walk<Inner> {
  const answer = yield* askOne(target, "MX");
  requireSeen(step, answer);
  noteVoid(step, answer, course);
  const hosts = hostsOf(answer);
  if (hosts.length > mostMxHosts)
    throw new Ending("permerror", `${step.term.text} leads to ${hosts.length} MX hosts; ${mostMxHosts} are allowed.`);
  return yield* checkHosts(step, hosts, course, false);
}

function* checkExists(step: SpfStep, target: string, course: Course): Walk<Inner> {
  const answer = yield* askOne(target, "A");
  requireSeen(step, answer);
  noteVoid(step, answer, course);
  return answer.status === "answered" ? itself : null;
}

function* checkPtr(step: SpfStep, target: string, course: Course): Walk<Inner> {
  const names = yield* validateNames(course, (answer) => noteVoid(step, answer, course));
  return names.some((name) => isAtOrBelow(name, target)) ? itself : null;
}

/** The one text at the name `exp` gives; anything wrong with it means that there is none (RFC 7208 6.2). Costs no look-up of the ten. */
function* readExplanation({ term, domain }: NonNullable<Outcome["explain"]>, course: Course): Walk<string | null> {
  const answer = yield* askOne(yield* targetOf(term, domain, course), "TXT");
  const [text, another] = textsOf(answer);
  if (text === undefined || another !== undefined || !isExplanation(text)) return null;
  return expandMacros(text, yield* macroValues(text, domain, course));
}
