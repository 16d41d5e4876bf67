import { toDomainName } from "../dns/a-label.ts";
import { type Answer, ask } from "../dns/exchange.ts";
import type { Walk } from "../dns/walk.ts";
import { type Alignment, AlignmentComparison } from "./align.ts";
import { type DmarcRecord, lowerPolicy, type Policies, readFlag, readPolicies } from "./parse.ts";
import {
  type AuthenticationResult,
  type Compared,
  type DmarcEvaluation,
  type DmarcIdentities,
  decide,
  explainNoPolicy,
  type SelectedPolicy,
  type Verdict,
} from "./verdict.ts";
import { type DmarcStop, type DmarcView, walkDmarc } from "./walk.ts";

const nothing = {
  disposition: "none",
  policyDomain: null,
  tag: null,
  policy: null,
  isTest: false,
  organizationalDomain: null,
  spf: null,
  dkim: [],
} as const;

/**
 * The DMARC verdict over a message by RFC 9989: policy discovery and alignment by the DNS tree walk, the policy tag that applies, and
 * what it asks for. Pure: names are asked through the walk. Bad input is a result with a reason, never an exception.
 */
export function* evaluateDmarc(identities: DmarcIdentities): Walk<DmarcEvaluation> {
  const author = readAuthor(identities.from);
  if (typeof author !== "string") return { ...nothing, dkim: [], ...author };
  const view = yield* walkDmarc(author, "organization");
  const base = { ...nothing, dkim: [], organizationalDomain: view.organization };
  if (!view.policy?.record) return { ...base, ...explainNoPolicy(view) };
  const policies = readPolicies(view.policy.record);
  if (!policies)
    return {
      ...base,
      result: "none",
      reason: "unusable-record",
      text: `The record of ${view.policy.name} has no valid policy and asks for no reports, so receivers leave DMARC aside.`,
    };
  const aligned = yield* compareAll(identities, view, view.policy.record);
  const selected = yield* selectPolicy(view, view.policy, policies);
  const isTest = readFlag(view.policy.record, "t") === "y";
  const verdict = decide(identities, view, aligned, selected);
  const wanted = isTest ? lowerPolicy(selected.policy) : selected.policy;
  return {
    ...base,
    ...verdict,
    ...selectedFacts(selected),
    policyDomain: view.policy.name,
    isTest,
    disposition: verdict.result === "fail" ? wanted : "none",
    spf: aligned.spf,
    dkim: aligned.dkim,
  };
}

/** RFC 9989 5.3.1: one domain, however often it stands there; none or several end the evaluation. */
function readAuthor(from: DmarcIdentities["from"]): string | Verdict {
  const given = [from].flat().filter((text) => text.trim() !== "");
  const names = new Set(given.map(toDomainName));
  const [name] = names;
  if (given.length === 0)
    return { result: "none", reason: "no-author", text: "The From field names no domain, so DMARC does not apply." };
  if (names.size > 1)
    return {
      result: "none",
      reason: "several-authors",
      text: `The From field names ${names.size} domains, so DMARC does not apply.`,
    };
  return (
    name ?? {
      result: "none",
      reason: "bad-author",
      text: "The From field names something that cannot be a domain, so DMARC does not apply.",
    }
  );
}

/** SPF first, so that a flood of signatures cannot use up the walks it needs. */
function* compareAll({ spf, dkim }: DmarcIdentities, view: DmarcView, record: DmarcRecord): Walk<Compared> {
  const comparison = new AlignmentComparison(view);
  const matters = ({ result }: AuthenticationResult) => result === "pass" || result === "temperror";
  const compare = function* (one: AuthenticationResult, mode: string): Walk<Alignment | null> {
    const domain = toDomainName(one.domain);
    if (!matters(one)) return null;
    return domain === null ? "not-aligned" : yield* comparison.compare(domain, mode);
  };
  const compared: Compared = { spf: spf && (yield* compare(spf, readFlag(record, "aspf"))), dkim: [] };
  for (const one of dkim) compared.dkim.push(yield* compare(one, readFlag(record, "adkim")));
  return compared;
}

const selectedFacts = ({ tag, policy, unseen }: SelectedPolicy) =>
  unseen ? { tag: null, policy: null } : { tag, policy };

/**
 * The tag that applies (RFC 9989 4.10.1): `p` of the domain's own record; of an inherited one `np` where the domain does not exist and
 * `sp` where it does, each falling back to the next. Existence is asked for only where it makes a difference.
 */
export function* selectPolicy(
  { domain }: Pick<DmarcView, "domain">,
  { name }: DmarcStop,
  policies: Policies,
): Walk<SelectedPolicy> {
  const { p, sp, np } = policies;
  if (name === domain) return { tag: "p", policy: p, unseen: null };
  const existing = { tag: sp ? "sp" : "p", policy: sp ?? p, unseen: null } as const;
  if (np === null) return existing;
  const [answer] = (yield [ask(domain, "A")]) as [Answer];
  const existence = readExistence(answer);
  if (existence === "unseen" && np !== existing.policy) return { ...existing, unseen: answer };
  return existence === "absent" ? { tag: "np", policy: np, unseen: null } : existing;
}

/** RFC 9989 3.2.13 and A.4: only NXDOMAIN for the name itself makes it non-existent; an alias exists, wherever it leads (RFC 6604). */
function readExistence({ status, aliases }: Answer): "present" | "absent" | "unseen" {
  if (status === "no-such-name") return aliases.length > 0 ? "present" : "absent";
  return status === "answered" || status === "no-data" ? "present" : "unseen";
}
