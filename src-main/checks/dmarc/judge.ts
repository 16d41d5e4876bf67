import { toPrintable } from "../bytes.ts";
import { transcribeDns } from "../dns/exchange.ts";
import type { DnsRecord } from "../dns/record.ts";
import { replayWalk, type Walk, walkTogether } from "../dns/walk.ts";
import { conclude, countInWords, finding, listInWords } from "../judgement.ts";
import type { Finding, Judgement } from "../types.ts";
import { type DmarcRecord, readPolicy, removedTags } from "./parse.ts";
import type { DmarcPlan } from "./plan.ts";
import { type DmarcStop, type DmarcView, walkDmarc } from "./walk.ts";

export const walkAllDmarc = (plan: DmarcPlan): Walk<DmarcView[]> => walkTogether(plan.domains.map(walkDmarc));

/** DMARC records: found, readable, and not stricter than what the vendor's signing can carry. */
export function judgeDmarc(plan: DmarcPlan, record: DnsRecord): Judgement {
  const views = replayWalk(walkAllDmarc(plan), record.exchanges);
  const passed = `The resolver gives a readable DMARC policy for ${countInWords(views.length, "domain")}.`;
  return conclude(
    views.flatMap(judgeDomain),
    passed,
    [...views.map(drawWalk), transcribeDns(record.exchanges)].join("\n\n"),
  );
}

function judgeDomain(view: DmarcView): Finding[] {
  const { domain, stops, policy } = view;
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
  const unseen = stops.find(({ answer }) => !["answered", "no-data", "no-such-name"].includes(answer.status));
  if (unseen && !own?.record) return [judgeUnseen(domain, unseen)];
  if (!policy?.record)
    return [
      finding(
        "warn",
        domain,
        `None of the ${stops.length} names of the tree walk has a DMARC record.`,
        `Publish “v=DMARC1; p=none; rua=mailto:…” at _dmarc.${domain}, to see who sends as the domain.`,
      ),
    ];
  return [...judgeSyntax(view, policy.record), ...judgePolicy(view, policy, policy.record)];
}

function judgeUnseen(domain: string, { name, answer }: DmarcStop): Finding {
  const text = `The TXT record of _dmarc.${name} could not be read from ${answer.server}: ${answer.detail}.`;
  const isSilent = answer.status === "silent" || answer.status === "refused";
  return finding(
    isSilent ? "not-measurable" : "error",
    domain,
    text,
    "Check the resolver and the zone, then run the check again.",
  );
}

function judgeSyntax({ domain, policy }: DmarcView, record: DmarcRecord): Finding[] {
  const where = `_dmarc.${policy?.name}`;
  const removed = removedTags.filter((tag) => record.tags.has(tag));
  const findings = record.problems
    .slice(0, 20)
    .map((problem) => finding("warn", domain, `${where}: ${toPrintable(problem, 300)}`, "Correct the record."));
  // RFC 9989 4.7: without a usable p the record means p=none if it asks for reports, and nothing at all otherwise.
  if (readPolicy(record, "p") === null && record.tags.get("psd")?.toLowerCase() !== "y")
    findings.push(
      record.tags.has("rua")
        ? finding(
            "warn",
            domain,
            `${where} has no usable “p”; receivers take it as “p=none”.`,
            "Add “p=none”, “p=quarantine” or “p=reject”.",
          )
        : finding(
            "fail",
            domain,
            `${where} has no usable “p” and no “rua”; receivers ignore it.`,
            "Add “p=none”, “p=quarantine” or “p=reject”.",
          ),
    );
  if (removed.length > 0)
    findings.push(
      finding(
        "warn",
        domain,
        `${where} uses ${listInWords(removed)}, which RFC 9989 took out; receivers of today ignore ${removed.length === 1 ? "it" : "them"}.`,
        removed.includes("pct") ? "Remove the tags; “t=y” is what stands for a trial today." : "Remove the tags.",
      ),
    );
  return findings;
}

/** Tags that apply to the domain: its own record's `p`, else the inherited record's `sp`, else its `p` (RFC 9989 4.7). */
function judgePolicy({ domain }: DmarcView, stop: DmarcStop, record: DmarcRecord): Finding[] {
  const isOwn = stop.name === domain;
  const policy = (isOwn ? null : readPolicy(record, "sp")) ?? readPolicy(record, "p") ?? "none";
  const origin = isOwn ? `_dmarc.${domain}` : `the record of ${stop.name}`;
  const findings: Finding[] = [];
  const trial = record.tags.get("t")?.toLowerCase() === "y" ? ", as a trial (t=y)" : "";
  if (policy === "reject" && trial === "")
    findings.push(
      finding(
        "warn",
        domain,
        `The policy is “reject” (${origin}): from the moment mail leaves through the vendor, every message it does not sign and SPF does not cover is refused.`,
        "Prove SPF and DKIM with a test message through the vendor before all mail goes that way; until then “p=none” is the safe policy.",
      ),
    );
  else findings.push(finding("pass", domain, `The policy is “${policy}”${trial}, from ${origin}.`));
  if (isOwn && !record.tags.has("rua"))
    findings.push(
      finding(
        "warn",
        domain,
        "The record asks for no reports (“rua”), so forgotten senders stay unseen.",
        "Add “rua=mailto:…” with a mailbox that someone reads.",
      ),
    );
  return findings;
}

function drawWalk({ domain, stops, policy }: DmarcView): string {
  const lines = stops.map(({ name, record, count, answer }) => {
    const text = record
      ? toPrintable(record.text, 1_000)
      : count > 1
        ? `${count} records`
        : answer.detail || "no DMARC record";
    return `  _dmarc.${name}: ${text}${policy?.name === name ? "  <- policy" : ""}`;
  });
  return [`DMARC tree walk of ${domain}: ${stops.length} of at most 8 queries`, ...lines].join("\n");
}
