import { isBelow } from "../answers.ts";
import { toPrintable } from "../bytes.ts";
import { conclude, countInWords, durationInWords, finding, listInWords } from "../judgement.ts";
import { isSameRegion } from "../region-hosts.ts";
import type { Finding, Judgement } from "../types.ts";
import { type Answer, transcribeDns } from "./exchange.ts";
import { heardComparisons, judgeComparisons, judgeOwnDenial } from "./judge-comparisons.ts";
import { forgottenAt, lifetimesOf, longestLifetime, setInWords, setOf } from "./mx-set.ts";
import { exchangeHosts, type MxTarget, type MxView, walkMx } from "./mx-walk.ts";
import type { MxPlan } from "./plan.ts";
import type { DnsRecord } from "./record.ts";
import { replayWalk } from "./walk.ts";

/** Before a change, longer lifetimes make the change slow to arrive and slow to take back. Seconds. */
const longestLifetimeBeforeChange = 600;

/** MX sets of all domains: whose hosts they are, whether they resolve, and whether every server says the same. */
export function judgeMx(plan: MxPlan, record: DnsRecord): Judgement {
  const views = replayWalk(walkMx(plan), record.exchanges);
  const findings = views.flatMap((view) => judgeDomain(plan, view, record.at));
  const asked = listInWords([
    "The resolver",
    ...plan.comparisons.filter((one) => hasSpokenOfAll(one, views)),
    "the authoritative servers",
  ]);
  const passed = `${asked} give ${countInWords(views.length, "domain")} MX records of the region only, and the hosts resolve.`;
  return conclude(findings, passed, transcribeDns(record.exchanges));
}

const hasSpokenOfAll = (resolver: string, views: MxView[]): boolean =>
  views.every((view) => heardComparisons(view).some(({ question }) => question.to === resolver));

function judgeDomain(plan: MxPlan, view: MxView, at: string): Finding[] {
  const { resolver, domain } = view;
  if (resolver.status !== "answered" && resolver.status !== "no-data")
    return [judgeOwnDenial(view) ?? judgeNoAnswer(view)];
  const hosts = exchangeHosts(resolver);
  const shared = [
    ...judgeAuthorities(view, at),
    ...judgeComparisons(view, at),
    ...view.targets.flatMap((target) => judgeTarget(domain, target)),
  ];
  if (hosts.length === 0) return [judgeNoMx(view), ...shared];
  return [...judgeHosts(plan, view, hosts), ...shared];
}

function judgeNoAnswer({ domain, resolver }: MxView): Finding {
  const { status, detail, server } = resolver;
  if (status === "no-such-name")
    return finding(
      "fail",
      domain,
      `The resolver says the domain does not exist (NXDOMAIN from ${server}).`,
      "Check the spelling and the registration of the domain.",
    );
  if (status === "silent" || status === "refused")
    return finding(
      "not-measurable",
      domain,
      `The resolver ${server} gave no answer about MX: ${detail}.`,
      "Check this machine's network, or name another resolver in the settings, and run the check again.",
    );
  return finding(
    "error",
    domain,
    `The resolver ${server} could not answer for MX: ${detail}.`,
    "Ask the domain's DNS host whether the zone and its DNSSEC signatures are in order, then run the check again.",
  );
}

function judgeNoMx({ domain, use }: MxView): Finding {
  if (use === "send-only")
    return finding("pass", domain, "There is no MX record, as expected of a domain that only sends.");
  return finding(
    "fail",
    domain,
    "The resolver finds no MX record; senders fall back to the domain's own address (RFC 5321 5.1).",
    "Publish MX records, or mark the domain as one that does not receive.",
  );
}

const isVendors = (plan: MxPlan, host: string): boolean =>
  plan.mxHosts.includes(host) || plan.suffixes.some((suffix) => isBelow(host, suffix));

