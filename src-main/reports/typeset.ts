import { readFile } from "node:fs/promises";
import { join } from "node:path";
import pdfmake from "pdfmake";
import type { TDocumentDefinitions } from "pdfmake/interfaces";
import { pictureName } from "./document/evidence.ts";
import type { Sheet } from "./document/sheet.ts";
import { codeFont, proseFont } from "./document/theme.ts";
import { readCoverage } from "./font-coverage.ts";
import { decodePng, preparePicture, rasterToPicture } from "./pictures.ts";
import type { StepReport } from "./step-report.ts";
import { createTypesetter } from "./typesetter.ts";

const fontFiles = { regular: "Inter-Regular.ttf", strong: "Inter-SemiBold.ttf", code: "JetBrainsMono-Regular.ttf" };

/** Reads the fonts' coverage and makes every picture safe, before anything is laid out. */
export async function prepareSheet(
  report: StepReport,
  fonts: string,
): Promise<{ sheet: Sheet; images: Record<string, string> }> {
  const [prose, code] = await Promise.all(
    [fontFiles.regular, fontFiles.code].map(async (file) => readCoverage(await readFile(join(fonts, file)))),
  );
  const typesetter = createTypesetter({ prose: prose ?? new Set(), code: code ?? new Set() }, report.zone);
  const images: Record<string, string> = {};
  const evidence = report.evidence.map(({ picture }, index) => {
    if (picture === null) return null;
    const prepared = preparePicture(picture);
    if (prepared.kind === "shown") images[pictureName(index)] = prepared.dataUri;
    return prepared;
  });
  const signatures = report.signOffs.map((signOff, index) => {
    const raster = decodePng(signOff.png);
    if (raster === null) return null;
    const name = `signature-${index + 1}`;
    images[name] = rasterToPicture(raster).dataUri;
    return name;
  });
  return { sheet: { ...typesetter, evidence, signatures }, images };
}

/** Lays out a document and returns its bytes. Nothing but the font folder is read, no address is ever fetched. */
export async function typesetDocument(definition: TDocumentDefinitions, fonts: string): Promise<Buffer> {
  const [regular, strong, code] = Object.values(fontFiles).map((file) => join(fonts, file));
  const allowed = new Set([regular, strong, code]);
  if (regular === undefined || strong === undefined || code === undefined) throw new RangeError("A font is missing.");
  pdfmake.setUrlAccessPolicy(() => false);
  pdfmake.setLocalAccessPolicy((path) => allowed.has(path));
  pdfmake.setFonts({
    [proseFont]: { normal: regular, bold: strong, italics: regular, bolditalics: strong },
    [codeFont]: { normal: code, bold: code, italics: code, bolditalics: code },
  });
  return pdfmake.createPdf(definition).getBuffer();
}
