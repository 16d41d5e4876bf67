import type { MessagePort } from "node:worker_threads";
import { findOmissions } from "./completeness.ts";
import { buildDocument } from "./document/definition.ts";
import { reopenDocument } from "./reopen.ts";
import type { StepReport } from "./step-report.ts";
import { prepareSheet, typesetDocument } from "./typeset.ts";

/** What the engine asks of the worker: first to set the document, then to read back what the seal made of it. */
export type PressOrder =
  | { kind: "print"; report: StepReport; fonts: string; sealKey: string }
  | { kind: "inspect"; bytes: Uint8Array };

export type PressReply =
  | { kind: "progress"; message: string }
  | { kind: "printed"; bytes: Uint8Array }
  | { kind: "inspected"; pages: number; missing: string[] }
  | { kind: "broken"; message: string };

/**
 * Serves one document over a port. `build` is replaced only by tests that prove an incomplete document is refused:
 * the inspection looks at the report and at the bytes, never at the definition.
 */
export function servePress(port: MessagePort, build: typeof buildDocument = buildDocument): void {
  let printed: { report: StepReport; pictures: number } | null = null;
  const reply = (message: PressReply) => port.postMessage(message);
  port.on("message", async (order: PressOrder) => {
    try {
      if (order.kind === "print") {
        const { bytes, pictures } = await print(order, build, (message) => reply({ kind: "progress", message }));
        printed = { report: order.report, pictures };
        reply({ kind: "printed", bytes });
      } else if (printed !== null) {
        reply({ kind: "progress", message: "Re-opening the document" });
        const reopened = await reopenDocument(order.bytes);
        reply({
          kind: "inspected",
          pages: reopened.pages.length,
          missing: findOmissions(printed.report, reopened, printed.pictures),
        });
      }
    } catch (error) {
      reply({ kind: "broken", message: error instanceof Error ? error.message : String(error) });
    }
  });
}

async function print(
  order: Extract<PressOrder, { kind: "print" }>,
  build: typeof buildDocument,
  progress: (message: string) => void,
): Promise<{ bytes: Uint8Array; pictures: number }> {
  progress("Preparing pictures");
  const { sheet, images } = await prepareSheet(order.report, order.fonts);
  progress("Setting the pages");
  const bytes = await typesetDocument(build(order.report, sheet, images, order.sealKey), order.fonts);
  return { bytes, pictures: Object.keys(images).length };
}
