import { createHash } from "node:crypto";
import type { StepReport } from "./step-report.ts";

/** A file that travels inside the document. */
export interface PackedFile {
  name: string;
  type: string;
  description: string;
  bytes: Uint8Array;
}

/**
 * The evidence pack: the whole report as JSON (contents of pictures left out, their hashes kept) and each signature
 * picture byte for byte. With it the document alone says what was claimed, uncut and machine-readable.
 */
export function packEvidence(report: StepReport): PackedFile[] {
  const plain = {
    format: "connect-fieldbook/step-report",
    version: 1,
    ...report,
    evidence: report.evidence.map(({ picture: _, ...evidence }) => evidence),
    signOffs: report.signOffs.map(({ png: _, ...signOff }) => signOff),
  };
  const pack: PackedFile = {
    name: "evidence.json",
    type: "application/json",
    description: "Everything this document says, uncut, with the hashes of all records",
    bytes: Buffer.from(`${JSON.stringify(plain, null, 2)}\n`, "utf8"),
  };
  const signatures = report.signOffs.map((signOff, index) => ({
    name: `signature-${index + 1}.png`,
    type: "image/png",
    description: `Signature picture of sign-off ${signOff.id}`,
    bytes: signOff.png,
  }));
  return [pack, ...signatures];
}

/** Lower-case hexadecimal SHA-256. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
