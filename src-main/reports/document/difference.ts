import type { Content, TableCell } from "pdfmake/interfaces";
import type { ReportedDifference, ReportedDifferenceLine, ReportedLook, StepReport } from "../step-report.ts";
import { heading, keepTogether, type Sheet, table } from "./sheet.ts";

const kindWords: Record<ReportedDifferenceLine["kind"], string> = {
  added: "Added",
  removed: "Removed",
  changed: "Changed",
  "not-seen": "Not seen",
  same: "Same",
};
/** Characters of one value on paper; the whole of it is in evidence.json. */
const longestValue = 1_200;

/** What the step's change moved outside: two looks, when and from where, and everything in which they differ. */
export function describeDifference(report: StepReport, sheet: Sheet): Content[] {
  const { difference } = report;
  if (difference === null) return [];
  const { before, after, limits, lines } = difference;
  const looks = [describeLook("Before", before, sheet), describeLook("After", after, sheet)].flat();
  const said = [...limits, ...summarize(difference)].map(
    (sentence): Content => ({ text: sheet.prose(sentence), style: "small", margin: [0, 4, 0, 0] }),
  );
  const top = keepTogether([heading("Before and after the change"), ...looks, ...said]);
  if (before === null || after === null) return [top];
  const different = lines.filter(({ kind }) => kind !== "same" && kind !== "not-seen");
  const unseen = lines.filter(({ kind }) => kind === "not-seen");
  return [top, ...tableOfChanges(different, sheet), ...tableOfUnseen(unseen, sheet)];
}

function describeLook(when: string, look: ReportedLook | null, sheet: Sheet): Content[] {
  if (look === null) return [{ text: `${when}: no snapshot was taken.`, style: "small", margin: [0, 2, 0, 0] }];
  const from = look.addresses.length === 0 ? "" : `, address ${sheet.line(look.addresses.join(", "), 400)}`;
  const place = `seen from ${sheet.line(look.host, 200)}${from}, resolver ${sheet.line(look.resolver, 200)}`;
  const text = `${when}: ${sheet.exactTime(look.at)}; ${place}; recorded by ${sheet.line(look.author, 200)}`;
  return [
    { text, style: "small", margin: [0, 2, 0, 0] },
    { text: `Record SHA-256 ${sheet.code(look.record)}`, style: "hash" },
  ];
}

/** What needs no line of its own. */
function summarize({ before, after, lines }: ReportedDifference): string[] {
  if (before === null || after === null) return ["Without both snapshots there is no difference to show."];
  const same = lines.filter(({ kind }) => kind === "same").length;
  const isQuiet = lines.every(({ kind }) => kind === "same" || kind === "not-seen");
  return [
    `${isQuiet ? "Nothing that was seen both times is different. " : ""}${countThings(same)} the same both times; the attached evidence.json lists them.`,
  ];
}

const countThings = (count: number): string =>
  count === 1 ? "One thing was" : `${count.toLocaleString("en-GB")} things were`;

function tableOfChanges(lines: readonly ReportedDifferenceLine[], sheet: Sheet): Content[] {
  if (lines.length === 0) return [];
  const rows = lines.map((line): TableCell[] => [
    {
      stack: [
        { text: kindWords[line.kind], style: "item" },
        { text: sheet.code(line.subject, 300), style: "code" },
        { text: sheet.prose(line.what, 300), style: "soft" },
      ],
    },
    describeValue(line.before, sheet),
    describeValue(line.after, sheet),
  ]);
  return [{ stack: [table(["What", "Before", "After"], [122, 182, "*"], rows)], margin: [0, 8, 0, 0] }];
}

function describeValue(value: string | null, sheet: Sheet): TableCell {
  if (value === null || value === "") return { text: value === null ? "Not seen" : "None", style: "soft" };
  return { text: sheet.code(value, longestValue), style: "code" };
}

/** Neither the same nor different: one of the two looks could not see it, and why. */
function tableOfUnseen(lines: readonly ReportedDifferenceLine[], sheet: Sheet): Content[] {
  if (lines.length === 0) return [];
  const rows = lines.map((line): TableCell[] => [
    {
      stack: [
        { text: sheet.code(line.subject, 300), style: "code" },
        { text: sheet.prose(line.what, 300), style: "soft" },
      ],
    },
    { text: sheet.prose(line.detail, 600), style: "small" },
    describeValue(line.before ?? line.after, sheet),
  ]);
  return [
    { stack: [table(["Not seen both times", "Why", "Seen once as"], [122, 182, "*"], rows)], margin: [0, 8, 0, 0] },
  ];
}
