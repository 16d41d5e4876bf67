import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StepId } from "../../contract/names.ts";
import type { ReportView, Verification } from "../../contract/reports.ts";
import { planSteps } from "../../guide/index.ts";
import { type Journal, type VerifyReport, verifyFile } from "../../journal/index.ts";
import { renderStepReport, verifyDocument } from "../../reports/index.ts";
import type { EngineContext } from "../context.ts";
import { attributionOf, readFacts } from "../facts.ts";
import { hashBytes, toFileName } from "../files.ts";
import type { Implementer } from "../implementer.ts";
import { readStep } from "../step-facts.ts";
import { collectStepReport } from "../step-report.ts";
import { requireApplicable } from "./steps.ts";

/** PDF documents of the steps, and verification of files and documents from outside. */
export function createReportService(engine: EngineContext, os: Implementer) {
  const journalOf = (engagement: string) => engine.workspace.journal(engagement);
  const drafts = new Map<string, ReportView[]>();
  return os.reports.router({
    create: os.reports.create.handler(({ input }) => ({
      job: startReport(engine, journalOf(input.engagement), input.step, drafts),
    })),
    list: os.reports.list.handler(({ input }) => {
      const journal = journalOf(input.engagement);
      return { reports: [...(drafts.get(journal.engagement) ?? []), ...listExports(engine, journal)] };
    }),
    verify: os.reports.verify.handler(({ input }) => verifyBytes(engine.files.take(input.source).bytes)),
  });
}

/** Waits for the report before it: rendering uses a whole core, and one worker at a time is enough. */
let queue: Promise<unknown> = Promise.resolve();

function startReport(engine: EngineContext, journal: Journal, step: StepId, drafts: Map<string, ReportView[]>): string {
  const { plan } = requireApplicable(readStep(engine, journal, step));
  const job = engine.jobs.start({
    kind: "report",
    title: `Document: ${plan.title}`,
    engagement: journal.engagement,
    step,
    work: async ({ signal, progress }) => {
      const turn = queue.then(async () => {
        signal.throwIfAborted();
        const report = collectStepReport(engine, journal, step);
        const { bytes, sha256 } = await renderStepReport(report, engine.device, {
          signal,
          progress: (message) => progress(0, 1, message),
          fonts: join(engine.assets, "fonts"),
          workerUrl: engine.reportWorker,
        });
        const name = documentName(report.engagement.reference, report.step, report.revision, report.draft);
        const view = { step, title: report.step.title, revision: report.revision, sha256, size: bytes.length, name };
        if (report.draft) return offerDraft(engine, journal, view, bytes, drafts);
        journal.putBlob(bytes);
        engine.workspace.append(
          journal,
          [{ kind: "export", step, sign: report.signOffs.at(-1)?.id ?? null, sha256, revision: report.revision }],
          ["reports"],
        );
        return offerStored(engine, journal, sha256, name);
      });
      queue = turn.catch(() => undefined);
      return turn;
    },
  });
  return job.job;
}

const documentName = (
  reference: string,
  step: { id: string; number: number | null },
  revision: number,
  draft: boolean,
): string => {
  return `${toFileName(reference)}-${step.number === null ? "" : `step-${step.number}-`}${step.id}-${draft ? "draft" : `r${revision}`}.pdf`;
};

const pdf = "application/pdf";

function offerDraft(
  engine: EngineContext,
  journal: Journal,
  view: Omit<ReportView, "download" | "signOff" | "signOffState" | "author" | "at" | "device">,
  bytes: Uint8Array,
  drafts: Map<string, ReportView[]>,
): string {
  const download = engine.files.offer({
    name: view.name,
    type: pdf,
    sha256: view.sha256,
    size: bytes.length,
    replace: true,
    read: () => bytes,
  });
  const made = attributionOf({
    author: { name: engine.settings.get().person.name || "This device" },
    wall: engine.world.clock.now().toISOString(),
    device: engine.device.publicKey,
  });
  const others = (drafts.get(journal.engagement) ?? []).filter((draft) => draft.step !== view.step);
  drafts.set(journal.engagement, [{ ...view, download, signOff: null, signOffState: "draft", ...made }, ...others]);
  engine.publish({ type: "changed", engagement: journal.engagement, topics: ["reports"], savedAt: null });
  return download;
}

function offerStored(engine: EngineContext, journal: Journal, sha256: string, name: string): string {
  const read = () => journal.getBlob(sha256) ?? new Uint8Array();
  return engine.files.offer(
    { name, type: pdf, sha256, size: read().length, replace: true, read },
    `report-${sha256.slice(0, 40)}`,
  );
}

/** Signed documents of an engagement, newest first. */
function listExports(engine: EngineContext, journal: Journal): ReportView[] {
  const state = journal.state();
  const facts = readFacts(journal);
  const plans = planSteps(engine.playbook, facts.guide);
  return state
    .exports()
    .map((record): ReportView => {
      const plan = plans.find(({ step }) => step === record.step);
      const name = documentName(
        facts.identity.reference,
        { id: record.step, number: plan?.number ?? null },
        record.revision,
        false,
      );
      const signOff = state.signOffs().find(({ id }) => id === record.sign);
      return {
        download: offerStored(engine, journal, record.sha256, name),
        step: record.step as StepId,
        title: plan?.title ?? record.step,
        revision: record.revision,
        signOff: record.sign,
        signOffState: signOff?.state ?? "stale",
        sha256: record.sha256,
        size: journal.getBlob(record.sha256)?.length ?? 0,
        name,
        ...attributionOf(record),
      };
    })
    .reverse();
}

/** Verifies foreign bytes: a PDF by its own seal, anything else as an engagement file in a private copy. */
export async function verifyBytes(bytes: Uint8Array): Promise<Verification> {
  if (Buffer.from(bytes.subarray(0, 5)).toString("latin1") === "%PDF-") {
    const { ok, holds, problems } = await verifyDocument(bytes);
    return { kind: "document", ok, holds, problems };
  }
  const folder = mkdtempSync(join(tmpdir(), "fieldbook-verify-"));
  try {
    const path = join(folder, "file.fieldbook");
    writeFileSync(path, bytes);
    return reportToVerification(verifyFile(path), hashBytes(bytes));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function reportToVerification(report: VerifyReport, sha256?: string): Verification {
  const holds = report.ok
    ? [
        `${report.entries} entries: every hash, chain and signature holds.`,
        ...(sha256 ? [`SHA-256 of the file: ${sha256}`] : []),
      ]
    : [];
  return {
    kind: "engagement",
    ok: report.ok,
    holds,
    problems: report.problems.map(({ code, where, sentence }) => ({ code, where, sentence })),
  };
}
