import { packEvidence, sha256Of } from "./evidence-pack.ts";
import { decodePng, type Raster } from "./pictures.ts";
import { type Reopened, squeeze } from "./reopen.ts";
import { currentSignOffs, type StepReport } from "./step-report.ts";

/** Fewer dark pixels than this is no signature but a dot or an empty sheet. */
const leastInk = 60;

/**
 * Compares a re-opened document with the report it was made from: that is the check before anybody is told "done".
 *
 * @param prepared pictures that were fit to be shown, signatures among them
 * @returns one line for everything that is missing; empty when the document is complete
 */
export function findOmissions(report: StepReport, reopened: Reopened, prepared: number): string[] {
  return [
    ...findMissingOnPages(report, reopened),
    ...findMissingWords(report, reopened),
    ...findMissingSignatures(report, reopened),
    ...findMissingPictures(prepared, reopened),
    ...findMissingAttachments(report, reopened),
  ];
}

/** What must never reach the press: contents that are not what their hash says, or a sign-off without its picture. */
export function findBadInput(report: StepReport): string[] {
  const evidence = report.evidence.flatMap(({ picture, sha256, title }) =>
    picture !== null && sha256Of(picture) !== sha256 ? [`The contents of “${title}” do not match their hash.`] : [],
  );
  const signatures = report.signOffs.flatMap(({ png, drawing, signer }) => {
    if (png.length === 0) return [`The signature picture of ${signer.name} is not here.`];
    return sha256Of(png) === drawing ? [] : [`The signature picture of ${signer.name} does not match its hash.`];
  });
  return [...evidence, ...signatures];
}

function findMissingOnPages(report: StepReport, { pages, title, language }: Reopened): string[] {
  const missing: string[] = [];
  if (pages.length === 0) missing.push("The document has no pages.");
  pages.forEach((text, index) => {
    const place = `Page ${index + 1}`;
    const wanted = [
      report.engagement.id,
      report.head,
      `${place} of ${pages.length}`,
      ...(report.draft ? ["DRAFT"] : []),
    ];
    for (const word of wanted) if (!text.includes(squeeze(word))) missing.push(`${place} does not show “${word}”.`);
  });
  if (title === "" || language === "") missing.push("The document does not name its title and language.");
  return missing;
}

function findMissingWords(report: StepReport, { pages }: Reopened): string[] {
  const text = pages.join("");
  const wanted: [what: string, word: string][] = [
    ...report.evidence.map(({ title, sha256 }): [string, string] => [`the hash of “${title}”`, sha256]),
    ...report.checks.flatMap(({ title, record }): [string, string][] =>
      record === null ? [] : [[`the record of “${title}”`, record]],
    ),
    ...listDifferenceWords(report),
    ...report.signOffs.flatMap(({ id, drawing, strokes, device, signer }): [string, string][] => [
      [`the sign-off of ${signer.name}`, id],
      [`the hash of the signature of ${signer.name}`, drawing],
      [`the hash of the strokes of ${signer.name}`, strokes],
      [`the device key for ${signer.name}`, device],
    ]),
  ];
  return wanted
    .filter(([, word]) => !text.includes(squeeze(word)))
    .map(([what]) => `The document does not show ${what}.`);
}

/** The records of both looks, and everything that is different between them. */
function listDifferenceWords({ difference }: StepReport): [what: string, word: string][] {
  if (difference === null) return [];
  const { before, after, lines } = difference;
  const looks = [before, after].flatMap((look): [string, string][] =>
    look === null ? [] : [["the record of a snapshot", look.record]],
  );
  if (before === null || after === null) return looks;
  const different = lines.filter(({ kind }) => kind !== "same");
  return [...looks, ...different.map(({ what, subject }): [string, string] => [`“${what}” of ${subject}`, subject])];
}

function findMissingSignatures(report: StepReport, { pictures }: Reopened): string[] {
  const signed = currentSignOffs(report);
  if (!report.draft && signed.length === 0) return ["A signed document needs a sign-off that stands."];
  return report.signOffs.flatMap(({ png, signer }) => {
    const drawn = decodePng(png);
    if (drawn === null) return [`The signature of ${signer.name} is not a readable PNG picture.`];
    if (countInk(drawn) < leastInk) return [`The signature of ${signer.name} is blank.`];
    const shown = pictures.some(({ rgb, width, height }) => rgb !== null && isSame(drawn, { rgb, width, height }));
    return shown ? [] : [`The document does not show the signature of ${signer.name}.`];
  });
}

function isSame(one: Raster, other: Raster): boolean {
  return one.width === other.width && one.height === other.height && Buffer.compare(one.rgb, other.rgb) === 0;
}

/** Counts pixels clearly darker than paper, by luma (ITU-R BT.601). */
function countInk({ rgb }: Raster): number {
  let ink = 0;
  for (let at = 0; at < rgb.length; at += 3) {
    const luma = 0.299 * (rgb[at] ?? 0) + 0.587 * (rgb[at + 1] ?? 0) + 0.114 * (rgb[at + 2] ?? 0);
    if (luma < 192) ink += 1;
  }
  return ink;
}

function findMissingPictures(prepared: number, { pictures }: Reopened): string[] {
  return pictures.length >= prepared ? [] : [`The document shows ${pictures.length} of ${prepared} pictures.`];
}

function findMissingAttachments(report: StepReport, { attachments }: Reopened): string[] {
  return packEvidence(report).flatMap(({ name, bytes }) => {
    const found = attachments.get(name);
    if (found === undefined) return [`The attachment ${name} is missing.`];
    return Buffer.compare(found, bytes) === 0 ? [] : [`The attachment ${name} is not what was put in.`];
  });
}
