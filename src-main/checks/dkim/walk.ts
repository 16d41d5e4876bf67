import { type Answer, ask } from "../dns/exchange.ts";
import type { Walk } from "../dns/walk.ts";
import { isKeyLike, type KeyRecord, parseKeyRecord } from "./parse.ts";

/** What stands at `selector._domainkey.domain`. */
export interface KeyView {
  selector: string;
  name: string;
  answer: Answer;
  /** Texts of all TXT records there. */
  texts: string[];
  /** The only record that is meant as a key; null when there is none or more than one. */
  record: KeyRecord | null;
}
export interface DkimView {
  domain: string;
  /** Keys of the named selectors, then of the platform's other ones. */
  keys: KeyView[];
  /** Answer for `_domainkey.domain`, asked when no selector is named: NXDOMAIN means that no selector has a key (RFC 8020). */
  parent: Answer | null;
}

/** Asks for the keys of all selectors at once and, where none is named, whether there can be keys at all. */
export function* walkKeys(
  domain: string,
  named: readonly string[],
  platformSelectors: readonly string[] = [],
): Walk<DkimView> {
  const selectors = [...new Set([...named, ...platformSelectors])];
  const above = named.length === 0 ? [ask(`_domainkey.${domain}`, "TXT")] : [];
  const answers = yield [...selectors.map((selector) => ask(`${selector}._domainkey.${domain}`, "TXT")), ...above];
  const keys = selectors.flatMap((selector, index) => {
    const answer = answers[index];
    return answer ? [readKeyView(selector, answer)] : [];
  });
  return { domain, keys, parent: answers[selectors.length] ?? null };
}

function readKeyView(selector: string, answer: Answer): KeyView {
  const texts = answer.records.flatMap(({ data }) => (data.type === "TXT" ? [data.text] : []));
  const meant = texts.length === 1 ? texts : texts.filter(isKeyLike);
  const [only] = meant;
  const record = meant.length === 1 && only !== undefined ? parseKeyRecord(only) : null;
  return { selector, name: answer.question.name, answer, texts, record };
}
