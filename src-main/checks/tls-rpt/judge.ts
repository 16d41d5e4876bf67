import { toPrintable } from "../bytes.ts";
import { type Answer, ask, transcribeDns } from "../dns/exchange.ts";
import type { DnsRecord } from "../dns/record.ts";
import { replayWalk, type Walk } from "../dns/walk.ts";
import { conclude, countInWords, finding, listInWords } from "../judgement.ts";
import { parseTagged, selectLookalikes, selectTagged } from "../tagged-text.ts";
import type { Finding, Judgement } from "../types.ts";
import type { TlsRptPlan } from "./plan.ts";

/** Characters of one address; longer ones are no honest ones. */
const longestAddress = 1_000;
const addressPattern = /^(?:mailto:[^\s@]+@[^\s@]+\.[^\s@]+|https:\/\/[^\s/]+\S*)$/i;

/** One question per domain (RFC 8460 3). */
export function* walkTlsRpt({ domains }: TlsRptPlan): Walk<{ domain: string; answer: Answer }[]> {
  const answers = yield domains.map((domain) => ask(`_smtp._tls.${domain}`, "TXT"));
  return domains.flatMap((domain, index) => {
    const answer = answers[index];
    return answer ? [{ domain, answer }] : [];
  });
}

/** Where senders report failed encryption. Information: mail flows with or without it, so nothing here is worse than a warning. */
export function judgeTlsRpt(plan: TlsRptPlan, record: DnsRecord): Judgement {
  const views = replayWalk(walkTlsRpt(plan), record.exchanges);
  const findings = views.flatMap(({ domain, answer }) => judgeDomain(domain, answer));
  const passed = `The resolver gives no faulty TLS-RPT record for ${countInWords(views.length, "domain")}. That reports arrive is not part of this probe.`;
  return conclude(findings, passed, transcribeDns(record.exchanges));
}

function judgeDomain(domain: string, answer: Answer): Finding[] {
  const name = `_smtp._tls.${domain}`;
  if (!["answered", "no-data", "no-such-name"].includes(answer.status))
    return [
      finding(
        "not-measurable",
        domain,
        `The TXT record of ${name} could not be read from ${answer.server}: ${answer.detail}.`,
        "Check the resolver and the zone, then run the check again.",
      ),
    ];
  const texts = answer.records.flatMap(({ data }) => (data.type === "TXT" ? [data.text] : []));
  const [only, ...more] = selectTagged(texts, "TLSRPTv1");
  if (only === undefined) return [judgeNoRecord(domain, name, selectLookalikes(texts, "TLSRPTv1")[0])];
  if (more.length > 0)
    return [
      finding(
        "warn",
        domain,
        `${name} has ${more.length + 1} TLS-RPT records, so senders use none of them.`,
        "Keep one.",
      ),
    ];
  return judgeRecord(domain, name, only);
}

function judgeNoRecord(domain: string, name: string, lookalike: string | undefined): Finding {
  if (lookalike !== undefined)
    return finding(
      "warn",
      domain,
      `${name} holds “${toPrintable(lookalike, 200)}”, which senders do not take for a TLS-RPT record: it has to begin with “v=TLSRPTv1;”.`,
      "Correct the record.",
    );
  return finding(
    "pass",
    domain,
    `There is no TLS-RPT record at ${name}: senders report failed encryption to nobody. It is optional, and useful beside MTA-STS or DANE.`,
  );
}

/** RFC 8460 3: addresses are `mailto:` or `https:`, parted by commas. */
function judgeRecord(domain: string, name: string, text: string): Finding[] {
  const { fields } = parseTagged(text);
  const addresses = (fields.get("rua") ?? "").split(",").map((one) => one.trim());
  const written = addresses.filter((one) => one !== "");
  const usable = written.filter((one) => one.length <= longestAddress && addressPattern.test(one));
  const bad = written.filter((one) => !usable.includes(one));
  const findings = bad
    .slice(0, 10)
    .map((one) =>
      finding(
        "warn",
        domain,
        `${name}: “${toPrintable(one, 200)}” is no address for reports.`,
        "Write “mailto:name@domain” or “https://…”.",
      ),
    );
  if (usable.length > 0)
    return [
      ...findings,
      finding(
        "pass",
        domain,
        `Senders report failed encryption to ${toPrintable(listInWords(usable.slice(0, 5)), 400)}.`,
      ),
    ];
  if (findings.length > 0) return findings;
  return [
    finding(
      "warn",
      domain,
      `${name} names no address (“rua”), so senders do not use the record.`,
      "Add “rua=mailto:…” with a mailbox that someone reads.",
    ),
  ];
}
