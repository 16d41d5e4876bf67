import { transcribeSmtp } from "../smtp/reading.ts";
import { readSeen, type VantageFinding } from "./finding.ts";
import { judgeMissingNames, judgeNetwork, judgePort53, judgeResolver } from "./judge-dns.ts";
import { judgePort25 } from "./judge-mail.ts";
import { judgeClock, judgePortal } from "./judge-portal.ts";
import type { VantagePlan } from "./plan.ts";
import type { VantageRecord } from "./record.ts";

export interface VantageJudgement {
  /** One for each subject that was looked at, in the order of the way outwards. */
  findings: VantageFinding[];
  transcript: string;
}

/** Limits a transcript that a hostile peer could blow up. */
const longestTranscript = 100_000;

/** What the network does to checks made from here. Pure, from recorded bytes; nothing throws. */
export function judgeVantage(plan: VantagePlan, record: VantageRecord): VantageJudgement {
  const seen = readSeen(plan, record);
  const network = judgeNetwork(seen);
  if (network.verdict !== "pass") return { findings: [network], transcript: "" };
  const rest = [
    judgeResolver(seen),
    judgeMissingNames(seen),
    judgePort53(seen),
    judgePortal(seen),
    judgePort25(seen),
    judgeClock(seen),
  ];
  const findings = [network, ...rest.filter((one) => one !== null)];
  const { portal } = record;
  const page =
    portal === null ? [] : [`GET ${plan.portal} at ${portal.address ?? "-"}`, portal.head || `! ${portal.failure}`];
  const transcript = [page.join("\n"), transcribeSmtp(record)].filter((text) => text !== "").join("\n\n");
  return { findings, transcript: transcript.slice(0, longestTranscript) };
}
