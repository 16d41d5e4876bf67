import type { Content, TableCell } from "pdfmake/interfaces";
import type { ReportedCheck, StepReport } from "../step-report.ts";
import { showMark, verdictMarks } from "./marks.ts";
import { heading, none, type Sheet, table, unlessEmpty } from "./sheet.ts";
import { codeFont, colours, textWidth } from "./theme.ts";

/** Lines of one transcript a reader gets on paper, and characters in each; the rest is in evidence.json. */
const transcriptLines = 200;
const transcriptColumns = 104;

/** Each check with its verdict, reason and findings; raw transcripts follow as an appendix. */
export function describeChecks(report: StepReport, sheet: Sheet): Content[] {
  if (report.checks.length === 0) return [heading("Checks"), none];
  return [heading("Checks"), ...report.checks.flatMap((check, index) => describeCheck(check, index, sheet))];
}

function describeCheck(check: ReportedCheck, index: number, sheet: Sheet): Content[] {
  const waiver =
    check.waiver === null
      ? ""
      : `Waived by ${sheet.prose(check.waiver.by, 200)}: ${sheet.prose(check.waiver.reason, 2000)}`;
  const rule: Content[] = index === 0 ? [] : [{ canvas: [hairline()], margin: [0, 12, 0, 12] }];
  return [
    ...rule,
    {
      columns: [
        { text: sheet.prose(check.title, 300), style: "item", width: "*" },
        { ...showMark(verdictMarks[check.verdict]), width: 124 },
      ],
      columnGap: 12,
      headlineLevel: 2,
    },
    ...unlessEmpty(sheet.prose(check.reason), ""),
    ...unlessEmpty(check.todo === "" ? "" : `What to do: ${sheet.prose(check.todo)}`, ""),
    ...(waiver === "" ? [] : [{ text: waiver, style: "small", color: colours.warn, margin: [0, 4, 0, 0] } as Content]),
    ...describeFindings(check, sheet),
    ...describeOrigin(check, sheet),
  ];
}

function describeFindings(check: ReportedCheck, sheet: Sheet): Content[] {
  if (check.findings.length === 0) return [];
  const rows = check.findings.map((finding): TableCell[] => [
    showMark(verdictMarks[finding.verdict]),
    { text: sheet.code(finding.subject, 600), style: "code" },
    {
      stack: [
        { text: sheet.prose(finding.text), style: "small" },
        ...unlessEmpty(finding.todo === "" ? "" : `What to do: ${sheet.prose(finding.todo)}`, "soft"),
      ],
    },
  ]);
  return [{ stack: [table(["Finding", "Looked at", "What was found"], [84, 132, "*"], rows)], margin: [0, 8, 0, 0] }];
}

/** When, from where and on what record the verdict stands: it is true for this vantage only. */
function describeOrigin(check: ReportedCheck, sheet: Sheet): Content[] {
  if (check.at === null) return [];
  const seen = check.vantage;
  const parts =
    seen === null
      ? []
      : [
          `seen from ${sheet.prose(seen.host, 200)}`,
          seen.addresses.length === 0 ? "" : `address ${sheet.prose(seen.addresses.join(", "), 400)}`,
          seen.resolver === "" ? "" : `resolver ${sheet.prose(seen.resolver, 200)}`,
        ].filter((part) => part !== "");
  return [
    { text: [`Ended ${sheet.exactTime(check.at)}`, ...parts].join("; "), style: "soft", margin: [0, 8, 0, 0] },
    ...(check.record === null
      ? []
      : [{ text: `Record SHA-256 ${sheet.code(check.record)}`, style: "hash" } as Content]),
  ];
}

/** What was sent and received, line by line, for every check that has it. */
export function describeTranscripts(report: StepReport, sheet: Sheet): Content[] {
  const withTranscript = report.checks.filter((check) => check.transcript.trim() !== "");
  if (withTranscript.length === 0) return [];
  return [
    { ...(heading("Appendix: transcripts") as object), pageBreak: "before" } as Content,
    ...withTranscript.flatMap((check) => describeTranscript(check, sheet)),
  ];
}

function describeTranscript(check: ReportedCheck, sheet: Sheet): Content[] {
  const { lines, whole, total } = sheet.lines(check.transcript, transcriptColumns, transcriptLines);
  const record = check.record ?? "";
  const cut: Content = {
    text:
      `Cut here: ${whole.toLocaleString("en-GB")} of ${total.toLocaleString("en-GB")} lines are shown in full. ` +
      "The whole transcript is in the attached evidence.json.",
    style: "small",
    bold: true,
    margin: [0, 4, 0, 0],
  };
  return [
    { text: sheet.prose(check.title, 300), style: "item", headlineLevel: 2, margin: [0, 8, 0, 4] },
    ...lines.map(
      (line): Content => ({
        text: line === "" ? " " : line,
        font: codeFont,
        fontSize: 7.5,
        lineHeight: 1.25,
        noWrap: true,
        preserveLeadingSpaces: true,
      }),
    ),
    ...(whole < total ? [cut] : []),
    ...(record === "" ? [] : [{ text: `Record SHA-256 ${record}`, style: "hash", margin: [0, 4, 0, 8] } as Content]),
  ];
}

function hairline() {
  return { type: "line" as const, x1: 0, y1: 0, x2: textWidth, y2: 0, lineWidth: 0.5, lineColor: colours.hairline };
}
