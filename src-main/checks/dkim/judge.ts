import { isBelow } from "../answers.ts";
import { toPrintable } from "../bytes.ts";
import { isSeen, transcribeDns } from "../dns/exchange.ts";
import type { DnsRecord } from "../dns/record.ts";
import { judgeUnseen } from "../dns/unseen.ts";
import { replayWalk, type Walk, walkTogether } from "../dns/walk.ts";
import { conclude, countInWords, finding, listInWords } from "../judgement.ts";
import type { Finding, Judgement } from "../types.ts";
import { isUsable, judgeKey } from "./judge-key.ts";
import type { DkimPlan } from "./plan.ts";
import { type DkimView, type KeyView, walkKeys } from "./walk.ts";

export const walkAllDkim = (plan: DkimPlan): Walk<DkimView[]> =>
  walkTogether(plan.domains.map(({ name, selectors }) => walkKeys(name, selectors, plan.platformSelectors)));

/** DKIM keys: published, readable, large enough. Who signs with them is not in DNS, and no sentence says so. */
export function judgeDkim(plan: DkimPlan, record: DnsRecord): Judgement {
  const views = replayWalk(walkAllDkim(plan), record.exchanges);
  const findings = views.flatMap((_, index) => judgeDomain(plan, index, views));
  const passed = `The resolver gives a sound key for the known DKIM selectors of ${countInWords(views.length, "domain")}; whether mail is signed with it, only a received message shows.`;
  return conclude(findings, passed, [...views.map(drawKeys), transcribeDns(record.exchanges)].join("\n\n"));
}

function judgeDomain(plan: DkimPlan, index: number, views: DkimView[]): Finding[] {
  const view = views[index];
  if (!view) return [];
  const { domain, keys } = view;
  const { selectors = [], unreadable = [] } = plan.domains[index] ?? {};
  const named = keys.filter(({ selector }) => selectors.includes(selector));
  const others = keys.filter(({ selector }) => !selectors.includes(selector));
  return [
    ...unreadable.map((word) =>
      finding(
        "warn",
        domain,
        `“${toPrintable(word, 100)}” in the Request for Information cannot be a DKIM selector.`,
        "Enter the word after “s=” of the DKIM-Signature header, separated by commas if there are several.",
      ),
    ),
    ...named.flatMap((key) => judgeNamed(domain, key)),
    ...others.filter(({ texts }) => texts.length > 0).flatMap((key) => judgeKey(domain, key)),
    ...judgeAlgorithms(view),
    ...(named.length === 0 ? judgeNoName(plan, view, views) : judgeSigners(plan, view, named)),
  ];
}

function judgeNamed(domain: string, key: KeyView): Finding[] {
  if (!isSeen(key.answer)) return [judgeUnseen(domain, key.answer)];
  if (key.texts.length > 0) return judgeKey(domain, key);
  const target = key.answer.aliases.at(-1);
  const where = target === undefined ? "" : ` It leads to ${toPrintable(target, 253)}, where there is none.`;
  return [
    finding(
      "warn",
      domain,
      `No key is published at ${key.name}.${where} Mail signed with this selector does not verify.`,
      "Publish the key before the signing policy is made, or correct the selector in the Request for Information.",
    ),
  ];
}

/** RFC 8463 3 asks to sign with RSA too, since not every verifier knows Ed25519. */
function judgeAlgorithms({ domain, keys }: DkimView): Finding[] {
  const usable = keys.filter(isUsable);
  if (usable.length === 0 || usable.some(({ record }) => record?.key?.kind === "rsa")) return [];
  return [
    finding(
      "warn",
      domain,
      "Only Ed25519 keys are known, and many receivers cannot verify them.",
      "Sign with an RSA key besides, under a selector of its own.",
    ),
  ];
}

/** No selector in the answers: what DNS alone can tell about keys. */
function judgeNoName(
  { platformSelectors }: DkimPlan,
  { domain, keys, parent }: DkimView,
  views: DkimView[],
): Finding[] {
  const todo =
    "Send a message to an outside mailbox, read “s=” in its DKIM-Signature header, and enter it as the domain's DKIM selector.";
  const unseen = [...keys.map(({ answer }) => answer), ...(parent ? [parent] : [])].find((answer) => !isSeen(answer));
  if (keys.some(isUsable))
    return [
      finding(
        "warn",
        domain,
        `No DKIM selector is entered. The platform's usual ${listInWords(platformSelectors)} were looked at; if the service is to sign, it does so with a selector of its own.`,
        todo,
      ),
    ];
  const above = views.find((other) => isBelow(domain, other.domain) && other.keys.some(isUsable));
  const help = above ? ` A signature of ${above.domain} aligns with it, unless DMARC asks for strict alignment.` : "";
  if (parent?.status === "no-such-name")
    return [
      finding(
        "warn",
        domain,
        `There is nothing below _domainkey.${domain}, so no selector has a DKIM key, as the resolver gives it.${help}`,
        "Have the service or the platform sign, and publish the key it shows.",
      ),
    ];
  if (unseen) return [judgeUnseen(domain, unseen)];
  return [
    finding(
      "not-measurable",
      domain,
      "No DKIM selector is entered, and DNS does not list the selectors there are.",
      todo,
    ),
  ];
}

/** What the selectors say about platform and service, as far as it shows in names. */
function judgeSigners({ platformSelectors }: DkimPlan, { domain, keys }: DkimView, named: KeyView[]): Finding[] {
  if (platformSelectors.length === 0) return [];
  const isPlatform = ({ selector }: KeyView) => platformSelectors.includes(selector);
  const list = listInWords(platformSelectors);
  if (named.every(isPlatform))
    return [
      finding(
        "warn",
        domain,
        `Only selectors that the platform uses (${list}) are entered; if the service is to sign, it does so with a selector of its own.`,
        "Enter the selector of the service's signing definition too, or note the decision that the platform alone signs.",
      ),
    ];
  const own = keys.filter(isPlatform);
  if (own.some((key) => !isSeen(key.answer) || isUsable(key))) return [];
  return [
    finding(
      "pass",
      domain,
      `The platform's usual selectors (${list}) have no key here, so before a roll-back its own signing has to be switched on, if it has not selectors of other names.`,
    ),
  ];
}

function drawKeys({ domain, keys, parent }: DkimView): string {
  const lines = keys.map(({ name, texts, answer }) => {
    const text = texts.map((one) => toPrintable(one, 600)).join(" | ");
    return `  ${name}: ${text || answer.detail || "no record"}`;
  });
  const above = parent ? [`  _domainkey.${domain}: ${parent.detail || parent.status}`] : [];
  return [`DKIM keys of ${domain}`, ...lines, ...above].join("\n");
}
