import { toPrintable } from "../bytes.ts";
import { durationInWords, finding, listInWords } from "../judgement.ts";
import type { Finding } from "../types.ts";
import type { MtaStsPlan } from "./plan.ts";
import { coversHost, type StsPolicy } from "./policy.ts";
import type { StsNotice } from "./walk.ts";

const namesOf = (hosts: readonly string[]): string =>
  `${toPrintable(listInWords(hosts.slice(0, 12)), 1_200)}${hosts.length > 12 ? " …" : ""}`;
const covers = ({ mx }: StsPolicy, host: string): boolean => mx.some((pattern) => coversHost(pattern, host));
const ageOf = ({ maxAge }: StsPolicy): string => durationInWords(maxAge ?? 0);

/** What a usable policy means for the region's MX hosts and for those published now. */
export function comparePolicy(plan: MtaStsPlan, notice: StsNotice, policy: StsPolicy, suffix: string): Finding[] {
  const { domain, hosts } = notice;
  if (policy.mode === "none")
    return [
      finding("pass", domain, `The policy says mode none: senders that fetch it hold delivery to nothing.${suffix}`),
    ];
  const lacking = plan.mxHosts.filter((host) => !covers(policy, host));
  const uncovered = hosts.filter((host) => !plan.mxHosts.includes(host) && !covers(policy, host));
  const findings = [
    ...(lacking.length > 0 ? [judgeNewHosts(plan, notice, policy, lacking)] : []),
    ...(uncovered.length > 0 ? [judgePresentHosts(notice, policy, uncovered)] : []),
    ...judgeUnseenMx(notice),
  ];
  if (findings.length > 0) return findings;
  const told = `The policy (mode ${policy.mode}, remembered for ${ageOf(policy)}) covers the region's MX hosts`;
  const present = hosts.length > 0 ? " and the MX hosts published now" : "";
  return [finding("pass", domain, `${told}${present}.${describeId(notice)}${suffix}`)];
}

/** Mode enforce: senders refuse hosts that the policy does not name. Mode testing: they deliver and report (RFC 8461 5). */
function judgeNewHosts(plan: MtaStsPlan, notice: StsNotice, policy: StsPolicy, lacking: string[]): Finding {
  const { domain } = notice;
  const isPublished = lacking.some((host) => notice.hosts.includes(host));
  const order = isPublished ? "at once" : "before the MX records";
  const todo = `Add ${listInWords(lacking.map((host) => `“mx: ${host}”`))} to the policy file ${order}, then give the _mta-sts record another id (now “${notice.id}”): without a new id senders keep their copy for up to ${ageOf(policy)}.`;
  const missing = `${lacking.length === plan.mxHosts.length ? "none" : "not all"} of the region's MX hosts (${namesOf(lacking)} missing)`;
  if (policy.mode === "enforce")
    return finding(
      "fail",
      domain,
      `The policy is in mode enforce and covers ${missing}: senders that follow it ${isPublished ? "refuse" : "will refuse"} to deliver to them.`,
      `${todo} Or go to mode testing in the same way first.`,
    );
  return finding(
    "warn",
    domain,
    `The policy is in mode testing and covers ${missing}: senders deliver all the same and report it, until the mode becomes enforce.`,
    todo,
  );
}

function judgePresentHosts({ domain, id }: StsNotice, policy: StsPolicy, uncovered: string[]): Finding {
  const isEnforced = policy.mode === "enforce";
  return finding(
    isEnforced ? "fail" : "warn",
    domain,
    `${namesOf(uncovered)} is published as MX, but the policy (mode ${policy.mode}) does not cover it: senders that follow it ${isEnforced ? "refuse to deliver there" : "report it"}.`,
    `Add the host to the policy file and change the id (now “${id}”), or take it out of the MX records.`,
  );
}

function judgeUnseenMx({ domain, mx }: StsNotice): Finding[] {
  if (["answered", "no-data", "no-such-name"].includes(mx.status)) return [];
  return [
    finding(
      "not-measurable",
      domain,
      `The MX records of today could not be read from ${mx.server} (${mx.detail}), so they are not compared with the policy.`,
      "Run the check again.",
    ),
  ];
}

/** The id only has to change with the policy; many write the day into it, so an old day is a hint that it was forgotten. */
function describeId({ id }: StsNotice): string {
  const [, year, month, day] = /^(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])/.exec(id ?? "") ?? [];
  const dated = year === undefined ? "" : `, which looks like ${year}-${month}-${day}`;
  return ` Its id is “${id}”${dated}; it has to change with every change of the policy.`;
}