/** Whose hosts they are. Before the MX change a set without the vendor is the expected present state; a mixed set never is. */
function judgeHosts(plan: MxPlan, view: MxView, hosts: string[]): Finding[] {
  const { domain, resolver } = view;
  if (hosts.length === 1 && hosts[0] === "") return [judgeNullMx(view)];
  const own = hosts.filter((host) => isVendors(plan, host)).sort();
  const strangers = hosts.filter((host) => !own.includes(host));
  if (own.length === 0) return isChangedAlready(plan, view) ? [] : judgeBeforeChange(domain, hosts, resolver, plan);
  if (strangers.length > 0)
    return [
      finding(
        "fail",
        domain,
        `The MX set is mixed: ${namesOf(strangers)} beside ${namesOf(own)}. Mail that takes the other host goes round the vendor.`,
        `Remove ${namesOf(strangers)} from the MX records once the new ones work.`,
      ),
    ];
  return [judgeRegion(plan, view, own)];
}

/** Whether an authoritative server has the vendor's hosts already, so that what the resolver gives is the past and not the present. */
const isChangedAlready = (plan: MxPlan, { authorities }: MxView): boolean =>
  authorities.some(({ mx }) => exchangeHosts(mx).some((host) => isVendors(plan, host)));

const namesOf = (hosts: readonly string[]): string => toPrintable(listInWords(hosts), 1_200);

function judgeNullMx({ domain, use }: MxView): Finding {
  const text = "A null MX says the domain receives no mail (RFC 7505).";
  if (use === "send-only") return finding("pass", domain, text);
  return finding(
    "fail",
    domain,
    text,
    "Publish the region's MX records, or mark the domain as one that does not receive.",
  );
}

function judgeBeforeChange(domain: string, hosts: string[], { records }: Answer, plan: MxPlan): Finding[] {
  const longest = Math.max(...records.map(({ ttl }) => ttl));
  const present = finding(
    "warn",
    domain,
    `Still on ${namesOf(hosts)}: this is the state before the MX change, no MX record points to the vendor.`,
    `When outbound mail has run long enough, change the MX records to ${plan.mxHosts.length > 0 ? namesOf(plan.mxHosts) : "the region's hosts"}.`,
  );
  if (longest <= longestLifetimeBeforeChange) return [present];
  return [
    present,
    finding(
      "warn",
      domain,
      `The MX records live for ${longest} s (${durationInWords(longest)}) in caches, so the change arrives, and can be taken back, only after that time.`,
      `Lower the TTL to ${longestLifetimeBeforeChange} s or less at least ${durationInWords(longest)} before the change.`,
    ),
  ];
}

function judgeRegion(plan: MxPlan, { domain, resolver }: MxView, own: string[]): Finding {
  if (plan.mxHosts.length === 0)
    return finding(
      "warn",
      domain,
      `All MX hosts are the vendor's (${namesOf(own)}), but the region's host names are not confirmed.`,
      "Compare them with the Administration Console and confirm the region's MX hosts.",
    );
  const unconfirmed = own.filter((host) => !plan.mxHosts.includes(host));
  const foreign = unconfirmed.filter((host) => !plan.mxHosts.some((known) => isSameRegion(known, host)));
  if (foreign.length > 0)
    return finding(
      "fail",
      domain,
      `${namesOf(foreign)} is the vendor's, but not an MX host of this account's region (${namesOf(plan.mxHosts)}).`,
      "Publish the MX hosts of the account's region; another region does not know the domain.",
    );
  if (unconfirmed.length > 0)
    return finding(
      "warn",
      domain,
      `${namesOf(unconfirmed)} is named like a host of this region, but is not among the confirmed ones (${namesOf(plan.mxHosts)}).`,
      "Compare it with the Administration Console and confirm it.",
    );
  const missing = plan.mxHosts.filter((host) => !own.includes(host));
  if (missing.length > 0)
    return finding(
      "warn",
      domain,
      `Only ${namesOf(own)} is published; ${namesOf(missing)} is missing.`,
      `Add ${namesOf(missing)}, so that mail arrives when one site is down.`,
    );
  return finding("pass", domain, `All MX hosts are the region's: ${namesOf(own)} (${lifetimesOf(resolver)}).`);
}

