import { type Walk, walkTogether } from "../dns/walk.ts";
import { addressToText, type Range, readNetwork, subtract, unmap } from "./addresses.ts";
import { type Authorised, listAuthorised } from "./authorised.ts";
import { evaluateSpf, type SpfEvaluation } from "./evaluate.ts";
import type { SendersPlan } from "./plan.ts";
import { mostLookups, mostVoids } from "./tree.ts";
import { type SpfView, walkSpf } from "./walk.ts";

/** Ranges of the vendor that single addresses are taken from, where the tree cannot answer for all of them. */
const mostSampled = 6;

/** One network against one domain's record. */
export interface Coverage {
  /** As the form or the record has it. */
  text: string;
  range: Range;
  /** Addresses of the range that the tree does not let pass. */
  missing: Range[];
  /** Single addresses evaluated as a receiver does. */
  samples: { ip: string; evaluation: SpfEvaluation }[];
}
export interface SendersView {
  domain: string;
  view: SpfView;
  authorised: Authorised;
  /** Whether the tree answers for every address: nothing in it depends on the single sender, nothing ends in an error. */
  isWhole: boolean;
  outbound: Coverage[];
  vendor: Coverage[];
}
export interface SendersWalk {
  domains: SendersView[];
  /** The region's includes themselves, and the addresses they let pass. */
  includes: { view: SpfView; authorised: Authorised }[];
  /** Records of domains that third parties send as. */
  thirdParties: SpfView[];
}

/** Expands every record side by side, then evaluates single addresses where the trees leave something open. */
export function* walkSenders(plan: SendersPlan): Walk<SendersWalk> {
  const others = [...new Set(plan.thirdParties.map(({ domain }) => domain))];
  const names = [...new Set([...plan.domains, ...plan.includes, ...others])];
  const views = yield* walkTogether(names.map((name) => walkSpf(name, true)));
  const pick = (wanted: readonly string[]) => views.filter(({ domain }) => wanted.includes(domain));
  const includes = pick(plan.includes).map((view) => ({ view, authorised: listAuthorised(view.root) }));
  const vendor = includes.flatMap(({ authorised }) => authorised.passing);
  const domains = yield* walkTogether(pick(plan.domains).map((view) => coverDomain(view, plan.outbound, vendor)));
  return { domains, includes, thirdParties: pick(others) };
}

function* coverDomain(view: SpfView, outbound: readonly string[], vendor: readonly Range[]): Walk<SendersView> {
  const authorised = listAuthorised(view.root);
  const { lookups, voids, problems, domain } = view;
  const isWithinLimits = lookups.length <= mostLookups && voids.v4.length <= mostVoids && voids.v6.length <= mostVoids;
  const isWhole = authorised.isExact && problems.length === 0 && isWithinLimits;
  const own = outbound.flatMap((text) => {
    const range = readNetwork(text);
    return range ? [{ text, range: unmap(range) }] : [];
  });
  const cover = ({ text, range }: { text: string; range: Range }, isSampled: boolean): Walk<Coverage> =>
    coverRange(
      text,
      range,
      authorised,
      (isSampled ? (isWhole ? [range.first] : samplesOf(range)) : []).map(addressToText),
      domain,
    );
  // A record that is not there is one finding, not one for each address.
  const isThere = view.root.record !== null;
  const ranges = vendor.map((range) => ({ text: rangeToText(range), range }));
  const all = yield* walkTogether([
    ...own.map((one) => cover(one, isThere)),
    ...ranges.map((one, index) => cover(one, isThere && index < mostSampled)),
  ]);
  return { domain, view, authorised, isWhole, outbound: all.slice(0, own.length), vendor: all.slice(own.length) };
}

function* coverRange(
  text: string,
  range: Range,
  authorised: Authorised,
  ips: string[],
  domain: string,
): Walk<Coverage> {
  const missing = subtract([range], authorised.passing);
  const sender = `postmaster@${domain}`;
  const evaluations = yield* walkTogether(ips.map((ip) => evaluateSpf({ ip, sender, helo: domain })));
  const samples = ips.flatMap((ip, index) => {
    const evaluation = evaluations[index];
    return evaluation ? [{ ip, evaluation }] : [];
  });
  return { text, range, missing, samples };
}

/** First, middle and last address. */
const samplesOf = ({ first, last }: Range): bigint[] => [...new Set([first, (first + last) / 2n, last])];

const rangeToText = ({ first, last }: Range): string =>
  first === last ? addressToText(first) : `${addressToText(first)} to ${addressToText(last)}`;
