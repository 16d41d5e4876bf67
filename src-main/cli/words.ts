import type { CheckView, RecheckItem } from "../contract/checks.ts";
import type { ConflictView } from "../contract/conflicts.ts";
import type { Examination } from "../contract/copies.ts";
import type { EngagementView } from "../contract/engagements.ts";
import type { HistoryEntry } from "../contract/history.ts";
import type { RehearsalView } from "../contract/rehearsal.ts";
import type { ExplainedReply } from "../contract/replies.ts";
import type { Verification } from "../contract/reports.ts";
import type { RfiView } from "../contract/rfi.ts";
import type { StepSummary, StepView } from "../contract/steps.ts";
import type { VantageResult } from "../contract/vantage.ts";

/** Replies as plain text. `--json` gives the same data for machines. */
export function engagement(view: EngagementView): string {
  const lines = [
    `${view.customer}  ${view.reference}`,
    `Region ${view.regionTitle}, ${view.platformTitle}, services ${view.services.join(", ")}`,
    `Engagement ${view.engagement}, ${view.entries} entries, head ${view.head}`,
  ];
  return [...lines, "", steps(view.steps)].join("\n");
}

export const steps = (list: StepSummary[]): string =>
  list
    .map(
      ({ step: id, number, title, state, done, total, reason }) =>
        `${String(number ?? "-").padStart(2)} ${id.padEnd(18)} ${state.padEnd(15)} ${`${done}/${total}`.padEnd(7)} ${title}${reason ? `  (${reason})` : ""}`,
    )
    .join("\n");

export function step({ summary, tasks, checks: list, gate, signOffs }: StepView): string {
  const parts = [
    `${summary.title}: ${summary.state}`,
    ...tasks.map(
      (task) =>
        `  [${task.state === "open" ? " " : "x"}] ${task.task.padEnd(28)} ${task.party.padEnd(10)} ${task.state.padEnd(14)} ${task.title}${task.required ? "" : " (optional)"}`,
    ),
    ...(list.length > 0 ? ["Checks", checks(list)] : []),
    ...signOffs.map(({ signer, state, at }) => `Sign-off: ${signer.name}, ${signer.organisation}, ${at}: ${state}`),
    gate.ready ? "Ready to sign." : `Missing before signing (${gate.missing.length}):`,
    ...gate.missing.map(({ text }) => `  - ${text}`),
  ];
  return parts.join("\n");
}

export const checks = (list: CheckView[]): string =>
  list
    .map(({ check, latest, waiver, blocked }) => {
      const verdict = waiver ? "waived" : (latest?.verdict ?? "not run");
      const told = waiver ? `${waiver.reason} (${waiver.by})` : (latest?.reason ?? blocked ?? "");
      return `  ${verdict.padEnd(15)} ${check.padEnd(16)} ${told}${latest?.todo && !waiver ? `\n${" ".repeat(35)}${latest.todo}` : ""}`;
    })
    .join("\n");

/** A line per run; what changed, and what could not be judged, with its reason. */
export function recheck(runs: RecheckItem[]): string {
  const count = (outcome: RecheckItem["outcome"]) => runs.filter((item) => item.outcome === outcome).length;
  const lines = runs.map(({ step: id, check, at, was, now, outcome, reason }) => {
    const verdicts = now === null || now === was ? was : `${was} -> ${now}`;
    const told = outcome === "same" ? "" : `\n${" ".repeat(12)}${reason}`;
    return `  ${outcome.padEnd(10)} ${verdicts.padEnd(26)} ${id.padEnd(18)} ${check.padEnd(16)} ${at}${told}`;
  });
  if (runs.length === 0) return "No check has been run yet, so there is no old evidence to judge.";
  return [
    ...lines,
    `${runs.length} runs looked at again, without any network: ${count("same")} the same, ${count("better")} better, ${count("worse")} worse, ${count("unreadable")} unreadable, ${count("missing")} without their evidence in this copy. The recorded verdicts stay as they are.`,
  ].join("\n");
}

