import { durationInWords, finding, listInWords } from "../judgement.ts";
import type { Finding } from "../types.ts";
import type { Answer } from "./exchange.ts";
import { forgottenAt, longestLifetime, setInWords, setOf } from "./mx-set.ts";
import type { MxView } from "./mx-walk.ts";

const hasSpoken = ({ status }: Answer): boolean => ["answered", "no-data", "no-such-name"].includes(status);

/** Resolvers beside the own one that answered. Silent ones prove nothing: many networks let no other resolver be asked. */
export const heardComparisons = ({ comparisons }: MxView): Answer[] => comparisons.filter(hasSpoken);

const nameOf = ({ question, server }: Answer): string => question.to ?? server;
const sayings = (answers: readonly Answer[]): string =>
  listInWords(answers.map((answer) => `${nameOf(answer)} says ${setInWords(setOf(answer))}`));

/** The set that every authoritative server heard has; null when none was heard or they differ. */
function publishedSet({ authorities }: MxView): string | null {
  const sets = new Set(authorities.filter(({ mx }) => hasSpoken(mx)).map(({ mx }) => setOf(mx)));
  const [only = null] = sets;
  return sets.size === 1 ? only : null;
}

/** Whether the resolvers that others use already say what is published. */
export function judgeComparisons(view: MxView, at: string): Finding[] {
  const heard = heardComparisons(view);
  const published = publishedSet(view);
  const differing = heard.filter((answer) => setOf(answer) !== (published ?? setOf(view.resolver)));
  if (differing.length === 0) return [];
  if (published === null) return [disagreement(view, differing)];
  const rest = Math.max(...differing.map(longestLifetime));
  return [
    finding(
      "warn",
      view.domain,
      `The change has not reached every cache: the authoritative servers publish ${setInWords(published)}, but ${sayings(differing)} for up to another ${durationInWords(rest)}.`,
      `Keep the old route until ${forgottenAt(at, rest)} UTC, and run the check again then.`,
    ),
  ];
}

const disagreement = ({ domain, resolver }: MxView, differing: Answer[]): Finding =>
  finding(
    "warn",
    domain,
    `The resolvers do not agree: the own one (${resolver.server}) says ${setInWords(setOf(resolver))}, but ${sayings(differing)}.`,
    "One of them still has old records, or this network has its own view of the domain; what senders outside are told is what counts.",
  );

/** What to make of a domain that the own resolver denies or does not answer for, when others do answer. Null when none has records. */
export function judgeOwnDenial(view: MxView): Finding | null {
  const having = heardComparisons(view).filter(({ status }) => status === "answered");
  if (having.length === 0) return null;
  const { resolver } = view;
  const own =
    resolver.status === "no-such-name"
      ? "says the domain does not exist"
      : `gave no answer about MX: ${resolver.detail}`;
  return finding(
    "not-measurable",
    view.domain,
    `The own resolver ${resolver.server} ${own}, but ${sayings(having)}. This network answers for the domain otherwise than the rest of the world, so its MX records are not judged from here.`,
    "Name a public resolver in the settings, or use another network, and run the check again.",
  );
}
