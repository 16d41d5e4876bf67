import { describe, expect, it, vi } from "vitest";
import { ReportFailure, renderStepReport, type StepReport } from "../../../src-main/reports/index.ts";
import {
  createReport,
  createSealKey,
  createSignOff,
  drawSignature,
  fonts,
  hashOf,
  workerUrl,
} from "./sample-report.ts";

vi.setConfig({ testTimeout: 60_000 });
const key = createSealKey();

const sabotagedUrl = new URL("./sabotaged-worker.ts", import.meta.url);
const idleUrl = new URL("./idle-worker.ts", import.meta.url);

async function refusalOf(report: StepReport, url = workerUrl, signal?: AbortSignal): Promise<ReportFailure> {
  const options = { fonts, workerUrl: url, ...(signal && { signal }) };
  const outcome = await renderStepReport(report, key, options).catch((error: unknown) => error);
  if (!(outcome instanceof ReportFailure)) throw new Error(`Not refused: ${outcome}`);
  return outcome;
}

function createSabotaged(without: string, changes: Partial<StepReport> = {}): StepReport {
  const report = createReport(changes);
  return { ...report, engagement: { ...report.engagement, reference: without } };
}

describe("a document that lacks something is never handed out", () => {
  it.each([
    ["signature", "The document does not show the signature of Tomás Ferreira."],
    ["right signature", "The document does not show the signature of Tomás Ferreira."],
    ["footer", "Page 1 does not show “Page 1 of"],
    ["attachments", "The attachment evidence.json is missing."],
    ["evidence", "The document does not show the hash of “Message trace of the test messages”."],
  ])("refuses one without its %s", async (without, sentence) => {
    const refusal = await refusalOf(createSabotaged(without), sabotagedUrl);
    expect(refusal.code).toBe("REPORT_INCOMPLETE");
    expect(refusal.details.join("\n")).toContain(sentence);
  });

  it("refuses a draft that does not say so", async () => {
    const refusal = await refusalOf(createSabotaged("draft mark", { draft: true, signOffs: [] }), sabotagedUrl);
    expect(refusal.details).toContain("Page 2 does not show “DRAFT”.");
  });

  it.each([
    ["blank", drawSignature(0), "The signature of Tomás Ferreira is blank."],
    ["a dot", drawSignature(0.002), "The signature of Tomás Ferreira is blank."],
    ["no picture at all", Buffer.from("not a PNG"), "The signature of Tomás Ferreira is not a readable PNG picture."],
  ])("refuses a signature that is %s", async (_, png, sentence) => {
    const refusal = await refusalOf(createReport({ signOffs: [createSignOff({ png })] }));
    expect(refusal.code).toBe("REPORT_INCOMPLETE");
    expect(refusal.details).toContain(sentence);
  });

  it("refuses to call a step signed that nobody signed", async () => {
    expect((await refusalOf(createReport({ signOffs: [] }))).details).toEqual([
      "A signed document needs a sign-off that stands.",
    ]);
  });
});

describe("contents that are not what their hash says", () => {
  it("refuses other evidence, another signature and an absent one before anything is set", async () => {
    const base = createReport();
    const evidence = base.evidence.map((one) => ({ ...one, sha256: hashOf("other") }));
    expect((await refusalOf({ ...base, evidence })).code).toBe("EVIDENCE_MISSING");
    expect((await refusalOf({ ...base, signOffs: [createSignOff({ drawing: hashOf("other") })] })).code).toBe(
      "EVIDENCE_MISSING",
    );
    const absent = await refusalOf({ ...base, signOffs: [createSignOff({ png: Buffer.alloc(0) })] });
    expect(absent).toMatchObject({
      code: "EVIDENCE_MISSING",
      details: ["The signature picture of Tomás Ferreira is not here."],
    });
  });
});

describe("stopping and faults", () => {
  it("stops a worker that would never end", async () => {
    const refusal = await refusalOf(createReport(), idleUrl, AbortSignal.timeout(300));
    expect(refusal.code).toBe("CANCELLED");
  });

  it("does not start when it was stopped before", async () => {
    expect((await refusalOf(createReport(), idleUrl, AbortSignal.abort())).code).toBe("CANCELLED");
  });

  it("says what is wrong when the fonts or the worker are not there", async () => {
    const nowhere = renderStepReport(createReport(), key, { fonts: "/nowhere", workerUrl });
    await expect(nowhere).rejects.toMatchObject({ code: "INTERNAL" });
    const noWorker = renderStepReport(createReport(), key, {
      fonts,
      workerUrl: new URL("./absent.ts", import.meta.url),
    });
    await expect(noWorker).rejects.toMatchObject({ code: "INTERNAL" });
  });
});
