import type { PlatformFamily } from "../../contract/names.ts";
import type { AnswerValue } from "../../contract/rfi/field.ts";

/** Selectors asked for at most for one domain. */
const mostSelectors = 10;

/** Selectors that platforms sign with unless somebody chose others. Mail of the other families is signed by whatever was added to them. */
const platformSelectors: Partial<Record<PlatformFamily, readonly string[]>> = {
  "microsoft-365": ["selector1", "selector2"],
  hybrid: ["selector1", "selector2"],
  "google-workspace": ["google"],
};
export const selectorsOf = (family: PlatformFamily): readonly string[] => platformSelectors[family] ?? [];

export interface ReadSelectors {
  selectors: string[];
  /** Words of the answer that cannot be a selector. */
  unreadable: string[];
}

/**
 * The selectors of an answer: one or several, separated by commas, semicolons or white space, each bare or with the name it stands at
 * (`s1._domainkey.example.com`). A selector is one or more labels (RFC 6376 3.1).
 */
export function readSelectors(answer: AnswerValue | undefined): ReadSelectors {
  const words = (typeof answer === "string" ? answer : "")
    .toLowerCase()
    .slice(0, 2_000)
    .split(/[\s,;]+/);
  const bare = words
    .map((word) => word.replace(/\._domainkey\b.*$/, "").replace(/\.$/, ""))
    .filter((word) => word !== "");
  const isSelector = (word: string) =>
    word.length <= 200 && word.split(".").every((label) => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label));
  return {
    selectors: [...new Set(bare.filter(isSelector))].slice(0, mostSelectors),
    unreadable: [...new Set(bare.filter((word) => !isSelector(word)))].slice(0, mostSelectors),
  };
}
