import type { Content, TableCell } from "pdfmake/interfaces";
import type { PreparedPicture } from "../pictures.ts";
import type { ReportedEvidence, StepReport } from "../step-report.ts";
import { formatSize, heading, none, type Sheet, table, unlessEmpty } from "./sheet.ts";
import { textWidth } from "./theme.ts";

/** Tallest picture: two of them and their captions still share a page. */
const tallestPicture = 264;

/** Every piece of evidence with its hash; pictures are shown, other files listed. */
export function describeEvidence(report: StepReport, sheet: Sheet): Content[] {
  if (report.evidence.length === 0) return [heading("Evidence"), none];
  const items = report.evidence.map((evidence, index) =>
    describeItem(evidence, sheet.evidence[index] ?? null, index, sheet),
  );
  return [heading("Evidence"), ...items.flat()];
}

function describeItem(
  evidence: ReportedEvidence,
  picture: PreparedPicture | null,
  index: number,
  sheet: Sheet,
): Content[] {
  const facts = [sheet.prose(evidence.name, 300), sheet.prose(evidence.type, 100), formatSize(evidence.size)];
  const caption: Content[] = [
    { text: `${index + 1}. ${sheet.prose(evidence.title, 300)}`, style: "item" },
    { text: facts.filter((fact) => fact !== "").join(" · "), style: "soft" },
    { text: `Added by ${sheet.prose(evidence.author, 200)}, ${sheet.time(evidence.at)}`, style: "soft" },
    { text: `SHA-256 ${sheet.code(evidence.sha256)}`, style: "hash" },
  ];
  const note = unlessEmpty(sheet.prose(evidence.note), "small");
  if (picture === null) return [{ stack: [...caption, ...note], margin: [0, 0, 0, 12] }];
  if (picture.kind === "listed") {
    return [{ stack: [...caption, { text: picture.why, style: "small" }, ...note], margin: [0, 0, 0, 12] }];
  }
  const reduced = unlessEmpty(
    picture.reduced ? "Shown at reduced size; the original is in the engagement file." : "",
    "soft",
  );
  const scale = Math.min(1, (textWidth * 0.75) / picture.width, tallestPicture / picture.height, 1);
  const image: Content = {
    image: pictureName(index),
    width: Math.max(8, picture.width * scale),
    height: Math.max(8, picture.height * scale),
    margin: [0, 8, 0, 4],
  };
  return [
    { stack: [...caption, image, ...reduced], unbreakable: true, margin: [0, 0, 0, 4] },
    { stack: note, margin: [0, 0, 0, 12] },
  ];
}

/** Name under which a piece of evidence travels in the document's pictures. */
export function pictureName(index: number): string {
  return `evidence-${index + 1}`;
}

export function describeWaivers(report: StepReport, sheet: Sheet): Content[] {
  if (report.waivers.length === 0) return [heading("Waivers"), none];
  const rows = report.waivers.map((waiver): TableCell[] => [
    { text: sheet.prose(waiver.what, 400) },
    { text: sheet.prose(waiver.reason) },
    {
      stack: [
        { text: sheet.prose(waiver.by, 200), style: "small" },
        { text: sheet.time(waiver.at), style: "soft" },
      ],
    },
  ]);
  return [heading("Waivers"), table(["What", "Reason", "Waived by"], [150, "*", 132], rows)];
}

/** The honest limits: what nobody should read into this document. */
export function describeLimits(report: StepReport, sheet: Sheet): Content[] {
  if (report.notTested.length === 0) return [];
  const limits = report.notTested.map((sentence): Content => ({ text: sheet.prose(sentence), margin: [0, 0, 0, 4] }));
  return [heading("What was not tested"), { ul: limits, markerColor: "#5A676B" }];
}
