import { toPrintable } from "../bytes.ts";
import { transcribeDns } from "../dns/exchange.ts";
import type { DnsRecord } from "../dns/record.ts";
import { replayWalk, type Walk, walkTogether } from "../dns/walk.ts";
import { conclude, countInWords, finding, listInWords } from "../judgement.ts";
import type { Finding, Judgement } from "../types.ts";
import { drawTree } from "./draw.ts";
import { isSibling } from "./includes.ts";
import type { SpfPlan } from "./plan.ts";
import { listSteps, manyLookups, mostLookups, mostVoids, type SpfNode, type SpfStep } from "./tree.ts";
import { costOf, listDuplicates, type SpfView, walkSpf } from "./walk.ts";

export const walkAllSpf = (plan: SpfPlan): Walk<SpfView[]> =>
  walkTogether(plan.domains.map((domain) => walkSpf(domain, plan.asksHosts)));

/** SPF records: one each, readable, within the limits, with the region's include and no other region's. */
export function judgeSpf(plan: SpfPlan, record: DnsRecord): Judgement {
  const views = replayWalk(walkAllSpf(plan), record.exchanges);
  const findings = views.flatMap((view) => judgeDomain(plan, view));
  const passed = `As the resolver gives it, the SPF record of ${countInWords(views.length, "domain")} names the region's include and stays within the limits of RFC 7208.`;
  return conclude(
    findings,
    passed,
    [...views.map((view) => drawTree(view, plan.asksHosts)), transcribeDns(record.exchanges)].join("\n\n"),
  );
}

function judgeDomain(plan: SpfPlan, view: SpfView): Finding[] {
  const { root, domain } = view;
  if (root.record === null) return [judgeNoRecord(plan, root)];
  const findings = [
    ...view.problems.map((problem) => judgeProblem(domain, problem)),
    ...judgeCounts(view),
    ...judgeDuplicates(view),
    ...judgeIncludes(plan, view),
    ...judgeEnd(root),
  ];
  const isClean = findings.every(({ verdict }) => verdict === "pass");
  const cost = `${view.lookups.length} of ${mostLookups} look-ups`;
  return isClean
    ? [finding("pass", domain, `One readable record with the region's include; it costs ${cost}.`)]
    : findings;
}

function judgeNoRecord(plan: SpfPlan, { domain, answer, problem }: SpfNode): Finding {
  const text = problem?.text ?? "There is no SPF record.";
  if (answer.status === "silent" || answer.status === "refused")
    return finding(
      "not-measurable",
      domain,
      text,
      "Check this machine's network, or name another resolver in the settings, and run the check again.",
    );
  if (problem?.kind === "unseen")
    return finding("error", domain, text, "Ask the DNS host whether the zone is in order, then run the check again.");
  if (answer.status === "no-such-name")
    return finding(
      "fail",
      domain,
      `The resolver ${answer.server} says the domain does not exist (NXDOMAIN).`,
      "Check the spelling of the domain.",
    );
  if (answer.status === "answered" && text.includes("only one"))
    return finding(
      "fail",
      domain,
      `${text} Receivers treat that as a permanent error (RFC 7208 4.5).`,
      "Merge them into one record.",
    );
  return finding(
    "fail",
    domain,
    text,
    `Publish one TXT record such as “v=spf1 include:${plan.includes[0]} ~all”, with every other sender of the domain added.`,
  );
}

function judgeProblem(domain: string, { kind, text }: SpfView["problems"][number]): Finding {
  const printable = toPrintable(text, 600);
  if (kind === "unseen")
    return finding(
      "not-measurable",
      domain,
      printable,
      "Run the check again; if it stays, ask the owner of that name to repair its DNS.",
    );
  return finding(
    "fail",
    domain,
    `${printable} Receivers treat that as a permanent error.`,
    "Correct the record, or remove the term that leads there.",
  );
}

function judgeCounts({ domain, lookups, voids }: SpfView): Finding[] {
  const findings: Finding[] = [];
  const list = toPrintable(listInWords(lookups.slice(0, 25)), 2_000);
  if (lookups.length > mostLookups)
    findings.push(
      finding(
        "fail",
        domain,
        `Evaluating the record costs ${lookups.length} look-ups, ${mostLookups} are allowed (RFC 7208 4.6.4): ${list}.`,
        "Remove senders no longer used, and includes that stand in for a few fixed networks.",
      ),
    );
  else if (lookups.length >= manyLookups)
    findings.push(
      finding(
        "warn",
        domain,
        `Evaluating the record costs ${lookups.length} of ${mostLookups} look-ups: ${list}.`,
        "Leave room before another sender is added.",
      ),
    );
  if (voids.v4.length > mostVoids)
    findings.push(
      finding(
        "fail",
        domain,
        `${voids.v4.length} terms lead to names without an answer, ${mostVoids} are allowed (RFC 7208 4.6.4): ${toPrintable(listInWords(voids.v4), 600)}.`,
        "Remove the terms whose names no longer exist.",
      ),
    );
  else if (voids.v6.length > mostVoids)
    findings.push(
      finding(
        "warn",
        domain,
        `For senders with an IPv6 address ${voids.v6.length} terms lead to names without an answer (${toPrintable(listInWords(voids.v6), 600)}); receivers that count them so refuse at more than ${mostVoids}.`,
        "Replace “a” and “mx” by ip4 where the hosts have no IPv6 address.",
      ),
    );
  return findings;
}

