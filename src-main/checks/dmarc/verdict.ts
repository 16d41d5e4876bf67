import { toPrintable } from "../bytes.ts";
import type { Answer } from "../dns/exchange.ts";
import { listInWords } from "../judgement.ts";
import type { Alignment } from "./align.ts";
import type { DmarcPolicy, PolicyTag } from "./parse.ts";
import type { DmarcView } from "./walk.ts";

/** What SPF or one DKIM signature came to, with the domain it speaks for: the envelope sender's, or the `d=` of the signature. */
export interface AuthenticationResult {
  /** A result of RFC 8601 2.7, such as pass, fail, temperror. */
  result: string;
  domain: string;
}
export interface DmarcIdentities {
  /** Domain of the From header field, or those of all its addresses. */
  from: string | readonly string[];
  /** SPF of the envelope sender; null when it was not looked at. HELO results do not belong here (RFC 9989 4.4.2). */
  spf: AuthenticationResult | null;
  dkim: readonly AuthenticationResult[];
}

export type DmarcResult = "pass" | "fail" | "none" | "temperror" | "permerror";
/** Why the result is what it is; closed, so that tests and screens can tell the cases apart. */
export type DmarcReason =
  | "no-author"
  | "several-authors"
  | "bad-author"
  | "no-record"
  | "several-records"
  | "invalid-record"
  | "unusable-record"
  | "policy-unseen"
  | "spf-aligned"
  | "dkim-aligned"
  | "spf-and-dkim-aligned"
  | "not-authenticated"
  | "not-aligned"
  | "alignment-unseen"
  | "authentication-temporary"
  | "existence-unseen";

export interface DmarcEvaluation {
  result: DmarcResult;
  reason: DmarcReason;
  /** The reason as one sentence, with the names that decided. */
  text: string;
  /** What the record asks receivers to do with the message: “none” for everything that is not a fail. */
  disposition: DmarcPolicy;
  /** Name of the record applied, without `_dmarc.`; null when none applies. */
  policyDomain: string | null;
  /** The tag the policy was taken from; `p` stands for an assumed “p=none” too. */
  tag: PolicyTag | null;
  /** What the tag says, before `t=y` lowers it. */
  policy: DmarcPolicy | null;
  isTest: boolean;
  organizationalDomain: string | null;
  /** Alignment of what passed or may have passed; null for what did not, which need not align. */
  spf: Alignment | null;
  dkim: (Alignment | null)[];
}

/** The part of an evaluation that says how it ended. */
export type Verdict = Pick<DmarcEvaluation, "result" | "reason" | "text">;

/** The verdict where no record applies. */
export function explainNoPolicy({ domain, stops, unseen }: DmarcView): Verdict {
  if (unseen)
    return {
      result: "temperror",
      reason: "policy-unseen",
      text: `The TXT record of _dmarc.${unseen.name} could not be read (${unseen.answer.detail}), so the policy is unknown.`,
    };
  const invalid = stops.find((stop) => stop.invalid);
  if (invalid)
    return {
      result: "permerror",
      reason: "invalid-record",
      text: `The record of ${invalid.name} has a tag twice, which makes it invalid, and no other record applies.`,
    };
  const several = stops.find(({ count }) => count > 1);
  if (several)
    return {
      result: "none",
      reason: "several-records",
      text: `${several.name} has ${several.count} records, of which none counts, and no other record applies.`,
    };
  return {
    result: "none",
    reason: "no-record",
    text: `None of the ${stops.length} names of the tree walk of ${domain} has a DMARC record.`,
  };
}

export interface Compared {
  spf: Alignment | null;
  dkim: (Alignment | null)[];
}

export interface SelectedPolicy {
  tag: PolicyTag;
  policy: DmarcPolicy;
  /** The question whether the domain exists when it had no answer and the policy depends on it. */
  unseen: Answer | null;
}
/** An authenticated identifier, or one that might have become one. */
interface Identifier extends AuthenticationResult {
  kind: "SPF" | "DKIM";
  alignment: Alignment | null;
}
const nameOf = ({ kind, domain }: Identifier): string => `${kind} for ${toPrintable(domain, 253)}`;
const namesOf = (identifiers: Identifier[]): string => listInWords(identifiers.slice(0, 5).map(nameOf));

/** RFC 9989 5.3.5 and 5.3.6: one aligned pass is enough; what could not be read can make neither pass nor fail. */
export function decide(
  { spf, dkim }: DmarcIdentities,
  view: DmarcView,
  aligned: Compared,
  selected: SelectedPolicy,
): Verdict {
  const all: Identifier[] = [
    ...(spf ? [{ kind: "SPF" as const, ...spf, alignment: aligned.spf }] : []),
    ...dkim.map((one, index) => ({ kind: "DKIM" as const, ...one, alignment: aligned.dkim[index] ?? null })),
  ];
  const passes = all.filter(({ result }) => result === "pass");
  const good = passes.filter(({ alignment }) => alignment === "aligned");
  if (good.length > 0) return explainPass(good, view);
  const open = explainOpen(all, view, selected);
  if (open) return open;
  if (passes.length === 0)
    return { result: "fail", reason: "not-authenticated", text: `Neither SPF nor DKIM passed for ${view.domain}.` };
  const end = passes.length > 1 ? "none of them aligns" : "it does not align";
  return { result: "fail", reason: "not-aligned", text: `${namesOf(passes)} passed, but ${end} with ${view.domain}.` };
}

function explainPass(good: Identifier[], { domain }: DmarcView): Verdict {
  const kinds = new Set(good.map(({ kind }) => kind));
  const reason = kinds.size > 1 ? "spf-and-dkim-aligned" : kinds.has("SPF") ? "spf-aligned" : "dkim-aligned";
  const verb = good.length > 1 ? "align" : "aligns";
  return { result: "pass", reason, text: `${namesOf(good)} passed and ${verb} with ${domain}.` };
}

/** What keeps a message without an aligned pass from being a fail: an answer that never came. */
function explainOpen(all: Identifier[], { domain }: DmarcView, { unseen }: SelectedPolicy): Verdict | null {
  const temporary = (reason: DmarcReason, text: string): Verdict => ({ result: "temperror", reason, text });
  const unknown = all.find(({ result, alignment }) => result === "pass" && alignment === "unknown");
  if (unknown)
    return temporary("alignment-unseen", `Whether ${nameOf(unknown)} aligns with ${domain} could not be seen in DNS.`);
  const undecided = all.find(({ result, alignment }) => result === "temperror" && alignment !== "not-aligned");
  if (undecided)
    return temporary(
      "authentication-temporary",
      `${nameOf(undecided)} ended in a temporary error and might have passed.`,
    );
  if (unseen)
    return temporary(
      "existence-unseen",
      `Whether ${domain} exists could not be seen (${unseen.detail}), so it is open which policy applies.`,
    );
  return null;
}
