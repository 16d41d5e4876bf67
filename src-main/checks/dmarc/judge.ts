import { toPrintable } from "../bytes.ts";
import { isSeen, transcribeDns } from "../dns/exchange.ts";
import type { DnsRecord } from "../dns/record.ts";
import { judgeUnseen } from "../dns/unseen.ts";
import { replayWalk, type Walk, walkTogether } from "../dns/walk.ts";
import { conclude, countInWords, finding, listInWords } from "../judgement.ts";
import type { Finding, Judgement } from "../types.ts";
import { judgePolicy } from "./judge-policy.ts";
import { type DmarcLook, lookAtDomain } from "./look.ts";
import { type DmarcRecord, findBadPolicy, readPolicies, removedTags } from "./parse.ts";
import type { DmarcPlan } from "./plan.ts";
import { type DmarcView, mostQueries } from "./walk.ts";

export const walkAllDmarc = (plan: DmarcPlan): Walk<DmarcLook[]> =>
  walkTogether(plan.domains.map((domain) => lookAtDomain(plan, domain)));

/** DMARC records: found, readable, and not stricter than what the vendor's signing can carry. */
export function judgeDmarc(plan: DmarcPlan, record: DnsRecord): Judgement {
  const looks = replayWalk(walkAllDmarc(plan), record.exchanges);
  const passed = `The resolver gives a readable DMARC policy for ${countInWords(looks.length, "domain")}.`;
  return conclude(
    looks.flatMap((look) => judgeDomain(plan, look)),
    passed,
    [...looks.map(({ view }) => drawWalk(view)), transcribeDns(record.exchanges)].join("\n\n"),
  );
}

function judgeDomain(plan: DmarcPlan, look: DmarcLook): Finding[] {
  const { domain, stops, policy, unseen } = look.view;
  const [own] = stops;
  if (own && own.count > 1)
    return [
      finding(
        "fail",
        domain,
        `_dmarc.${domain} has ${own.count} DMARC records, so receivers use none of them.`,
        "Keep one of them.",
      ),
    ];
  if (own?.invalid)
    return [
      finding(
        "fail",
        domain,
        `_dmarc.${domain} has ${listInWords(own.invalid.repeated.map((tag) => `“${toPrintable(tag, 40)}”`).slice(0, 5))} twice, which makes the whole record invalid (RFC 6376 3.2); receivers differ in what they then do.`,
        "Keep each tag once.",
      ),
    ];
  if (unseen && !isSeen(unseen.answer) && !policy) return [judgeUnseen(domain, unseen.answer)];
  if (!policy?.record)
    return [
      finding(
        "warn",
        domain,
        `None of the ${stops.length} names of the tree walk has a DMARC record.`,
        `Publish “v=DMARC1; p=none; rua=mailto:…” at _dmarc.${domain}, to see who sends as the domain.`,
      ),
    ];
  const where = `_dmarc.${policy.name}`;
  // What is wrong with a record is said once, at the domain that has it, if that one is looked at too.
  const isToldElsewhere = policy.name !== domain && plan.domains.includes(policy.name);
  return [
    ...judgeBadPolicy(domain, where, policy.record),
    ...judgePolicy(plan, look),
    ...(isToldElsewhere
      ? []
      : [...judgeProblems(domain, where, policy.record), ...judgeRemoved(domain, where, policy.record)]),
  ];
}

const judgeProblems = (domain: string, where: string, { problems }: DmarcRecord): Finding[] =>
  problems
    .slice(0, 20)
    .map((problem) => finding("warn", domain, `${where}: ${toPrintable(problem, 300)}`, "Correct the record."));

/** RFC 9989 4.10.1: without usable policies the record means p=none if it asks for reports, and nothing at all otherwise. */
function judgeBadPolicy(domain: string, where: string, record: DmarcRecord): Finding[] {
  const bad = findBadPolicy(record);
  if (bad === null) return [];
  const todo = `${record.tags.has(bad) ? "Write" : "Add"} “${bad}=none”, “${bad}=quarantine” or “${bad}=reject”.`;
  return [
    readPolicies(record)
      ? finding("warn", domain, `${where} has no usable “${bad}”; receivers take it as “p=none”.`, todo)
      : finding("fail", domain, `${where} has no usable “${bad}” and no “rua”; receivers ignore it.`, todo),
  ];
}

function judgeRemoved(domain: string, where: string, record: DmarcRecord): Finding[] {
  const removed = removedTags.filter((tag) => record.tags.has(tag));
  if (removed.length === 0) return [];
  const share = removed.includes("pct")
    ? " Older receivers still apply “pct” and leave a part of the mail out of the policy."
    : "";
  return [
    finding(
      "warn",
      domain,
      `${where} uses ${listInWords(removed)}, which RFC 9989 took out; receivers that follow it ignore ${removed.length === 1 ? "it" : "them"}.${share}`,
      removed.includes("pct") ? "Remove the tags; “t=y” is what stands for a trial today." : "Remove the tags.",
    ),
  ];
}

function drawWalk({ domain, stops, policy }: DmarcView): string {
  const lines = stops.map(({ name, record, invalid, count, answer }) => {
    const text = record ?? invalid;
    const shown = text
      ? toPrintable(text.text, 1_000)
      : count > 1
        ? `${count} records`
        : answer.detail || "no DMARC record";
    return `  _dmarc.${name}: ${shown}${policy?.name === name ? "  <- policy" : ""}`;
  });
  return [`DMARC tree walk of ${domain}: ${stops.length} of at most ${mostQueries} queries`, ...lines].join("\n");
}
