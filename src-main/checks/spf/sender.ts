import { type Answer, ask } from "../dns/exchange.ts";
import type { Walk } from "../dns/walk.ts";
import { addressToLabels, addressToText, familyOf, readAddress, reverseName } from "./addresses.ts";
import { expandMacros, fitDomain, type MacroValues, needsValidatedName } from "./macros.ts";
import { escapeName, type SpfTerm } from "./parse.ts";
import { addressesOf, askAll, askOne, hostsOf } from "./tree.ts";

/** Names looked at behind one address (RFC 7208 4.6.4). */
const mostPtrNames = 10;

export interface SpfInput {
  /** Address of the sending server. */
  ip: string;
  /** MAIL FROM; empty for a bounce, for which postmaster@ the HELO name stands (RFC 7208 2.4). */
  sender: string;
  helo: string;
  /** When the mail came, in seconds since 1970, and the name of the receiver: for macros of explanations only. */
  seconds?: number;
  receiver?: string;
}

/** One evaluation: the sender, and what it cost so far. */
export interface Course {
  address: bigint;
  input: SpfInput;
  local: string;
  senderDomain: string;
  lookups: string[];
  voids: string[];
  /** Names validated for the address (RFC 7208 5.5); null until they are needed. */
  names: string[] | null;
}
export const isAtOrBelow = (name: string, domain: string): boolean => name === domain || name.endsWith(`.${domain}`);

/** Names behind the sender's address that lead back to it (RFC 7208 5.5). Names that cannot be read are passed over. */
export function* validateNames(course: Course, onAnswer: (answer: Answer) => void): Walk<string[]> {
  const { address } = course;
  const answer = yield* askOne(reverseName(address), "PTR");
  onAnswer(answer);
  if (course.names) return course.names;
  const hosts = hostsOf(answer).slice(0, mostPtrNames);
  const type = familyOf(address) === 4 ? "A" : "AAAA";
  const answers = yield* askAll(hosts.map((host) => ask(host, type)));
  const leadsBack = (found: Answer | undefined) =>
    found !== undefined && addressesOf(found).some((text) => readAddress(text) === address);
  course.names = hosts.filter((_, index) => leadsBack(answers[index]));
  return course.names;
}

/** Domain a term is about, with its macros expanded. */
export function* targetOf({ spec }: SpfTerm, domain: string, course: Course): Walk<string> {
  if (spec === null) return domain;
  const values = yield* macroValues(spec, domain, course);
  return escapeName(fitDomain(expandMacros(spec, values)).toLowerCase());
}

export function* macroValues(text: string, domain: string, course: Course): Walk<MacroValues> {
  const { address, input, local, senderDomain } = course;
  const names = needsValidatedName(text) ? yield* validateNames(course, () => undefined) : [];
  return {
    s: `${local}@${senderDomain}`,
    l: local,
    o: senderDomain,
    d: domain,
    i: addressToLabels(address).join("."),
    p:
      names.find((name) => name === domain) ?? names.find((name) => isAtOrBelow(name, domain)) ?? names[0] ?? "unknown",
    v: familyOf(address) === 4 ? "in-addr" : "ip6",
    h: input.helo,
    c: addressToText(address),
    r: input.receiver ?? "unknown",
    t: String(input.seconds ?? 0),
  };
}
