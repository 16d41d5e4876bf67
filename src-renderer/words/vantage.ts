import type { VantageFinding, VantageResult, VantageSubject } from "../../src-main/contract/vantage.ts";

export const vantageSubjects: Record<VantageSubject, string> = {
  network: "Network",
  resolver: "Resolver",
  "missing-names": "Missing names",
  "port-53": "Other name servers",
  portal: "Portal",
  "port-25": "Mail servers",
  clock: "Clock",
};

export interface VantageWarning {
  tone: "warn" | "fail";
  /** What is wrong in a few words, such as "captive portal and 2 more". */
  words: string;
}

/** What the foot of the window says about this network; null when nothing is wrong, or the findings are another network's. */
export function vantageToWarning(latest: VantageResult | null): VantageWarning | null {
  if (latest === null || latest.isStale) return null;
  const wrong = latest.findings
    .filter((finding) => isFailure(finding) || finding.verdict === "warn")
    .sort((one, other) => weigh(one) - weigh(other));
  const [first] = wrong;
  if (!first) return null;
  const more = wrong.length > 1 ? ` and ${wrong.length - 1} more` : "";
  return { tone: isFailure(first) ? "fail" : "warn", words: `${first.word || vantageSubjects[first.subject]}${more}` };
}

/** Failures first; among them a portal, which is the cause of others, before what follows from it. */
const weigh = (finding: VantageFinding): number => (isFailure(finding) ? (finding.subject === "portal" ? 0 : 1) : 2);
const isFailure = ({ verdict }: VantageFinding): boolean => verdict === "fail" || verdict === "error";
