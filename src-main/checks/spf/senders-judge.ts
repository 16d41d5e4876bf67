import { toPrintable } from "../bytes.ts";
import { transcribeDns } from "../dns/exchange.ts";
import type { DnsRecord } from "../dns/record.ts";
import { replayWalk } from "../dns/walk.ts";
import { conclude, countInWords, finding, listInWords } from "../judgement.ts";
import type { Finding, Judgement } from "../types.ts";
import { countAddresses, readNetwork, setToNetworks, subtract, toSet } from "./addresses.ts";
import { drawTree } from "./draw.ts";
import type { SpfResult } from "./evaluate.ts";
import type { SendersPlan } from "./plan.ts";
import { type Coverage, type SendersView, type SendersWalk, walkSenders } from "./senders-walk.ts";
import { isUnseen, listSteps } from "./tree.ts";

/** Whether the addresses that send for the customer, today and through the vendor, pass SPF of each sending domain. */
export function judgeSenders(plan: SendersPlan, record: DnsRecord): Judgement {
  const walked = replayWalk(walkSenders(plan), record.exchanges);
  const findings = [
    ...judgeIncludes(plan, walked),
    ...walked.domains.flatMap((view) => judgeDomain(plan, walked, view)),
    ...judgeThirdParties(plan, walked),
    ...judgeLeftOut(plan),
  ];
  const own = plan.outbound.length > 0 ? " and every outbound address of the Request for Information" : "";
  const passed = `Evaluated over the records the resolver gives, the vendor's range${own} passes SPF of ${countInWords(walked.domains.length, "domain")}.`;
  return conclude(findings, passed, transcribe(walked, record));
}

/** Retrying is all that can be done about DNS that does not answer. */
const again = "Run the check again; if it stays, ask the owner of that name to repair its DNS.";

function judgeIncludes({ includes, netblocks }: SendersPlan, walked: SendersWalk): Finding[] {
  const findings = walked.includes.flatMap(({ view }) =>
    view.problems.map(({ kind, text }) => {
      const sentence = `The vendor's range is not known from here: ${toPrintable(text, 600)}`;
      return kind === "unseen"
        ? finding("not-measurable", view.domain, sentence, again)
        : finding(
            "error",
            view.domain,
            sentence,
            "Check the region's include on the region's page; the vendor's console shows it.",
          );
    }),
  );
  if (findings.length > 0 || netblocks.length === 0) return findings;
  const listed = toSet(netblocks.flatMap((text) => readNetwork(text) ?? []));
  const gone = setToNetworks(subtract(listed, toSet(walked.includes.flatMap(({ authorised }) => authorised.passing))));
  if (gone.length === 0) return findings;
  const text = `For information: the networks noted for the region have ${listInWords(gone.slice(0, 12))}, which the include does not publish today. The include counts.`;
  return [...findings, finding("pass", listInWords(includes), text)];
}

function judgeDomain(plan: SendersPlan, walked: SendersWalk, view: SendersView): Finding[] {
  const { domain, outbound, vendor } = view;
  const { root } = view.view;
  if (root.record === null) return [judgeNoRecord(view)];
  const published = toSet(walked.includes.flatMap(({ authorised }) => authorised.passing));
  return [
    ...(published.length > 0 ? [judgeVendor(plan, view, vendor)] : []),
    ...outbound.map((coverage) => judgeOutbound(domain, coverage, view.isWhole)),
  ];
}

function judgeNoRecord({ domain, view }: SendersView): Finding {
  const { answer, problem } = view.root;
  const text = `${toPrintable(problem?.text ?? "There is no SPF record.", 600)} So no address could be evaluated.`;
  if (problem?.kind !== "unseen")
    return finding("fail", domain, text, "Publish one SPF record; the SPF planner proposes it.");
  const isSilent = answer.status === "silent" || answer.status === "refused";
  return finding(isSilent ? "not-measurable" : "error", domain, text, again);
}

/** How the samples came out, the worst first; null when there are none. */
function worstResult(coverages: readonly Coverage[]): { result: SpfResult; ip: string; reason: string } | null {
  const order: SpfResult[] = ["permerror", "fail", "softfail", "neutral", "none", "temperror", "pass"];
  const all = coverages.flatMap(({ samples }) =>
    samples.map(({ ip, evaluation }) => ({ ip, result: evaluation.result, reason: evaluation.reason })),
  );
  return all.sort((one, other) => order.indexOf(one.result) - order.indexOf(other.result))[0] ?? null;
}

const describeWorst = ({ ip, result, reason }: NonNullable<ReturnType<typeof worstResult>>): string =>
  `${ip} gives “${result}”: ${toPrintable(reason, 400)}`;

