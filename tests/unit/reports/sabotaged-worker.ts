import { parentPort } from "node:worker_threads";
import { buildDocument } from "../../../src-main/reports/document/definition.ts";
import { servePress } from "../../../src-main/reports/press.ts";

/** Leaves something out of the document: what, the report's reference says. */
const sabotage: typeof buildDocument = (report, sheet, images, sealKey) => {
  const complete = buildDocument(report, sheet, images, sealKey);
  switch (report.engagement.reference) {
    case "signature":
      return buildDocument(report, { ...sheet, signatures: sheet.signatures.map(() => null) }, images, sealKey);
    case "right signature":
      return buildDocument(report, sheet, { ...images, "signature-1": images["evidence-1"] ?? "" }, sealKey);
    case "evidence":
      return { ...buildDocument({ ...report, evidence: [] }, sheet, images, sealKey), files: complete.files ?? {} };
    case "draft mark": {
      const { watermark: _, ...unmarked } = complete;
      return unmarked;
    }
    case "footer":
      return { ...complete, footer: () => ({ text: "Somewhere else" }) };
    case "attachments":
      return { ...complete, files: {} };
    default:
      return complete;
  }
};

if (parentPort !== null) servePress(parentPort, sabotage);
