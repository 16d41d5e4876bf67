import type { Content, TableCell } from "pdfmake/interfaces";
import { currentSignOffs, type ReportedSignOff, type StepReport } from "../step-report.ts";
import { heading, keepTogether, type Sheet, tableSection, unlessEmpty } from "./sheet.ts";
import { colours, plainTable } from "./theme.ts";

const pictureBox: [number, number] = [212, 84];

/** What kind of signature this is, without claiming more (eIDAS Regulation (EU) 910/2014, article 3 (10) to (12)). */
const nature =
  "The drawn signature is a simple electronic signature by the customer, made by hand on the consultant's device in the " +
  "presence of the witness named. The record it belongs to carries an Ed25519 signature by the consultant's device. " +
  "Neither is an advanced or qualified electronic signature of the customer.";

export function describeSignOffs(report: StepReport, sheet: Sheet): Content[] {
  const current = currentSignOffs(report);
  const title = heading("Sign-off");
  if (current.length === 0) {
    return [keepTogether([title, { text: "Not signed. This document is a draft and binds nobody." }])];
  }
  const blocks = current.map((signOff, index) => {
    const picture = sheet.signatures[report.signOffs.indexOf(signOff)] ?? null;
    const parts = [...(index === 0 ? [title] : []), ...describeSignOff(signOff, picture, sheet)];
    return keepTogether(parts);
  });
  return [...blocks, { text: nature, style: "soft", margin: [0, 4, 0, 0] }];
}

function describeSignOff(signOff: ReportedSignOff, picture: string | null, sheet: Sheet): Content[] {
  const { signer } = signOff;
  const drawn: Content =
    picture === null ? { text: "The picture cannot be shown.", style: "small" } : { image: picture, fit: pictureBox };
  return [
    { text: `“${sheet.prose(signOff.statement)}”`, margin: [0, 0, 0, 12] },
    {
      columns: [
        {
          width: pictureBox[0],
          stack: [
            drawn,
            {
              canvas: [
                { type: "line", x1: 0, y1: 2, x2: pictureBox[0], y2: 2, lineWidth: 0.75, lineColor: colours.rule },
              ],
            },
            { text: sheet.line(signer.name, 300), style: "item", margin: [0, 8, 0, 0] },
            { text: sheet.line(signer.role, 300), style: "small" },
            { text: sheet.line(signer.organisation, 300), style: "small" },
            ...unlessEmpty(sheet.line(signer.email ?? "", 254), "soft"),
          ],
        },
        { width: "*", stack: [listFacts(signOff, sheet)] },
      ],
      columnGap: 24,
    },
    { text: `Sign-off ${sheet.code(signOff.id)}`, style: "hash", margin: [0, 8, 0, 0] },
    { text: `Device key ${sheet.code(signOff.device)}`, style: "hash" },
    { text: `Picture SHA-256 ${sheet.code(signOff.drawing)}`, style: "hash" },
    { text: `Strokes SHA-256 ${sheet.code(signOff.strokes)}`, style: "hash", margin: [0, 0, 0, 12] },
  ];
}

const standings: Partial<Record<ReportedSignOff["state"], string>> = {
  contested: "Contested: another copy of the engagement changed what was signed. It needs review.",
  stale: "Stale: something it covers was changed afterwards. It needs review.",
};

function listFacts(signOff: ReportedSignOff, sheet: Sheet): Content {
  const facts: [string, Content][] = [
    ["Signed at", { text: sheet.exactTime(signOff.at), style: "small" }],
    ["Witnessed by", { text: sheet.line(signOff.author, 300), style: "small" }],
    ["Method", { text: "In person, drawn on the consultant's device", style: "small" }],
  ];
  const standing = standings[signOff.state];
  if (standing !== undefined)
    facts.push(["Standing", { text: standing, style: "small", color: colours.fail, bold: true }]);
  return {
    table: { widths: [60, 172], body: facts.map(([label, value]) => [{ text: label, style: "label" }, value]) },
    layout: plainTable,
  };
}

/** Sign-offs that were taken back, so that nothing signed disappears. */
export function describeHistory(report: StepReport, sheet: Sheet): Content[] {
  const reopened = report.signOffs.filter((signOff) => signOff.state === "reopened");
  if (reopened.length === 0) return [];
  const rows = reopened.map((signOff): TableCell[] => {
    const picture = sheet.signatures[report.signOffs.indexOf(signOff)] ?? null;
    return [
      {
        stack: [
          { text: sheet.line(signOff.signer.name, 300) },
          {
            text: `${sheet.line(signOff.signer.role, 300)}, ${sheet.line(signOff.signer.organisation, 300)}`,
            style: "small",
          },
          { text: sheet.time(signOff.at), style: "soft" },
          ...(picture === null ? [] : [{ image: picture, fit: [88, 36], margin: [0, 4, 0, 0] } as Content]),
        ],
      },
      {
        stack: [
          { text: sheet.prose(signOff.reopened?.reason ?? "No reason recorded.") },
          {
            text:
              signOff.reopened === null
                ? ""
                : `${sheet.line(signOff.reopened.author, 300)}, ${sheet.time(signOff.reopened.at)}`,
            style: "soft",
          },
          { text: `Sign-off ${sheet.code(signOff.id)}`, style: "hash", margin: [0, 4, 0, 0] },
          { text: `Device key\n${sheet.code(signOff.device)}`, style: "hash" },
          { text: `Picture SHA-256\n${sheet.code(signOff.drawing)}`, style: "hash" },
          { text: `Strokes SHA-256\n${sheet.code(signOff.strokes)}`, style: "hash" },
        ],
      },
    ];
  });
  return tableSection("Earlier sign-offs", ["Was signed by", "Reopened because"], [160, "*"], rows);
}
