import type { SpfExamination, SpfProposal, SpfTermView } from "../contract/spf.ts";
import { argument, type Call, type Command, open, optional } from "./call.ts";

/** The SPF planner from a terminal. */
export const spfCommands: Record<string, Command> = {
  spf: {
    usage: "spf FILE DOMAIN [--add INCLUDE] [--ip ADDRESS] [--sender ADDRESS] [--remove-global]",
    summary:
      "show what the domain's SPF record costs, term by term, and the record to publish; --add names another term or include than the region's, --ip says what a receiver would say to that server. Changes nothing; exit code 1 when the record must not be published",
    takes: 2,
    options: { add: "string", ip: "string", sender: "string", "remove-global": "boolean" },
    run: async (call) => {
      const stop = new AbortController();
      const cancel = () => stop.abort();
      process.once("SIGINT", cancel);
      try {
        return await plan(call, stop.signal);
      } finally {
        process.off("SIGINT", cancel);
      }
    },
  },
};

async function plan(call: Call, signal: AbortSignal) {
  const { spf } = call.session.client;
  const engagement = open(call, "read");
  const [ip, sender, wish] = [optional(call, "ip"), optional(call, "sender"), optional(call, "add")];
  const question = { engagement, domain: argument(call, 1), ...(ip ? { ip } : {}), ...(sender ? { sender } : {}) };
  const examination = await spf.examine(question, { signal });
  const { includes } = await spf.subjects({ engagement });
  if (wish === undefined && includes.length === 0) {
    const why = "The region's SPF include is not confirmed yet, so no record is proposed. Name one with --add.";
    return { data: { examination, proposal: null, proposed: null }, text: `${describeTree(examination)}\n\n${why}` };
  }
  const proposal = await spf.propose(
    {
      engagement,
      domain: question.domain,
      removeGlobal: call.options["remove-global"] === true,
      ...(wish === undefined ? {} : { add: [wish] }),
    },
    { signal },
  );
  const changes = proposal.after ? [{ domain: proposal.domain, record: proposal.after.record }] : [];
  const proposed = ip && proposal.after ? (await spf.examine({ ...question, changes }, { signal })).result : null;
  const text = [
    describeTree(examination),
    describeProposal(proposal),
    ...describeResult(proposed, "As proposed, "),
  ].join("\n\n");
  return { data: { examination, proposal, proposed }, text, ok: proposal.refusal === null };
}

function describeTree({
  domain,
  record,
  problem,
  terms,
  leftOut,
  totals,
  duplicates,
  problems,
  result,
  resolver,
}: SpfExamination): string {
  const lines = [
    `SPF of ${domain}, as ${resolver} gives it`,
    `  ${record ?? problem ?? "There is no record."}`,
    ...terms.map(describeTerm),
    ...(leftOut > 0 ? [`  … ${leftOut} more terms`] : []),
    ...(record === null ? [] : describeTotals(totals)),
    ...duplicates.map(({ text, times }) => `There ${times} times: ${text}`),
    ...problems.map(({ text }) => `Problem: ${text}`),
  ];
  return [lines.join("\n"), ...describeResult(result, "")].join("\n\n");
}

const describeTotals = ({ lookups, voids, ipv4, ipv6, isExact }: SpfExamination["totals"]): string[] => [
  `${lookups} of 10 look-ups; empty names: ${voids.v4} for IPv4 senders, ${voids.v6} for IPv6 senders, 2 are allowed.`,
  `Lets pass ${ipv4} IPv4 addresses and ${ipv6.join(", ") || "no IPv6 network"}${isExact ? "" : ", not counting terms that depend on the single sender"}.`,
];

function describeTerm({ level, term, count, lookups, empty, note, problem, matches }: SpfTermView): string {
  const number = count === null ? "  -" : String(count).padStart(3);
  const cost = lookups > 1 ? `  costs ${lookups}` : "";
  const isEmpty = { no: "", ipv6: "  empty for IPv6", yes: "  empty" }[empty];
  const remarks = [note, problem ?? ""].filter((text) => text !== "").map((text) => `  (${text})`);
  return `${matches ? ">" : " "} ${number} ${"  ".repeat(level)}${term}${cost}${isEmpty}${remarks.join("")}`;
}

const describeResult = (result: SpfExamination["result"], when: string): string[] =>
  result === null
    ? []
    : [
        `${when}${result.ip} sending as ${result.sender}: ${result.result}. ${result.reason}${result.explanation === null ? "" : `\nThe domain says: ${result.explanation}`}`,
      ];

function describeProposal({ before, after, added, removed, warnings, refusal, costs }: SpfProposal): string {
  if (!after) return `No record can be proposed. ${refusal ?? ""}`;
  const lines = [
    after.record === before.record
      ? "The record stays as it is."
      : `Record to publish (${before.count} look-ups before, ${after.count} after):`,
    `  ${after.record}`,
    ...(after.strings.length > 1 ? [`  in the zone: ${after.strings.map((string) => `"${string}"`).join(" ")}`] : []),
    ...added.map((term) => `  + ${term}`),
    ...removed.map(({ term, reason }) => `  - ${term}  (${reason})`),
    ...warnings.map((warning) => `Note: ${warning}`),
    ...(refusal === null
      ? []
      : [
          `Do not publish it. ${refusal}`,
          ...costs.map(({ term, lookups }) => `  ${String(lookups).padStart(3)} ${term}`),
        ]),
  ];
  return lines.join("\n");
}
