import { isSibling } from "./includes.ts";
import { parseSpf, type SpfTerm } from "./parse.ts";

/** What is wished for. */
export interface DraftRequest {
  /** Terms to add, such as `include:eu._netblocks.example`, in the order they should stand in. */
  add: SpfTerm[];
  /** Whether the vendor's global include and those of its other regions go. */
  removeGlobal: boolean;
  /** The region's includes, and those that stand for every region. */
  includes: readonly string[];
  globalIncludes: readonly string[];
}
/** A record to publish, and what became of each term of the one that is there. */
export interface Draft {
  record: string;
  added: string[];
  kept: string[];
  removed: { term: string; reason: string }[];
  warnings: string[];
}

/** A term as somebody enters it: a mechanism, or a bare domain, which means its include. A sentence when it is neither. */
export function readWish(text: string): SpfTerm | string {
  const wish = text.trim();
  const asTerm = parseSpf(`v=spf1 ${wish}`);
  const parsed = asTerm.ok ? asTerm : parseSpf(`v=spf1 include:${wish}`);
  const [term, more] = parsed.ok ? parsed.terms : [];
  if (!parsed.ok && !asTerm.ok) return `“${wish}” is neither a term of SPF nor a domain: ${asTerm.problem}`;
  if (!term || more) return "Enter one term, or one domain.";
  return isMechanism(term) && term.kind !== "all"
    ? term
    : `“${wish}” cannot be added by itself; edit the record instead.`;
}

const isMechanism = ({ kind }: SpfTerm): boolean => !["redirect", "exp", "unknown"].includes(kind);

/** What makes two terms the same one: sign, kind and argument, not the spelling. */
const identityOf = ({ qualifier, kind, spec, prefix, network, text }: SpfTerm): string =>
  kind === "unknown"
    ? text
    : [qualifier, kind, spec?.replace(/\.$/, "") ?? "", prefix.v4, prefix.v6, network?.first, network?.last]
        .join(" ")
        .toLowerCase();

/**
 * Drafts the record to publish out of the terms that are there. Keeps every term it has no reason to remove; removes exact
 * repetitions, weaker forms of what is added, and the vendor's other includes if wished. Whatever passed before passes the draft,
 * but for what came from removed includes alone: terms keep their order, and new ones only let more pass.
 */
export function draftRecord(terms: readonly SpfTerm[], request: DraftRequest): Draft {
  const draft: Draft = { record: "", added: [], kept: [], removed: [], warnings: [] };
  const removeIf = (list: readonly SpfTerm[], reasonOf: (term: SpfTerm, index: number) => string | null) =>
    list.filter((term, index) => {
      const reason = reasonOf(term, index);
      if (reason !== null) draft.removed.push({ term: term.text, reason });
      return reason === null;
    });
  const first = (term: SpfTerm) => terms.findIndex((other) => identityOf(other) === identityOf(term));
  let left = removeIf(terms, (term, index) => (first(term) === index ? null : "It is there twice; the first stays."));
  const end = left.findIndex(({ kind }) => kind === "all");
  const isRead = (term: SpfTerm) => end < 0 || left.indexOf(term) < end;
  const isThere = (wish: SpfTerm) => left.some((term) => isRead(term) && identityOf(term) === identityOf(wish));
  const added = request.add.filter((wish, index) => {
    const isRepeated = request.add.findIndex((other) => identityOf(other) === identityOf(wish)) !== index;
    return !isRepeated && !isThere(wish);
  });
  const replaces = (term: SpfTerm) =>
    added.some((wish) => identityOf({ ...term, qualifier: wish.qualifier }) === identityOf(wish));
  left = removeIf(left, (term) => (replaces(term) ? "The new term takes its place." : null));
  if (request.removeGlobal) left = removeIf(left, (term) => reasonAgainst(term, left, added, request));
  const at = placeFor(left);
  const all = [...left.slice(0, at), ...added, ...left.slice(at)];
  draft.added = added.map(({ text }) => text);
  draft.kept = left.map(({ text }) => text);
  draft.record = ["v=spf1", ...all.map(({ text }) => text)].join(" ");
  draft.warnings = warnAbout(all, request);
  return draft;
}

/** The vendor's include for all regions, or for another one, goes once the region's own is there. */
function reasonAgainst(
  term: SpfTerm,
  left: readonly SpfTerm[],
  added: readonly SpfTerm[],
  request: DraftRequest,
): string | null {
  const { includes, globalIncludes } = request;
  const target = term.kind === "include" ? term.target : null;
  const isOwn = (one: SpfTerm) =>
    one.kind === "include" && one.qualifier === "+" && includes.includes(one.target ?? "");
  if (target === null || includes.includes(target) || ![...left, ...added].some(isOwn)) return null;
  if (globalIncludes.includes(target)) return "It is the vendor's include for every region; the region's own is there.";
  const isOther = includes.some((include) => isSibling(target, include));
  return isOther ? "It is the include of another region of the vendor." : null;
}

/** New terms stand behind the last term that lets pass, and before the first that refuses or ends the record. */
function placeFor(terms: readonly SpfTerm[]): number {
  const barrier = terms.findIndex((term) => isMechanism(term) && (term.kind === "all" || term.qualifier !== "+"));
  return barrier >= 0 ? barrier : terms.findLastIndex(isMechanism) + 1;
}

function warnAbout(terms: readonly SpfTerm[], { includes, globalIncludes }: DraftRequest): string[] {
  const mechanisms = terms.filter(isMechanism);
  const end = mechanisms.findIndex(({ kind }) => kind === "all");
  const unread = end < 0 ? [] : mechanisms.slice(end + 1);
  const redirect = terms.find(({ kind }) => kind === "redirect");
  const last = mechanisms[end];
  return [
    ...unread.map(({ text }) => `“${text}” stands behind “all”, where no receiver reads it. Move it or delete it.`),
    ...(end >= 0 && redirect ? [`“${redirect.text}” has no effect beside “all”.`] : []),
    ...(end < 0 && !redirect ? ["The record has no end; “~all” or “-all” says what holds for everybody else."] : []),
    ...(last?.qualifier === "+" ? ["The record ends in “+all”: every server in the world passes."] : []),
    ...(last?.qualifier === "?"
      ? ["The record ends in “?all”: servers not named are neither passed nor refused."]
      : []),
    ...(terms.some(({ kind }) => kind === "ptr") ? ["“ptr” may be ignored by receivers (RFC 7208 5.5)."] : []),
    ...mechanisms
      .filter(({ kind, target }) => kind === "include" && globalIncludes.includes(target ?? ""))
      .map(({ text }) => `“${text}” is the vendor's include for every region and costs a look-up for each.`),
    ...(mechanisms.some(({ kind, target }) => kind === "include" && includes.includes(target ?? ""))
      ? []
      : ["The region's include is not in the record itself."]),
  ];
}
