import type { Content } from "pdfmake/interfaces";
import type { StepReport } from "../step-report.ts";
import { heading, keepTogether, type Sheet } from "./sheet.ts";

/** How a stranger finds out whether this file is what it was. */
export function describeVerification(report: StepReport, sheet: Sheet, sealKey: string): Content[] {
  const parts: Content[] = [
    heading("How to verify this document"),
    {
      text:
        "The file carries a seal: a SHA-256 hash over all its bytes, signed with the Ed25519 key of the device that made it. " +
        "In Connect Fieldbook choose “Verify a file”, or run “fieldbook verify” with the file's name; neither needs " +
        "a network. One changed byte makes the seal fail. Compare the device key the program reports with the one below, " +
        "received from the consultant by another way: anybody can seal a file of their own, but not with this key.",
    },
    {
      text:
        "Attached to this file are evidence.json, which holds everything said here uncut, and each signature picture as it was drawn. " +
        "Each check can be judged again from its record in the engagement file, which the hashes above identify.",
      margin: [0, 8, 0, 8],
    },
    { text: `Device key ${sealKey}`, style: "hash" },
    { text: `Journal head ${sheet.code(report.head)}`, style: "hash" },
    { text: `Engagement ${sheet.code(report.engagement.id)}`, style: "hash" },
    { text: `Made with ${sheet.line(report.program, 200)}`, style: "soft", margin: [0, 4, 0, 0] },
  ];
  return [keepTogether(parts)];
}
