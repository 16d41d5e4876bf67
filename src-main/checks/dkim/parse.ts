import { base64ToBytes } from "./base64.ts";
import { type PublicKey, readPublicKey } from "./public-key.ts";

/** Far more than any key record has. */
const mostTags = 100;

/** A key record as RFC 6376 3.6.1 reads it. */
export interface KeyRecord {
  text: string;
  /** Algorithm of `k`, lower case; rsa unless written. */
  algorithm: string;
  /** What `p` holds; null when it is empty, which revokes the key. */
  key: PublicKey | null;
  /** Hash algorithms of `h`; null when every one is accepted. */
  hashes: string[] | null;
  /** Services of `s`; `*` unless written. */
  services: string[];
  /** Flags of `t`, such as `y` for a test and `s` for no sub-domains. */
  flags: string[];
  /** Sentences about what makes verifiers refuse the record; empty for a sound one. */
  problems: string[];
}

const listOf = (value: string): string[] => value.split(":").map((part) => part.trim().toLowerCase());

/** Reads the text of a TXT record as a key record. Works on any text. */
export function parseKeyRecord(text: string): KeyRecord {
  const problems: string[] = [];
  const tags = readTags(text, problems);
  const version = tags.get("v");
  if (version !== undefined && version !== "DKIM1") problems.push(`The version is “${version}”, not “DKIM1”.`);
  if (version !== undefined && [...tags.keys()][0] !== "v") problems.push("“v=DKIM1” is not the first tag.");
  const data = tags.get("p");
  const bytes = base64ToBytes(data ?? "");
  if (data === undefined) problems.push("There is no “p” with a key in it, so this is not a key record.");
  else if (bytes === null)
    problems.push("The key (“p”) is not written in Base64; often a character was lost in copying.");
  const key = bytes === null || bytes.length === 0 ? null : readPublicKey(bytes);
  const hashes = tags.get("h");
  return {
    text,
    algorithm: (tags.get("k") ?? "rsa").toLowerCase(),
    key,
    hashes: hashes === undefined ? null : listOf(hashes),
    services: listOf(tags.get("s") ?? "*"),
    flags: listOf(tags.get("t") ?? "").filter((flag) => flag !== ""),
    problems,
  };
}

/** Tags and values of a tag list (RFC 6376 3.2); a tag that is there twice makes the list invalid. */
function readTags(text: string, problems: string[]): Map<string, string> {
  const tags = new Map<string, string>();
  for (const part of text.split(";").slice(0, mostTags)) {
    if (part.trim() === "") continue;
    const at = part.indexOf("=");
    const name = part.slice(0, Math.max(0, at)).trim();
    if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name)) problems.push(`“${part.trim()}” is not a tag with a value.`);
    else if (tags.has(name)) problems.push(`The tag “${name}” is there twice.`);
    else tags.set(name, part.slice(at + 1).trim());
  }
  return tags;
}

/** Whether a text is meant as a key record: what else stands at a selector is some other record. */
export const isKeyLike = (text: string): boolean => /(?:^|;)[ \t]*(?:v[ \t]*=[ \t]*DKIM|p[ \t]*=)/i.test(text);