/** Repetitions that the domain's own record makes; those of the records behind it are not the customer's to correct. */
function judgeDuplicates({ domain, root }: SpfView): Finding[] {
  const own = { ...root, steps: root.steps.map((step) => ({ ...step, child: null })) };
  const repeated = listDuplicates(own).map(({ text, times }) => `${toPrintable(text, 300)} (${times} times)`);
  if (repeated.length === 0) return [];
  const text = `The record says the same more than once: ${listInWords(repeated.slice(0, 20))}.`;
  return [finding("warn", domain, text, "Keep the first of each.")];
}

/** Another region's include is told from the region's own by the same parent domain and another first label. */
function judgeIncludes(plan: SpfPlan, { domain, root }: SpfView): Finding[] {
  const steps = listSteps(root).filter(({ term }) => term.kind === "include" || term.kind === "redirect");
  const targets = (wanted: (target: string) => boolean) => steps.filter(({ term }) => wanted(term.target ?? ""));
  const own = targets((target) => plan.includes.includes(target));
  const global = targets((target) => plan.globalIncludes.includes(target));
  const others = targets(
    (target) =>
      !plan.includes.includes(target) &&
      plan.includes.some((include) => isSibling(target, include)) &&
      !isInside(root, target, plan.globalIncludes),
  );
  const findings: Finding[] = [];
  const [wanted = ""] = plan.includes;
  if (own.length === 0)
    findings.push(
      finding(
        "fail",
        domain,
        `The record does not lead to the region's include ${wanted}, so mail the vendor sends for the domain fails SPF.`,
        `Add “include:${wanted}” before “all”.`,
      ),
    );
  else if (own.every(({ term }) => term.qualifier !== "+"))
    findings.push(
      finding(
        "fail",
        domain,
        `The region's include stands with “${own[0]?.term.qualifier}”, which does not let its senders pass.`,
        `Write “include:${wanted}” without a sign.`,
      ),
    );
  if (global[0])
    findings.push(
      finding(
        "warn",
        domain,
        `The record has the vendor's global include (${global[0].term.text}), which costs a look-up for every region (${costOf(global[0])} here).`,
        `Replace it by “include:${wanted}”.`,
      ),
    );
  if (others.length > 0)
    findings.push(
      finding(
        "warn",
        domain,
        `The record has another region's include: ${listInWords(others.map(({ term }) => toPrintable(term.text, 300)))}.`,
        "Remove it, unless the organisation has accounts in both regions.",
      ),
    );
  return findings;
}

/** Whether a target is reached only through the global include, which has all regions by design. */
function isInside(root: SpfNode, target: string, globals: string[]): boolean {
  const outside = (steps: SpfStep[]): SpfStep[] =>
    steps.flatMap((step) => [
      step,
      ...(step.child && !globals.includes(step.term.target ?? "") ? outside(step.child.steps) : []),
    ]);
  return !outside(root.steps).some(({ term }) => term.target === target);
}

function judgeEnd(root: SpfNode): Finding[] {
  const { domain } = root;
  const findings: Finding[] = [];
  const last = root.steps.at(-1)?.term;
  if (last?.kind === "all" && last.qualifier === "+")
    findings.push(
      finding(
        "warn",
        domain,
        "The record ends in “+all”: every server in the world passes.",
        "End it in “~all” or “-all”.",
      ),
    );
  else if (last?.kind === "all" && last.qualifier === "?")
    findings.push(
      finding(
        "warn",
        domain,
        "The record ends in “?all”: servers not named are neither passed nor refused.",
        "End it in “~all” or “-all”.",
      ),
    );
  else if (last?.kind !== "all" && last?.kind !== "redirect")
    findings.push(
      finding(
        "warn",
        domain,
        "The record has neither “all” nor “redirect”: servers not named are neither passed nor refused.",
        "End it in “~all” or “-all”.",
      ),
    );
  if (listSteps(root).some(({ term }) => term.kind === "ptr"))
    findings.push(
      finding(
        "warn",
        domain,
        "The record uses “ptr”, which receivers may ignore (RFC 7208 5.5).",
        "Replace it by the networks or hosts it stands for.",
      ),
    );
  return findings;
}
