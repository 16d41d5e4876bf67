import { join } from "node:path";
import pdfmake from "pdfmake";
import { assets } from "../support/engine.ts";

const font = join(assets, "fonts", "Inter-Regular.ttf");

/** Sets two pages of plain text with pdfmake alone: the floor under every document of ours. Resolves to the number of bytes. */
export async function printRawDocument(): Promise<number> {
  pdfmake.setFonts({ Inter: { normal: font, bold: font, italics: font, bolditalics: font } });
  pdfmake.setUrlAccessPolicy(() => false);
  pdfmake.setLocalAccessPolicy((path) => path === font);
  const lines = Array.from(
    { length: 90 },
    (_line, index) => `Line ${index}: the quick brown fox jumps over the lazy dog near the smart host.`,
  );
  const bytes = await pdfmake.createPdf({ content: lines, defaultStyle: { font: "Inter", fontSize: 10 } }).getBuffer();
  return bytes.length;
}
