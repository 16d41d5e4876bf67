import type { Content, TableCell } from "pdfmake/interfaces";
import type { PreparedPicture } from "../pictures.ts";
import type { ReportedEvidence, StepReport } from "../step-report.ts";
import { formatSize, heading, keepTogether, none, type Sheet, tableSection, unlessEmpty } from "./sheet.ts";
import { colours, textWidth } from "./theme.ts";

/** Tallest picture: two of them and their captions still share a page. */
const tallestPicture = 264;

/** Every piece of evidence with its hash; pictures are shown, other files listed. */
export function describeEvidence(report: StepReport, sheet: Sheet): Content[] {
  if (report.evidence.length === 0) return [keepTogether([heading("Evidence"), none()])];
  const items = report.evidence.map((evidence, index) =>
    describeItem(evidence, sheet.evidence[index] ?? null, index, sheet),
  );
  const [[first = none(), ...rest] = [], ...others] = items;
  return [keepTogether([heading("Evidence"), first]), ...rest, ...others.flat()];
}

function describeItem(
  evidence: ReportedEvidence,
  picture: PreparedPicture | null,
  index: number,
  sheet: Sheet,
): Content[] {
  const facts = [sheet.line(evidence.name, 300), sheet.line(evidence.type, 100), formatSize(evidence.size)];
  const caption: Content[] = [
    { text: `${index + 1}. ${sheet.line(evidence.title, 300)}`, style: "item" },
    { text: facts.filter((fact) => fact !== "").join(" · "), style: "soft" },
    { text: `Added by ${sheet.line(evidence.author, 200)}, ${sheet.time(evidence.at)}`, style: "soft" },
    { text: `SHA-256 ${sheet.code(evidence.sha256)}`, style: "hash" },
  ];
  const note = unlessEmpty(sheet.prose(evidence.note), "small");
  if (picture === null) return [keepTogether(caption), { stack: note, margin: [0, 0, 0, 12] }];
  if (picture.kind === "listed") {
    return [keepTogether([...caption, { text: picture.why, style: "small" }]), { stack: note, margin: [0, 0, 0, 12] }];
  }
  return [keepTogether([...caption, ...showPicture(picture, index)]), { stack: note, margin: [0, 0, 0, 12] }];
}

function showPicture(picture: Extract<PreparedPicture, { kind: "shown" }>, index: number): Content[] {
  const scale = Math.min(1, (textWidth * 0.75) / picture.width, tallestPicture / picture.height);
  const width = Math.max(8, picture.width * scale);
  const height = Math.max(8, picture.height * scale);
  const reduced = picture.reduced ? "Shown at reduced size; the original is in the engagement file." : "";
  return [{ image: pictureName(index), width, height, margin: [0, 8, 0, 4] }, ...unlessEmpty(reduced, "soft")];
}

/** Name under which a piece of evidence travels in the document's pictures. */
export function pictureName(index: number): string {
  return `evidence-${index + 1}`;
}

export function describeWaivers(report: StepReport, sheet: Sheet): Content[] {
  if (report.waivers.length === 0) return [keepTogether([heading("Waivers"), none()])];
  const rows = report.waivers.map((waiver): TableCell[] => [
    { text: sheet.line(waiver.what, 400) },
    { text: sheet.prose(waiver.reason) },
    {
      stack: [
        { text: sheet.line(waiver.by, 200), style: "small" },
        { text: sheet.time(waiver.at), style: "soft" },
      ],
    },
  ]);
  return tableSection("Waivers", ["What", "Reason", "Waived by"], [150, "*", 132], rows);
}

/** The honest limits: what nobody should read into this document. */
export function describeLimits(report: StepReport, sheet: Sheet): Content[] {
  if (report.notTested.length === 0) return [];
  const limits = report.notTested.map((sentence): Content => ({ text: sheet.prose(sentence), margin: [0, 0, 0, 4] }));
  const [first = none(), ...rest] = limits.map((limit): Content => ({ ul: [limit], markerColor: colours.soft }));
  return [keepTogether([heading("What was not tested"), first]), ...rest];
}
