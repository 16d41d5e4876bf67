import type { ClockView, Comparison, ObservationView } from "../contract/observations.ts";

const momentWords = { before: "Before the change", after: "After the change", later: "Later" };

export const observation = ({ moment, at, vantage, record }: ObservationView): string =>
  `${momentWords[moment]}: ${at}, seen from ${vantage.host} (${vantage.addresses.join(", ") || "no address"}), resolver ${vantage.resolver}. Record ${record}`;

const show = (value: string | null): string =>
  value === null ? "(not seen)" : value === "" ? "(none)" : value.replaceAll("\n", " | ");

export function comparison({ before, after, limits, lines }: Comparison): string {
  const looks = [
    before ? observation(before) : "No snapshot from before.",
    after ? observation(after) : "No snapshot from after.",
  ];
  if (before === null || after === null) return [...looks, ...limits].join("\n");
  const same = lines.filter(({ kind }) => kind === "same").length;
  const different = lines
    .filter(({ kind }) => kind !== "same")
    .flatMap(({ kind, subject, what, before: old, after: now, detail }) => [
      `  ${kind.padEnd(9)} ${subject}  ${what}`,
      kind === "not-seen" ? `            ${detail}` : `            ${show(old)}\n         -> ${show(now)}`,
    ]);
  return [...looks, ...limits, ...different, `${same} the same both times.`].join("\n");
}

export function clock(view: ClockView | null): string {
  if (view === null) return "No domain receives mail, so no cache is waited for.";
  const { state, sentence, servers } = view;
  return [
    `${state}: ${sentence}`,
    ...servers.map(
      ({ domain, server, kind, answers, ttl, sinceWhen, isNew }) =>
        `  ${isNew ? "new" : "old"}  ${domain}  ${kind.padEnd(13)} ${server}  ${show(answers)}  ttl ${ttl ?? "-"}  since ${sinceWhen}`,
    ),
  ].join("\n");
}
