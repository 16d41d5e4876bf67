import type { Walk } from "../dns/walk.ts";
import { listInWords } from "../judgement.ts";
import { type Draft, type DraftRequest, draftRecord } from "./draft.ts";
import { walkOver } from "./overlay.ts";
import { parseSpf, type SpfTerm, selectSpf } from "./parse.ts";
import { listSteps, manyLookups, mostLookups, mostVoids, textsOf } from "./tree.ts";
import { costOf, type SpfView, walkSpf } from "./walk.ts";

/** Longest record that fits beside its name in a plain UDP answer (RFC 7208 3.4), and longest character string of a TXT record (RFC 1035 3.3). */
const longestRecord = 450;
const longestString = 255;

/** What the record of a domain costs, now or as proposed. */
export interface Costs {
  record: string | null;
  count: number;
  voids: { v4: number; v6: number };
}
export interface Proposal {
  domain: string;
  before: Costs;
  /** Null when no record can be proposed. */
  after: (Costs & { record: string; strings: string[]; bytes: number }) | null;
  added: string[];
  kept: string[];
  removed: Draft["removed"];
  warnings: string[];
  /** Why the record must not be published so; null when it may. */
  refusal: string | null;
  /** Terms of the proposed record by what they cost, the dearest first. */
  costs: { term: string; lookups: number }[];
}

/**
 * Proposes the record to publish for a domain, with the cost before and after. The domain's record is the one that DNS gives;
 * the proposal is evaluated as if it were published.
 */
export function* walkProposal(domain: string, request: DraftRequest): Walk<Proposal> {
  const before = yield* walkSpf(domain);
  const start = {
    domain,
    before: toCosts(before),
    after: null,
    added: [],
    kept: [],
    removed: [],
    warnings: [],
    costs: [],
  };
  const found = termsOf(before);
  if (typeof found === "string") return { ...start, refusal: found };
  const draft = draftRecord(found.terms, request);
  const after = yield* walkOver(walkSpf(domain), new Map([[domain, draft.record]]));
  const broken = yield* findBrokenInclude(request.add);
  const strings = splitStrings(draft.record);
  const { record, ...rest } = draft;
  return {
    ...start,
    ...rest,
    after: { ...toCosts(after), record, strings, bytes: record.length },
    warnings: [...found.warnings, ...draft.warnings, ...warnOfCosts(after, record)],
    refusal: refuseCosts(before, after) ?? broken,
    costs: listCosts(after),
  };
}

/** An include to be added whose own record is a permanent error: it stands before other terms, which would no longer be reached. */
function* findBrokenInclude(add: readonly SpfTerm[]): Walk<string | null> {
  for (const { kind, target, hasMacro } of add) {
    if (kind !== "include" || target === null || hasMacro) continue;
    const { problems } = yield* walkSpf(target);
    const problem = problems.find((one) => one.kind === "permanent");
    if (problem) return `What is to be added is in error itself: ${problem.text}`;
  }
  return null;
}

const toCosts = ({ root, lookups, voids }: SpfView): Costs => ({
  record: root.record,
  count: lookups.length,
  voids: { v4: voids.v4.length, v6: voids.v6.length },
});

/** The terms to start from: those of the record, of all records if there are several, of an empty one if there is none. A sentence when they cannot be known. */
function termsOf({ root }: SpfView): { terms: SpfTerm[]; warnings: string[] } | string {
  if (root.problem?.kind === "unseen")
    return `${root.problem.text} What is published is not known, so nothing can be proposed.`;
  const parsed = selectSpf(textsOf(root.answer)).map(parseSpf);
  const broken = parsed.find((one) => !one.ok);
  if (broken && !broken.ok)
    return `The record has a syntax error at “${broken.term}”: ${broken.problem} Correct it first; what it was meant to say cannot be known.`;
  const records = parsed.flatMap((one) => (one.ok ? [one.terms] : []));
  const [only] = records;
  if (!only)
    return { terms: readTerms("~all"), warnings: ["There is no record yet: ask who else sends as the domain."] };
  if (records.length === 1) return { terms: only, warnings: [] };
  return {
    terms: mergeRecords(records),
    warnings: [
      `${records.length} records became one. Publish it and delete all the others; receivers refuse more than one.`,
    ],
  };
}

function readTerms(text: string): SpfTerm[] {
  const parsed = parseSpf(`v=spf1 ${text}`);
  return parsed.ok ? parsed.terms : [];
}

