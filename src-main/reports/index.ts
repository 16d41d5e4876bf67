import { Worker } from "node:worker_threads";
import { findBadInput } from "./completeness.ts";
import { sha256Of } from "./evidence-pack.ts";
import type { PressOrder, PressReply } from "./press.ts";
import { ReportFailure, type ReportFailureCode } from "./report-failure.ts";
import { type SealKey, sealDocument } from "./seal.ts";
import { currentSignOffs, type StepReport } from "./step-report.ts";
import { verifyDocument } from "./verify.ts";

export { ReportFailure } from "./report-failure.ts";
export type { SealKey } from "./seal.ts";
export type * from "./step-report.ts";
export { verifyDocument } from "./verify.ts";

export interface RenderOptions {
  /** Stops the worker at once; the promise then rejects with CANCELLED. */
  signal?: AbortSignal;
  progress?(message: string): void;
  /** Folder that holds the fonts of `assets/fonts`. */
  fonts: string;
  /** The worker's program: `worker.ts`, or what it was bundled into. */
  workerUrl: string | URL;
}

export interface RenderedReport {
  bytes: Uint8Array;
  sha256: string;
  pages: number;
}

/**
 * Makes the document of one step: set in a worker thread, sealed here with the device key (which never leaves this
 * thread), re-opened by an independent reader, and only then handed out.
 *
 * @throws ReportFailure EVIDENCE_MISSING when contents are absent or are not what their hash says; REPORT_INCOMPLETE when
 *   the finished document does not hold everything it must; CANCELLED; INTERNAL
 */
export async function renderStepReport(
  report: StepReport,
  key: SealKey,
  options: RenderOptions,
): Promise<RenderedReport> {
  if (options.signal?.aborted) throw new ReportFailure("CANCELLED", []);
  const bad = findBadInput(report);
  if (bad.length > 0) throw new ReportFailure("EVIDENCE_MISSING", bad);
  const worker = startWorker(options.workerUrl);
  const bytes: { sealed: Uint8Array | null } = { sealed: null };
  const seal = (printed: Uint8Array) => {
    bytes.sealed = sealDocument(printed, claimsOf(report), key);
    return bytes.sealed;
  };
  try {
    const pages = await converse(worker, report, key.publicKey, seal, options);
    if (bytes.sealed === null) throw new ReportFailure("INTERNAL", ["The document was never sealed."]);
    const { ok, problems } = await verifyDocument(bytes.sealed);
    if (!ok)
      throw new ReportFailure(
        "REPORT_INCOMPLETE",
        problems.map(({ sentence }) => sentence),
      );
    return { bytes: bytes.sealed, sha256: sha256Of(bytes.sealed), pages };
  } finally {
    await worker.terminate();
  }
}

function claimsOf(report: StepReport) {
  const { engagement, step, revision, draft, head } = report;
  const signOffs = currentSignOffs(report).map(({ id }) => id);
  return { engagement: engagement.id, step: step.id, revision, draft, signOffs, head };
}

/** What libraries print must not mix with the output of a command, and the worker needs nothing from the environment. */
function startWorker(workerUrl: string | URL): Worker {
  const limits = { maxOldGenerationSizeMb: 1024 };
  const worker = new Worker(workerUrl, { name: "report", env: {}, stdout: true, stderr: true, resourceLimits: limits });
  worker.stdout.resume();
  worker.stderr.resume();
  return worker;
}

/** Print, seal, inspect. Resolves with the number of pages. */
function converse(
  worker: Worker,
  report: StepReport,
  sealKey: string,
  seal: (printed: Uint8Array) => Uint8Array,
  { signal, progress, fonts }: RenderOptions,
): Promise<number> {
  const order = (message: PressOrder) => worker.postMessage(message);
  return new Promise<number>((resolve, reject) => {
    const fail = (code: ReportFailureCode, details: string[]) => reject(new ReportFailure(code, details));
    const cancel = () => fail("CANCELLED", []);
    const answer = (reply: PressReply) => {
      if (reply.kind === "progress") return progress?.(reply.message);
      if (reply.kind === "printed") return order({ kind: "inspect", bytes: seal(reply.bytes) });
      if (reply.kind === "broken") return fail("INTERNAL", [reply.message]);
      return reply.missing.length > 0 ? fail("REPORT_INCOMPLETE", reply.missing) : resolve(reply.pages);
    };
    signal?.addEventListener("abort", cancel, { once: true });
    worker.on("error", (error) => fail("INTERNAL", [error.message]));
    worker.on("exit", () => {
      signal?.removeEventListener("abort", cancel);
      fail("INTERNAL", ["The worker that makes documents ended early."]);
    });
    worker.on("message", (reply: PressReply) => {
      try {
        answer(reply);
      } catch (error) {
        fail("INTERNAL", [error instanceof Error ? error.message : String(error)]);
      }
    });
    order({ kind: "print", report, fonts, sealKey });
  });
}