function judgeVendor({ includes }: SendersPlan, { domain, isWhole }: SendersView, vendor: Coverage[]): Finding {
  const todo = `Add “include:${includes[0]}” before “all”; the SPF planner proposes the record.`;
  const missing = vendor.flatMap((coverage) => coverage.missing);
  const worst = worstResult(vendor);
  if (isWhole && missing.length === 0) {
    const count = countAddresses(
      vendor.map(({ range }) => range),
      4,
    );
    return finding(
      "pass",
      domain,
      `Every address of the vendor's range passes (${count} IPv4 addresses, as ${listInWords(includes)} publishes them).`,
    );
  }
  if (isWhole) {
    const networks = setToNetworks(missing);
    const some = listInWords(networks.slice(0, 8)) + (networks.length > 8 ? ` and ${networks.length - 8} more` : "");
    return finding("fail", domain, `Addresses the vendor sends from do not pass: ${some}.`, todo);
  }
  if (worst?.result === "temperror")
    return finding("not-measurable", domain, `The vendor's range: ${describeWorst(worst)}`, again);
  if (worst && worst.result !== "pass")
    return finding("fail", domain, `The vendor's range: ${describeWorst(worst)}`, todo);
  return finding(
    "warn",
    domain,
    "The record's answer depends on the single sender or ends in an error for some. The addresses tried from the vendor's range pass; the others were not evaluated.",
    "See the findings of the check “SPF record”.",
  );
}

/** The customer's own addresses matter until outbound mail goes through the vendor, and for what never does. */
function judgeOutbound(domain: string, coverage: Coverage, isWhole: boolean): Finding {
  const { missing, samples, range } = coverage;
  const text = toPrintable(coverage.text, 100);
  const worst = worstResult([coverage]);
  if (worst?.result === "temperror")
    return finding("not-measurable", domain, `${text}: ${describeWorst(worst)}`, again);
  const isSingle = range.first === range.last;
  const isPassed = isWhole ? missing.length === 0 : worst?.result === "pass";
  if (isPassed) {
    const by = samples[0]?.evaluation.match?.way.join(" > ") ?? "";
    const through = by === "" ? "" : ` (${toPrintable(by, 400)})`;
    if (isSingle) return finding("pass", domain, `${text} passes${through}.`);
    if (isWhole) return finding("pass", domain, `Every address of ${text} passes${through}.`);
    const tried = listInWords(samples.map(({ ip }) => ip));
    return finding(
      "pass",
      domain,
      `Of ${text} only ${tried} were evaluated, because the record depends on the single sender; they pass${through}.`,
    );
  }
  const which = isSingle || !isWhole ? "" : ` Not covered: ${listInWords(setToNetworks(missing).slice(0, 8))}.`;
  const result = worst && worst.result !== "pass" ? ` ${describeWorst(worst)}` : "";
  return finding(
    "warn",
    domain,
    `${text} does not pass in full.${which}${result} That matters for mail it sends to receivers directly. Once all outbound mail goes through the vendor, receivers see the vendor's addresses and this is information only.`,
    "Add it to the record if it sends directly today; leave it out if it does not.",
  );
}

/** Shown, not judged: which name a service sends under is the service's to say. */
function judgeThirdParties({ thirdParties }: SendersPlan, walked: SendersWalk): Finding[] {
  return thirdParties.flatMap(({ name, domain }) => {
    const who = `${toPrintable(name, 100)} (${domain})`;
    const root = walked.thirdParties.find((view) => view.domain === domain)?.root;
    if (!root || isUnseen(root.answer)) return [];
    if (root.record === null) return finding("pass", who, `For information: no SPF record of ${domain} could be read.`);
    const words = name
      .toLowerCase()
      .split(/[^a-z0-9]+/)
      .filter((word) => word.length >= 4);
    const named = listSteps(root).filter(({ term }) => words.some((word) => term.target?.includes(word)));
    const text =
      named.length > 0
        ? `the record leads to ${toPrintable(listInWords([...new Set(named.map(({ term }) => term.text))].slice(0, 5)), 400)}, which bears its name.`
        : "no term of the record bears its name. Many services send under another one; ask it which include it needs.";
    return finding("pass", who, `For information: ${text}`);
  });
}

const judgeLeftOut = ({ leftOut }: SendersPlan): Finding[] =>
  leftOut === 0
    ? []
    : [
        finding(
          "not-measurable",
          "the rest",
          `${leftOut} more domains or addresses were not looked at.`,
          "Check them one by one in the SPF planner.",
        ),
      ];

function transcribe({ domains, includes }: SendersWalk, { exchanges }: DnsRecord): string {
  const lines = domains.flatMap(({ domain, outbound, vendor }) =>
    [...outbound, ...vendor].flatMap(({ samples }) =>
      samples.map(({ ip, evaluation }) => {
        const said = evaluation.explanation === null ? "" : `  says “${toPrintable(evaluation.explanation, 400)}”`;
        return `${ip} as postmaster@${domain}: ${evaluation.result}  (${toPrintable(evaluation.reason, 400)})${said}`;
      }),
    ),
  );
  const trees = [...domains, ...includes].map(({ view }) => drawTree(view, true));
  return [...trees, lines.join("\n"), transcribeDns(exchanges)].filter((part) => part !== "").join("\n\n");
}
