import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Whether the reader from the Debian package poppler-utils is here; without it its tests skip, and say so. */
export const hasPoppler = spawnSync("pdftotext", ["-v"]).status === 0;
if (!hasPoppler)
  console.warn("SKIPPED: pdftotext is not installed (poppler-utils); documents are read back with pdf.js only");

/** Runs a poppler program on a document and returns what it printed. `{}` in the arguments stands for the file. */
export function readWith(program: string, args: string[], bytes: Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), "fieldbook-report-"));
  try {
    const file = join(folder, "document.pdf");
    writeFileSync(file, bytes);
    const filled = args.map((arg) => arg.replace("{}", file).replace("{folder}", folder));
    return execFileSync(program, filled, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
