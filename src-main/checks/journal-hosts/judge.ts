import { conclude, countInWords } from "../judgement.ts";
import { transcribeSmtp } from "../smtp/reading.ts";
import type { SmtpRecord } from "../smtp/record.ts";
import { judgeVendorHosts } from "../smtp/vendor-judge.ts";
import type { Judgement } from "../types.ts";
import type { JournalHostsPlan } from "./plan.ts";

/** The region's journal hosts as seen from here. That the customer's connector uses them is seen in the console only. */
export function judgeJournalHosts(plan: JournalHostsPlan, record: SmtpRecord): Judgement {
  const expected = plan.hosts.map(({ host }) => host);
  const findings = judgeVendorHosts({ kind: "journal host", expected }, record, record.hosts);
  const passed = `From here ${countInWords(record.hosts.length, "journal host")} greeted, offered STARTTLS and negotiated TLS 1.2 or newer with a trusted certificate. That journal mail to ${plan.journalDomain} arrives there is not part of this probe; the console's journal status shows it.`;
  return conclude(findings, passed, transcribeSmtp(record));
}
