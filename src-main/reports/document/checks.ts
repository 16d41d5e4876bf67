import type { Content, TableCell } from "pdfmake/interfaces";
import type { ReportedCheck, StepReport } from "../step-report.ts";
import { showMark, verdictMarks } from "./marks.ts";
import { heading, isLight, keepTogether, none, type Sheet, table, unlessEmpty } from "./sheet.ts";
import { colours, textWidth } from "./theme.ts";

/** Lines of one transcript a reader gets on paper, and characters in each; the rest is in evidence.json. */
const transcriptLines = 200;
const transcriptColumns = 104;

/** Each check with its verdict, reason and findings; raw transcripts follow as an appendix. */
export function describeChecks(report: StepReport, sheet: Sheet): Content[] {
  if (report.checks.length === 0) return [keepTogether([heading("Checks"), none()])];
  return report.checks.flatMap((check, index) => {
    const verdict = [index === 0 ? heading("Checks") : rule(), ...describeVerdict(check, sheet)];
    const rest = [...describeFindings(check, sheet), ...describeOrigin(check, sheet)];
    return isLight([...verdict, ...rest]) ? [keepTogether([...verdict, ...rest])] : [keepTogether(verdict), ...rest];
  });
}

function describeVerdict(check: ReportedCheck, sheet: Sheet): Content[] {
  const waiver =
    check.waiver === null
      ? ""
      : `Waived by ${sheet.line(check.waiver.by, 200)}: ${sheet.line(check.waiver.reason, 1000)}`;
  const reason = check.verdict === "not-run" && check.reason === "" ? "This check was not run." : check.reason;
  return [
    {
      columns: [
        { text: sheet.line(check.title, 300), style: "item", width: "*" },
        { ...showMark(verdictMarks[check.verdict]), width: "auto" },
      ],
      columnGap: 12,
    },
    ...unlessEmpty(sheet.prose(reason), ""),
    ...unlessEmpty(check.todo === "" ? "" : `What to do: ${sheet.prose(check.todo)}`, ""),
    ...(waiver === "" ? [] : [{ text: waiver, style: "small", color: colours.warn, margin: [0, 4, 0, 0] } as Content]),
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
  return [{ stack: [table(["Finding", "Looked at", "What was found"], [76, 172, "*"], rows)], margin: [0, 8, 0, 0] }];
}

/** When, from where and on what record the verdict stands: it is true for this vantage only. */
function describeOrigin(check: ReportedCheck, sheet: Sheet): Content[] {
  if (check.at === null) return [];
  const seen = check.vantage;
  const parts =
    seen === null
      ? []
      : [
          `seen from ${sheet.line(seen.host, 200)}`,
          seen.addresses.length === 0 ? "" : `address ${sheet.line(seen.addresses.join(", "), 400)}`,
          seen.resolver === "" ? "" : `resolver ${sheet.line(seen.resolver, 200)}`,
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
    { text: "Appendix: transcripts", style: "section", margin: [0, 0, 0, 4], pageBreak: "before" },
    ...withTranscript.flatMap((check) => describeTranscript(check, sheet)),
  ];
}

function describeTranscript(check: ReportedCheck, sheet: Sheet): Content[] {
  const { lines, whole, total } = sheet.lines(check.transcript, transcriptColumns, transcriptLines);
  const shown = lines.map((line): Content => ({ text: line === "" ? " " : line, style: "transcript", noWrap: true }));
  const title: Content = { text: sheet.line(check.title, 300), style: "item", margin: [0, 8, 0, 4] };
  const cut: Content = {
    text:
      `Cut here: ${whole.toLocaleString("en-GB")} of ${total.toLocaleString("en-GB")} lines are shown in full. ` +
      "The whole transcript is in the attached evidence.json.",
    style: "small",
    bold: true,
    margin: [0, 4, 0, 0],
  };
  const record: Content = { text: `Record SHA-256 ${check.record ?? ""}`, style: "hash", margin: [0, 4, 0, 8] };
  return [
    keepTogether([title, ...shown.slice(0, 4)]),
    ...shown.slice(4),
    ...(whole < total ? [cut] : []),
    ...(check.record === null ? [] : [record]),
  ];
}

/** Hairline between two checks. */
function rule(): Content {
  const line = {
    type: "line" as const,
    x1: 0,
    y1: 0,
    x2: textWidth,
    y2: 0,
    lineWidth: 0.5,
    lineColor: colours.hairline,
  };
  return { canvas: [line], margin: [0, 12, 0, 12] };
}
