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
/** Tags of RFC 7489 that RFC 9989 took out; receivers of today ignore them. */
export const removedTags: readonly string[] = ["pct", "rf", "ri"];
const knownTags = [...Object.keys(values), ...removedTags, "v", "rua", "ruf"];

export type DmarcPolicy = "none" | "quarantine" | "reject";
export interface DmarcRecord {
  text: string;
  /** Tags by lower-case name, in the order written; the first of a repeated tag counts. */
  tags: ReadonlyMap<string, string>;
  /** Sentences about what receivers will not accept or will ignore. */
  problems: string[];
}

/** The texts among TXT records that are DMARC records: the first tag is v=DMARC1 (RFC 9989 4.7). */
export const selectDmarc = (texts: readonly string[]): string[] =>
  texts.filter((text) => /^\s*v\s*=\s*DMARC1\s*(?:;|$)/.test(text));

/** Reads a record. Nothing is thrown away: tags with wrong values stay and are named as problems. */
export function parseDmarc(text: string): DmarcRecord {
  const tags = new Map<string, string>();
  const problems: string[] = [];
  for (const part of text.split(";").slice(0, 200)) {
    if (part.trim() === "") continue;
    const [name = "", ...rest] = part.split("=");
    const [tag, value] = [name.trim().toLowerCase(), rest.join("=").trim()];
    if (rest.length === 0 || !/^[a-z][a-z0-9_]*$/.test(tag))
      problems.push(`“${part.trim()}” is not a tag with a value.`);
    else if (tags.has(tag)) problems.push(`The tag “${tag}” is there twice.`);
    else tags.set(tag, value);
  }
  for (const [tag, value] of tags) {
    if (!knownTags.includes(tag)) problems.push(`The tag “${tag}” is unknown and ignored.`);
    if (lookUp(values, tag)?.test(value) === false) problems.push(`The tag “${tag}” cannot be “${value}”.`);
  }
  for (const tag of ["rua", "ruf"]) problems.push(...listBadUris(tag, tags.get(tag)));
  return { text, tags, problems };
}

/** Report addresses are URIs separated by commas; only mailto is in use (RFC 9990). */
function listBadUris(tag: string, value: string | undefined): string[] {
  if (value === undefined) return [];
  return value
    .split(",")
    .map((uri) => uri.trim())
    .filter((uri) => !/^mailto:[^\s@,;]+@[^\s@,;]+$/i.test(uri))
    .map((uri) => `The tag “${tag}” has “${uri}”, which is not a mailto address.`);
}

export function readPolicy(record: DmarcRecord, tag: "p" | "sp" | "np"): DmarcPolicy | null {
  const value = record.tags.get(tag)?.toLowerCase();
  return value === "none" || value === "quarantine" || value === "reject" ? value : null;
}