/** All that lets pass in any of them, with the mildest end. A `redirect` becomes an include where another record has an end of its own. */
function mergeRecords(records: readonly SpfTerm[][]): SpfTerm[] {
  const ends = records.flatMap((terms) => terms.find(({ kind }) => kind === "all") ?? []);
  const [end] = ends.sort((one, other) => "+?~-".indexOf(one.qualifier) - "+?~-".indexOf(other.qualifier));
  const terms = records.flatMap((record) => {
    const stop = record.findIndex(({ kind }) => kind === "all");
    return stop < 0 ? record : record.filter(({ kind }, index) => index < stop || kind === "exp" || kind === "unknown");
  });
  const [explanation] = terms.filter(({ kind }) => kind === "exp");
  const rest = terms
    .filter(({ kind }) => kind !== "exp")
    .flatMap((term) => (term.kind === "redirect" ? readTerms(`include:${term.spec}`) : [term]));
  return [...rest, ...(end ? [end] : readTerms("~all")), ...(explanation ? [explanation] : [])];
}

function refuseCosts(before: SpfView, after: SpfView): string | null {
  const count = after.lookups.length;
  if (count > mostLookups) {
    const dear = listCosts(after)
      .slice(0, 5)
      .map(({ term, lookups }) => `${term} (${lookups})`);
    return `The record would cost ${count} look-ups, ${mostLookups} are allowed (RFC 7208 4.6.4). Most of them come from ${listInWords(dear)}.`;
  }
  for (const family of ["v4", "v6"] as const) {
    const [old, now] = [before.voids[family].length, after.voids[family].length];
    if (now > mostVoids && (family === "v4" || now > old))
      return `${now} terms would lead to names without an answer, ${mostVoids} are allowed (RFC 7208 4.6.4): ${listInWords(after.voids[family].slice(0, 8))}.`;
  }
  // What is added stands before other terms, so even a record that was as dear before may now end earlier.
  const possible = after.voids.v4.length + countUnasked(after);
  if (possible > mostVoids)
    return `Up to ${possible} terms would lead to names without an answer, depending on the sender; ${mostVoids} are allowed (RFC 7208 4.6.4).`;
  const known = new Set(before.problems.map(({ text }) => text));
  const fresh = after.problems.find(({ kind, text }) => kind === "permanent" && !known.has(text));
  return fresh ? `The record would be a permanent error: ${fresh.text}` : null;
}

/** Terms whose names depend on the sender: each may come back empty for some. */
const countUnasked = ({ root }: SpfView): number =>
  listSteps(root).filter(({ term, count }) => count !== null && (term.hasMacro || term.kind === "ptr")).length;

function warnOfCosts({ lookups, voids, problems, root }: SpfView, record: string): string[] {
  const count = lookups.length;
  const isOpen = root.steps.some(({ term }) => term.hasMacro && (term.kind === "include" || term.kind === "redirect"));
  return [
    ...(count >= manyLookups && count <= mostLookups
      ? [`The record costs ${count} of ${mostLookups} look-ups. Leave room before another sender is added.`]
      : []),
    ...(voids.v6.length > mostVoids && voids.v4.length <= mostVoids
      ? [
          `For senders with an IPv6 address ${voids.v6.length} terms lead to names without an answer; some receivers refuse more than ${mostVoids}.`,
        ]
      : []),
    ...(isOpen ? ["An include depends on the single sender, so the true count is higher for some."] : []),
    ...(record.length > longestRecord
      ? [
          `The record has ${record.length} bytes. Above ${longestRecord} its answer may not fit in one datagram (RFC 7208 3.4).`,
        ]
      : []),
    ...problems.slice(0, 10).map(({ text }) => text),
  ];
}

const listCosts = ({ root }: SpfView): Proposal["costs"] =>
  root.steps
    .map((step) => ({ term: step.term.text, lookups: costOf(step) }))
    .filter(({ lookups }) => lookups > 0)
    .sort((one, other) => other.lookups - one.lookups);

/** The record as character strings of at most 255 bytes, cut at spaces where there are any; glued together they are the record. */
export function splitStrings(record: string): string[] {
  const strings: string[] = [];
  let rest = record;
  while (rest.length > longestString) {
    const space = rest.lastIndexOf(" ", longestString - 1);
    const at = space > 0 ? space + 1 : longestString;
    strings.push(rest.slice(0, at));
    rest = rest.slice(at);
  }
  return [...strings, rest];
}