/** RFC 2181 10.3 and RFC 5321 5.1: an MX host has address records of its own and is not an alias. */
function judgeTarget(domain: string, { host, v4, v6 }: MxTarget): Finding[] {
  const aliases = [...v4.aliases, ...v6.aliases];
  const name = toPrintable(host, 260);
  if (aliases.length > 0)
    return [
      finding(
        "fail",
        domain,
        `The MX host ${name} is an alias (CNAME) of ${namesOf(aliases.slice(0, 1))}; some senders refuse that.`,
        "Name the real host in the MX record.",
      ),
    ];
  if (v4.status === "answered" || v6.status === "answered") return [];
  if (v4.status === "silent" || v6.status === "silent")
    return [
      finding(
        "not-measurable",
        domain,
        `The resolver gave no address of the MX host ${name}: ${v4.detail}.`,
        "Run the check again.",
      ),
    ];
  return [
    finding(
      "fail",
      domain,
      `The MX host ${name} has no address: ${v4.detail}.`,
      "Correct the host name in the MX record.",
    ),
  ];
}

/** Whether the zone's own servers agree with one another and with what the resolver has cached. */
function judgeAuthorities({ domain, zone, authorities, resolver }: MxView, at: string): Finding[] {
  const heard = authorities.filter(({ mx }) => mx.status === "answered" || mx.status === "no-data");
  if (heard.length === 0) {
    const why = authorities[0]
      ? `${authorities[0].to}: ${authorities[0].mx.detail}`
      : "no name server of the zone was found";
    return [
      finding(
        "warn",
        domain,
        `Seen through the resolver's cache only: no authoritative server could be asked from here (${why}).`,
        "Run the check again from a network that lets DNS out, to prove that every server has the new records.",
      ),
    ];
  }
  const findings: Finding[] = [];
  const silent = authorities.filter((one) => !heard.includes(one));
  if (silent.length > 0)
    findings.push(
      finding(
        "warn",
        domain,
        `Not every name server of ${zone} answers: ${listInWords(silent.map(({ host, to, mx }) => `${host} (${to}) - ${mx.detail}`))}.`,
        "Have the DNS host repair or remove the silent server.",
      ),
    );
  if (heard.some(({ mx }) => !mx.isAuthoritative))
    findings.push(
      finding(
        "warn",
        domain,
        "A name server of the zone answered without authority: it does not carry the zone, or a device here redirects DNS.",
        "Run the check again from another network; if it stays, have the DNS host repair the delegation.",
      ),
    );
  const sets = new Set(heard.map(({ mx }) => setOf(mx)));
  if (sets.size > 1) return [...findings, disagreement(domain, heard)];
  const [only = ""] = sets;
  if (only !== setOf(resolver)) findings.push(staleCache(domain, only, resolver, at));
  return findings;
}

function disagreement(domain: string, heard: MxView["authorities"]): Finding {
  const versions = heard.map(({ host, mx }) => `${host} has ${setInWords(setOf(mx))} (${lifetimesOf(mx)})`);
  return finding(
    "warn",
    domain,
    `The authoritative servers disagree, so the change has not reached all of them: ${versions.join("; ")}.`,
    "Wait until every server has the same zone version; if it lasts, have the DNS host check zone transfers.",
  );
}

function staleCache(domain: string, published: string, resolver: Answer, at: string): Finding {
  const rest = longestLifetime(resolver);
  return finding(
    "warn",
    domain,
    `The authoritative servers publish ${setInWords(published)}, but the resolver still answers ${setInWords(setOf(resolver))} for another ${durationInWords(rest)}.`,
    `Keep the old route until ${forgottenAt(at, rest)} UTC, when caches like this one have forgotten the old records at the latest, and run the check again then.`,
  );
}
