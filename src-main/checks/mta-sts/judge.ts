import { toPrintable } from "../bytes.ts";
import { transcribeDns } from "../dns/exchange.ts";
import { replayWalk } from "../dns/walk.ts";
import { conclude, countInWords, finding, listInWords } from "../judgement.ts";
import type { Finding, Judgement } from "../types.ts";
import { comparePolicy } from "./compare.ts";
import { judgeFetch } from "./fetch.ts";
import type { MtaStsPlan } from "./plan.ts";
import { parsePolicy } from "./policy.ts";
import type { MtaStsRecord } from "./record.ts";
import { transcribeFetches } from "./transcript.ts";
import { type StsNotice, walkNotices } from "./walk.ts";

/**
 * MTA-STS as senders meet it (RFC 8461): the notice in DNS, the policy over HTTPS, and whether it lets them deliver to the region's MX
 * hosts and to those of today.
 */
export function judgeMtaSts(plan: MtaStsPlan, record: MtaStsRecord): Judgement {
  const notices = replayWalk(walkNotices(plan.domains), record.exchanges);
  const isPortOpen = record.fetches.some(({ attempts }) =>
    attempts.some(({ reply, tls }) => reply !== null || tls !== null),
  );
  const findings = notices.flatMap((notice) => judgeDomain(plan, record, notice, isPortOpen));
  const passed = `Nothing that DNS and the policy hosts show from here keeps senders from delivering to the region's MX hosts for ${countInWords(notices.length, "domain")}. What senders remember of earlier policies cannot be seen.`;
  const transcript = [transcribeFetches(record, plan.port), transcribeDns(record.exchanges)].filter(
    (one) => one !== "",
  );
  return conclude(findings, passed, transcript.join("\n\n"));
}

function judgeDomain(plan: MtaStsPlan, record: MtaStsRecord, notice: StsNotice, isPortOpen: boolean): Finding[] {
  const { domain, txt, records } = notice;
  if (!["answered", "no-data", "no-such-name"].includes(txt.status)) return [judgeUnseen(notice)];
  if (records.length === 0) return [judgeNoNotice(notice)];
  if (notice.id === null) return [judgeBrokenNotice(notice)];
  const fetch = record.fetches.find((one) => one.domain === domain);
  const fetched = judgeFetch(plan, record, domain, fetch?.attempts ?? [], isPortOpen);
  if (fetched.kind === "none") return [fetched.finding];
  const policy = parsePolicy(fetched.body);
  const [problem] = policy.problems;
  if (problem !== undefined)
    return [
      finding(
        "fail",
        domain,
        `The policy file cannot be used by senders: ${listInWords(policy.problems.slice(0, 4).map((one) => toPrintable(one, 300)))} ${remembered}`,
        "Correct the file, then change the id in the _mta-sts record.",
      ),
    ];
  const remarks = [...fetched.remarks, ...policy.remarks.map((one) => `Policy file: ${one}`)];
  return [
    ...comparePolicy(plan, notice, policy, fetched.suffix),
    ...remarks.slice(0, 20).map((one) => finding("warn", domain, toPrintable(one, 400), "Correct the policy file.")),
  ];
}

/** What a broken notice or policy does: RFC 8461 3.3 and 5.1. */
const remembered =
  "Senders without a copy deliver as if there were no MTA-STS, those that remember an earlier policy go on with it and cannot learn of a new one.";

function judgeUnseen({ domain, txt }: StsNotice): Finding {
  const isSilent = txt.status === "silent" || txt.status === "refused";
  return finding(
    isSilent ? "not-measurable" : "error",
    domain,
    `The TXT record of _mta-sts.${domain} could not be read from ${txt.server}: ${txt.detail}.`,
    "Check the resolver and the zone, then run the check again.",
  );
}

function judgeNoNotice({ domain, lookalikes }: StsNotice): Finding {
  const [lookalike] = lookalikes;
  if (lookalike !== undefined)
    return finding(
      "warn",
      domain,
      `_mta-sts.${domain} holds “${toPrintable(lookalike, 200)}”, which senders do not take for an MTA-STS record: it has to begin with “v=STSv1;”. ${remembered}`,
      "Correct the record, or remove it.",
    );
  return finding(
    "pass",
    domain,
    `There is no MTA-STS record at _mta-sts.${domain}, so a sender without a stored policy of the domain has none to hold to.`,
  );
}

function judgeBrokenNotice({ domain, records }: StsNotice): Finding {
  if (records.length > 1)
    return finding(
      "fail",
      domain,
      `_mta-sts.${domain} has ${records.length} MTA-STS records, so senders use none of them. ${remembered}`,
      "Keep one of them.",
    );
  return finding(
    "fail",
    domain,
    `The record “${toPrintable(records[0] ?? "", 200)}” at _mta-sts.${domain} has no usable id (1 to 32 letters and digits), so senders do not use it. ${remembered}`,
    "Give the record an id such as “id=20261123T1200”: letters and digits only.",
  );
}
