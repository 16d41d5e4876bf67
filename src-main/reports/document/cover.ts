import type { Column, Content, TableCell } from "pdfmake/interfaces";
import { currentSignOffs, type StepReport } from "../step-report.ts";
import { verdictMarks } from "./marks.ts";
import { heading, keepTogether, none, type Sheet, tableSection } from "./sheet.ts";
import { colours, plainTable, textWidth } from "./theme.ts";

/** Title, the facts that identify the document, and where the step stands, on the first page. */
export function describeCover(report: StepReport, sheet: Sheet): Content[] {
  const { step, engagement } = report;
  const place = step.number === null ? "Consideration before the steps" : `Step ${step.number} of the Connect process`;
  return [
    {
      columns: [
        { text: "CONNECT FIELDBOOK", fontSize: 8, bold: true, characterSpacing: 1.2, color: colours.accent },
        { text: "Step report", fontSize: 8, alignment: "right", color: colours.soft },
      ],
      margin: [0, 0, 0, 28],
    },
    { text: `${place} for ${sheet.line(engagement.customer, 300)}`, fontSize: 10, color: colours.soft },
    { text: sheet.line(step.title, 300), style: "title", margin: [0, 4, 0, 8] },
    describeStanding(report, sheet),
    identify(report, sheet),
    ...summarise(report, sheet),
  ];
}

function describeStanding(report: StepReport, sheet: Sheet): Content {
  const [signOff] = currentSignOffs(report).slice(-1);
  if (report.draft || signOff === undefined) {
    const standing = signOff === undefined ? "Draft. Not signed." : "Draft. The sign-off below needs review.";
    return { text: standing, bold: true, color: colours.fail, fontSize: 10 };
  }
  const signer = `${sheet.line(signOff.signer.name, 300)}, ${sheet.line(signOff.signer.organisation, 300)}`;
  return { text: `Signed by ${signer}, ${sheet.time(signOff.at)}`, bold: true, color: colours.accent, fontSize: 10 };
}

function identify(report: StepReport, sheet: Sheet): Content {
  const { engagement, consultant } = report;
  const facts: [string, string][] = [
    ["Customer", engagement.customer],
    ["Reference", engagement.reference],
    ["Region", engagement.regionTitle],
    ["Mail platform", engagement.platformTitle],
    ["Services", engagement.services.join(", ")],
    ["Consultant", [consultant.name, consultant.organisation].filter((part) => part !== "").join(", ")],
    ["Made at", sheet.exactTime(report.madeAt).replace(" (", "\n(")],
    ["Revision", report.draft ? `${report.revision} (draft)` : String(report.revision)],
  ];
  const cell = ([label, value]: [string, string]): Content => ({
    stack: [{ text: label, style: "label" }, { text: value.trim() === "" ? "Not given" : sheet.prose(value, 600) }],
  });
  const half = (textWidth - 12) / 2;
  const rowCount = facts.length / 2;
  const rows = facts.slice(0, rowCount).map((fact, row) => [cell(fact), cell(facts[row + rowCount] ?? fact)]);
  return {
    table: { widths: [half, half], dontBreakRows: true, body: rows },
    layout: { ...plainTable, paddingBottom: () => 8 },
    margin: [0, 24, 0, 8],
  };
}

/** Four counts a reader who has one minute wants: tasks, checks, evidence, what was waived. */
function summarise(report: StepReport, sheet: Sheet): Content[] {
  const applicable = report.tasks.filter((task) => task.state !== "not-applicable");
  const done = applicable.filter((task) => task.state === "done").length;
  const measured = report.checks.filter((check) => check.verdict === "pass").length;
  const figures: [string, string][] = [
    [`${done} of ${applicable.length}`, "tasks done"],
    [`${measured} of ${report.checks.length}`, "checks passed"],
    [String(report.evidence.length), report.evidence.length === 1 ? "piece of evidence" : "pieces of evidence"],
    [String(report.waivers.length), report.waivers.length === 1 ? "waiver" : "waivers"],
  ];
  const columns: Column[] = figures.map(([figure, label]) => ({
    width: "*",
    stack: [
      { text: figure, fontSize: 14, bold: true },
      { text: label, style: "label" },
    ],
  }));
  const worst = report.checks.filter((check) => !["pass", "not-run"].includes(check.verdict) || check.waiver !== null);
  return [
    { canvas: [{ type: "line", x1: 0, y1: 0, x2: textWidth, y2: 0, lineWidth: 0.75, lineColor: colours.accent }] },
    { columns, margin: [0, 12, 0, 0] },
    ...worst.slice(0, 6).map(
      (check, index): Content => ({
        text: [
          { text: `${verdictMarks[check.verdict].word}: `, bold: true, color: verdictMarks[check.verdict].colour },
          `${sheet.line(check.title, 200)}${check.waiver === null ? "" : " (waived)"}`,
        ],
        style: "small",
        margin: [0, index === 0 ? 12 : 4, 0, 0],
      }),
    ),
    ...(worst.length > 6 ? [{ text: `and ${worst.length - 6} more below`, style: "soft" } as Content] : []),
  ];
}

export function describeParties(report: StepReport, sheet: Sheet): Content[] {
  if (report.parties.length === 0) return [keepTogether([heading("Parties"), none()])];
  const rows = report.parties.map((party): TableCell[] => [
    { text: sheet.line(party.role, 200), style: "small" },
    { text: sheet.line(party.name, 200), style: "small" },
    { text: sheet.line(party.organisation, 200), style: "small" },
    { text: sheet.line(party.contact, 300), style: "small" },
  ]);
  return tableSection("Parties", ["Role", "Name", "Organisation", "Contact"], [92, 100, "*", 156], rows);
}