export function imported(changed: number, { completeness }: RfiView): string {
  const gaps = completeness.gaps.map(({ label, problem }) => `  - ${label}: ${problem}`);
  return [
    `${changed} values written. ${completeness.answered} of ${completeness.asked} questions answered.`,
    ...gaps,
  ].join("\n");
}

export function verification({ kind, ok, holds, problems }: Verification): string {
  const what = kind === "document" ? "document" : "engagement file";
  const lines = problems.map(({ code, where, sentence }) => `  ${code} ${where}: ${sentence}`);
  return [ok ? `The ${what} holds.` : `The ${what} does not hold.`, ...holds.map((line) => `  ${line}`), ...lines].join(
    "\n",
  );
}

export const history = (entries: HistoryEntry[]): string =>
  entries
    .map(({ position, at, author, changes, text }) => {
      const lines = changes.map(
        ({ subject, before, after }) =>
          `      ${subject}${before === null && after === null ? "" : `: ${before ?? "(empty)"} -> ${after ?? "(empty)"}`}`,
      );
      return [`${String(position).padStart(5)} ${at} ${author}${lines.length === 0 ? `  ${text}` : ""}`, ...lines].join(
        "\n",
      );
    })
    .join("\n");

export function examination(found: Examination): string {
  const { customer, reference, relation, entries, incoming, waiting, files, conflicts, cellsChanged, cellsHere } =
    found;
  const relations = { new: "not here yet", same: "holds nothing new", adds: "adds to what is here" } as const;
  return [
    `${customer}  ${reference}: ${entries} entries, ${relations[relation]}`,
    `Comes in: ${incoming} entries (${waiting} waiting for others), ${files} files; ${cellsChanged} of ${cellsHere} values change, ${conflicts} new conflicts`,
    ...found.signOffs.map(({ title, before, after }) => `Sign-off of “${title}”: ${before ?? "not here"} -> ${after}`),
    ...found.devices.map(({ name, device, sentence }) => `Device ${device.slice(0, 16)}, ${name}: ${sentence}`),
    ...found.problems,
  ].join("\n");
}

export const conflicts = (list: ConflictView[]): string =>
  list.length === 0
    ? "No conflicts."
    : list
        .map(({ cell, subject, versions }) =>
          [
            `${subject}  [${cell}]`,
            ...versions.map(
              ({ version, value, deleted, shown, author, at }) =>
                `  ${shown ? "*" : " "} ${deleted ? "(removed)" : (value ?? "(empty)")}  ${author}, ${at}\n      ${version}`,
            ),
          ].join("\n"),
        )
        .join("\n");

export const scenarios = (list: RehearsalView["scenarios"]): string =>
  list
    .map(({ scenario, title, task, step: of }) => `  ${scenario.padEnd(20)} ${title} (${of})\n      ${task}`)
    .join("\n");

/** What a look at this network found, a subject a line. */
export function vantage({ addresses, resolvers, findings }: VantageResult): string {
  const from = `Seen from ${addresses.join(", ") || "no address"}, resolver ${resolvers.join(", ") || "none"}`;
  const lines = findings.map(
    ({ subject, verdict, text, meaning, todo }) =>
      `  ${verdict.padEnd(15)} ${subject.padEnd(14)} ${[text, meaning, todo].filter((part) => part !== "").join(" ")}`,
  );
  return [from, ...lines].join("\n");
}
export const replies = (list: ExplainedReply[]): string =>
  list.length === 0
    ? "No SMTP reply was found in the text."
    : list
        .map(({ quoted, recipient, host, meaning, known, who, steps: ids, outlook, grid, source }) =>
          [
            quoted,
            ...(recipient || host ? [`  For ${recipient ?? "(not named)"}, from ${host ?? "(not named)"}`] : []),
            `  ${known === "generic" ? "In general: " : ""}${meaning}`,
            `  ${outlook}`,
            `  Who acts: ${who}${ids.length > 0 ? `. Steps: ${ids.join(", ")}` : ""}`,
            ...(grid ? [`  ${grid.sentence}`] : []),
            ...(source ? [`  Source: ${source}`] : []),
          ].join("\n"),
        )
        .join("\n\n");
