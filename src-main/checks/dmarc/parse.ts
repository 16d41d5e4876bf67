import { lookUp } from "../look-up.ts";

/** Tags of RFC 9989 4.7, and what each may hold. URIs are looked at separately. */
const values: Record<string, RegExp> = {
  p: /^(?:none|quarantine|reject)$/i,
  sp: /^(?:none|quarantine|reject)$/i,
  np: /^(?:none|quarantine|reject)$/i,
  adkim: /^[rs]$/i,
  aspf: /^[rs]$/i,
  t: /^[yn]$/i,
  psd: /^[ynu]$/i,
  fo: /^[01ds](?:\s*:\s*[01ds])*$/i,
};
/** Tags of RFC 7489 that RFC 9989 took out; receivers that follow it ignore them. */
export const removedTags: readonly string[] = ["pct", "rf", "ri"];
const knownTags = [...Object.keys(values), ...removedTags, "v", "rua", "ruf"];
/** Far more than any record has; a bound on the work that hostile text can cause. */
const mostTags = 200;

export type DmarcPolicy = "none" | "quarantine" | "reject";
export type PolicyTag = "p" | "sp" | "np";
export interface DmarcRecord {
  text: string;
  /** Tags by lower-case name, in the order written; the first of a repeated tag stays. */
  tags: ReadonlyMap<string, string>;
  /** Tags written more than once. RFC 6376 3.2, whose syntax DMARC takes over, makes the whole list invalid by that. */
  repeated: string[];
  /** Sentences about what receivers will not accept or will ignore. */
  problems: string[];
}

/**
 * The texts among TXT records that are DMARC records: the first tag is v=DMARC1, exactly so written (RFC 9989 4.7, 4.8).
 * White space before it, which the formal grammar does not have, is let pass.
 */
export const selectDmarc = (texts: readonly string[]): string[] =>
  texts.filter((text) => /^[ \t]*[vV][ \t]*=[ \t]*DMARC1[ \t]*(?:;|$)/.test(text));

/** Reads a record. Nothing is thrown away: tags with wrong values stay and are named as problems. */
export function parseDmarc(text: string): DmarcRecord {
  const tags = new Map<string, string>();
  const repeated = new Set<string>();
  const problems = /^[ \t]/.test(text)
    ? ["The record begins with white space, which some receivers do not accept."]
    : [];
  for (const part of text.split(";").slice(0, mostTags)) {
    if (part.trim() === "") continue;
    const [name = "", ...rest] = part.split("=");
    const [tag, value] = [name.trim().toLowerCase(), rest.join("=").trim()];
    if (rest.length === 0 || !/^[a-z][a-z0-9_]*$/.test(tag))
      problems.push(`“${part.trim()}” is not a tag with a value.`);
    else if (tags.has(tag)) repeated.add(tag);
    else tags.set(tag, value);
  }
  for (const [tag, value] of tags) {
    if (!knownTags.includes(tag)) problems.push(`The tag “${tag}” is unknown and ignored.`);
    if (lookUp(values, tag)?.test(value) === false) problems.push(`The tag “${tag}” cannot be “${value}”.`);
  }
  for (const tag of ["rua", "ruf"]) problems.push(...listBadUris(tag, tags.get(tag)));
  return { text, tags, repeated: [...repeated], problems };
}

const splitUris = (value: string): string[] => value.split(",").map((uri) => uri.trim());

/** Report addresses are URIs separated by commas; only mailto is in use (RFC 9990). */
function listBadUris(tag: string, value: string | undefined): string[] {
  if (value === undefined) return [];
  return splitUris(value)
    .filter((uri) => !/^mailto:[^\s@,;!]+@[^\s@,;!]+$/i.test(uri))
    .map((uri) =>
      /^mailto:[^\s@,;!]+@[^\s@,;!]+![0-9]+[kmgt]?$/i.test(uri)
        ? `The tag “${tag}” limits the size of reports in “${uri}”, which RFC 9989 took out.`
        : `The tag “${tag}” has “${uri}”, which is not a mailto address.`,
    );
}

/** Whether “rua” lists at least one address of URI syntax, whatever its scheme (RFC 9989 4.10.1); a size limit of RFC 7489 does no harm. */
const asksForReports = ({ tags }: DmarcRecord): boolean =>
  splitUris(tags.get("rua") ?? "").some((uri) => /^[a-z][a-z0-9+.-]*:[\x21-\x2b\x2d-\x7e]*$/i.test(uri));

const toPolicy = (value: string | undefined): DmarcPolicy | null => {
  const policy = value?.toLowerCase();
  return policy === "none" || policy === "quarantine" || policy === "reject" ? policy : null;
};

/** The policies a record is applied with. `sp` and `np` are null when the tags are absent. */
export interface Policies {
  p: DmarcPolicy;
  sp: DmarcPolicy | null;
  np: DmarcPolicy | null;
  /** The tag that is missing or wrong, so that the record counts as “p=none”; null for a sound record. */
  replaced: PolicyTag | null;
}

/**
 * The policies of a record by RFC 9989 4.10.1: without a valid `p`, or with an `sp` or `np` that is not valid, the record counts as
 * “p=none” if it asks for aggregate reports, and receivers do no DMARC processing at all otherwise (null).
 */
export function readPolicies(record: DmarcRecord): Policies | null {
  const tags: readonly PolicyTag[] = ["p", "sp", "np"];
  const [p, sp, np] = tags.map((tag) => toPolicy(record.tags.get(tag)));
  const replaced = findBadPolicy(record);
  if (replaced === null && p) return { p, sp: sp ?? null, np: np ?? null, replaced };
  return asksForReports(record) ? { p: "none", sp: null, np: null, replaced } : null;
}

/** The first policy tag that spoils the record: `p` absent or wrong, `sp` or `np` wrong. */
export function findBadPolicy({ tags }: DmarcRecord): PolicyTag | null {
  if (toPolicy(tags.get("p")) === null) return "p";
  const optional: readonly PolicyTag[] = ["sp", "np"];
  return optional.find((tag) => tags.has(tag) && toPolicy(tags.get(tag)) === null) ?? null;
}

/** Flags with their defaults; a wrong value counts as the default (RFC 9989 4.7). */
const defaults = { adkim: "r", aspf: "r", t: "n", psd: "u" } as const;

/** The value of a flag in lower case. */
export function readFlag({ tags }: DmarcRecord, tag: keyof typeof defaults): string {
  const value = tags.get(tag) ?? "";
  return values[tag]?.test(value) ? value.toLowerCase() : defaults[tag];
}

/** What is asked for while `t=y` stands: the policy one level lower (RFC 9989 4.7). */
export function lowerPolicy(policy: DmarcPolicy): DmarcPolicy {
  return policy === "reject" ? "quarantine" : "none";
}
