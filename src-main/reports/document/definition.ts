import type { Content, TDocumentDefinitions } from "pdfmake/interfaces";
import { packEvidence } from "../evidence-pack.ts";
import type { StepReport } from "../step-report.ts";
import { describeChecks, describeTranscripts } from "./checks.ts";
import { describeCover, describeParties } from "./cover.ts";
import { describeDifference } from "./difference.ts";
import { describeEvidence, describeLimits, describeWaivers } from "./evidence.ts";
import type { Sheet } from "./sheet.ts";
import { describeHistory, describeSignOffs } from "./signatures.ts";
import { colours, defaultStyle, page, proseFont, styles } from "./theme.ts";
import { describeVerification } from "./verification.ts";
import { describeAnswers, describeTasks } from "./work.ts";

/** The whole document of one step as a pdfmake definition: a function of data, section by section. */
export function buildDocument(
  report: StepReport,
  sheet: Sheet,
  images: Record<string, string>,
  sealKey: string,
): TDocumentDefinitions {
  const content = [
    ...describeCover(report, sheet),
    ...describeParties(report, sheet),
    ...describeTasks(report, sheet),
    ...describeAnswers(report, sheet),
    ...describeChecks(report, sheet),
    ...describeDifference(report, sheet),
    ...describeEvidence(report, sheet),
    ...describeWaivers(report, sheet),
    ...describeLimits(report, sheet),
    ...describeSignOffs(report, sheet),
    ...describeHistory(report, sheet),
    ...describeVerification(report, sheet, sealKey),
    ...describeTranscripts(report, sheet),
  ];
  return {
    pageSize: "A4",
    pageMargins: page.margins,
    version: "1.7",
    language: "en-GB",
    displayTitle: true,
    info: describeInfo(report),
    defaultStyle,
    styles,
    images,
    files: listAttachments(report),
    ...(report.draft ? { watermark: draftMark } : {}),
    header: (current) => describeHeader(report, sheet, current),
    footer: (current, total) => describeFooter(report, sheet, current, total),
    content: [...content, ...admitGaps(sheet)],
  };
}

const draftMark = { text: "DRAFT", font: proseFont, bold: true, color: colours.fail, opacity: 0.09, angle: -52 };

/** Title, author, subject and time for the file's properties; the fixed time keeps equal reports equal byte for byte. */
function describeInfo(report: StepReport): NonNullable<TDocumentDefinitions["info"]> {
  const made = new Date(report.madeAt);
  return {
    title: `${titleOf(report)}: ${report.engagement.customer}`,
    author: [report.consultant.name, report.consultant.organisation].filter((part) => part !== "").join(", "),
    subject: `Connect engagement ${report.engagement.id}, ${report.draft ? "draft" : "signed"}, revision ${report.revision}`,
    keywords: report.head,
    creator: report.program,
    producer: "pdfmake",
    creationDate: made,
    modDate: made,
  };
}

function titleOf(report: StepReport): string {
  const { number, title } = report.step;
  return number === null ? title : `Step ${number}, ${title}`;
}

function listAttachments(report: StepReport): NonNullable<TDocumentDefinitions["files"]> {
  const made = new Date(report.madeAt);
  const attach = packEvidence(report).map(({ name, type, description, bytes }) => {
    const src = `data:${type};base64,${Buffer.from(bytes).toString("base64")}`;
    return [name, { src, name, type, description, relationship: "Supplement", creationDate: made, modifiedDate: made }];
  });
  return Object.fromEntries(attach);
}

function describeHeader(report: StepReport, sheet: Sheet, current: number): Content {
  if (current === 1) return { text: "" };
  const standing = report.draft ? "Draft" : `Revision ${report.revision}, signed`;
  return {
    margin: [page.margins[0], 32, page.margins[2], 0],
    columns: [
      { text: `${sheet.line(titleOf(report), 90)}`, fontSize: 8, color: colours.soft, width: "*" },
      { text: standing, fontSize: 8, color: report.draft ? colours.fail : colours.soft, width: "auto" },
    ],
  };
}

/** Engagement, journal head and place in the document, on every page. */
function describeFooter(report: StepReport, sheet: Sheet, current: number, total: number): Content {
  return {
    margin: [page.margins[0], 20, page.margins[2], 0],
    columns: [
      {
        width: "*",
        stack: [
          { text: `Engagement ${sheet.code(report.engagement.id)}`, style: "hash" },
          { text: `Journal head ${sheet.code(report.head)}`, style: "hash" },
        ],
      },
      { width: "auto", text: `Page ${current} of ${total}`, fontSize: 8, color: colours.soft },
    ],
  };
}

/** Says so when characters had to be replaced: a name on paper must not differ from the record in silence. */
function admitGaps(sheet: Sheet): Content[] {
  const count = sheet.replaced();
  if (count === 0) return [];
  const text =
    `${count.toLocaleString("en-GB")} characters on these pages are shown as “□”: the fonts of this document draw Latin, Greek, ` +
    "Cyrillic and Vietnamese. The attached evidence.json holds every text unchanged.";
  return [{ text, style: "small", margin: [0, 12, 0, 0] }];
}
