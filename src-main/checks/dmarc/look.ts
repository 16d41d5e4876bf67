import { type DkimView, walkKeys } from "../dkim/walk.ts";
import { type Answer, ask } from "../dns/exchange.ts";
import { type Walk, walkTogether } from "../dns/walk.ts";
import { selectPolicy } from "./evaluate.ts";
import { lowerPolicy, type Policies, readFlag, readPolicies } from "./parse.ts";
import type { DmarcPlan } from "./plan.ts";
import type { SelectedPolicy } from "./verdict.ts";
import { type DmarcView, walkDmarc } from "./walk.ts";

/** What is published for the vendor's mail; null for what was not looked at. */
export interface Preparation {
  spf: Answer | null;
  dkim: DkimView | null;
}
/** Everything learned about one domain. */
export interface DmarcLook {
  view: DmarcView;
  /** The policies of the record that applies; null when there is none, or none that receivers use. */
  policies: Policies | null;
  selected: SelectedPolicy | null;
  /** Looked at only where mail that does not pass is refused. */
  preparation: Preparation | null;
}

/** The policy receivers find for a domain and, where it refuses mail, whether the vendor's mail could pass. */
export function* lookAtDomain(plan: DmarcPlan, domain: string): Walk<DmarcLook> {
  const view = yield* walkDmarc(domain);
  const policies = view.policy?.record ? readPolicies(view.policy.record) : null;
  if (!view.policy?.record || !policies) return { view, policies: null, selected: null, preparation: null };
  const selected = yield* selectPolicy(view, view.policy, policies);
  const isTest = readFlag(view.policy.record, "t") === "y";
  const effective = isTest ? lowerPolicy(selected.policy) : selected.policy;
  const preparation = effective === "reject" ? yield* lookAtPreparation(plan, domain) : null;
  return { view, policies, selected, preparation };
}

/** SPF and DKIM side by side: neither needs the other's answer. */
function* lookAtPreparation(plan: DmarcPlan, domain: string): Walk<Preparation> {
  const selectors = plan.selectors.find((one) => one.domain === domain)?.selectors ?? [];
  const walks = [
    ...(plan.includes.length > 0 ? [lookAtSpf(domain)] : []),
    ...(selectors.length > 0 ? [lookAtKeys(domain, selectors)] : []),
  ];
  const parts = yield* walkTogether(walks);
  return { spf: parts.find(({ spf }) => spf)?.spf ?? null, dkim: parts.find(({ dkim }) => dkim)?.dkim ?? null };
}

function* lookAtSpf(domain: string): Walk<Partial<Preparation>> {
  const [spf] = (yield [ask(domain, "TXT")]) as [Answer];
  return { spf };
}

function* lookAtKeys(domain: string, selectors: string[]): Walk<Partial<Preparation>> {
  return { dkim: yield* walkKeys(domain, selectors) };
}
