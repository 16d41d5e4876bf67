import { beforeAll, describe, expect, it, vi } from "vitest";
import {
  type RenderedReport,
  renderStepReport,
  type StepReport,
  verifyDocument,
} from "../../../src-main/reports/index.ts";
import { reopenDocument } from "../../../src-main/reports/reopen.ts";
import { hasPoppler, readWith } from "./poppler.ts";
import {
  createReport,
  createSealKey,
  createSignOff,
  drawSignature,
  fonts,
  hashOf,
  transcript,
  workerUrl,
} from "./sample-report.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
const key = createSealKey();
const render = (report: StepReport) => renderStepReport(report, key, { fonts, workerUrl });
const squeeze = (text: string) => text.replace(/\s+/g, "");

describe("the document of a signed step", () => {
  const report = createReport();
  let rendered: RenderedReport;
  beforeAll(async () => {
    rendered = await render(report);
  });

  it("is sealed, and its hash is that of its bytes", async () => {
    const { ok, seal } = await verifyDocument(rendered.bytes);
    expect(ok).toBe(true);
    expect(seal).toMatchObject({ engagement: report.engagement.id, step: "outbound", head: report.head, draft: false });
    expect(seal?.signOffs).toEqual(report.signOffs.map(({ id }) => id));
    expect(rendered.sha256).toBe(hashOf(rendered.bytes));
  });

  it("fails to verify with one flipped byte, wherever it is", async () => {
    const { length } = rendered.bytes;
    for (let sample = 0; sample < 400; sample++) {
      const at = sample < 100 ? length - 1 - sample * 9 : Math.floor((sample * 2654435761) % length);
      const flipped = Buffer.from(rendered.bytes);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (sample % 8));
      expect((await verifyDocument(flipped)).ok, `byte ${at}`).toBe(false);
    }
  });

  it("is the same, byte for byte, when made again", async () => {
    expect(Buffer.compare((await render(createReport())).bytes, rendered.bytes)).toBe(0);
  });

  it("carries the evidence pack and the signature picture as attachments", async () => {
    const { attachments } = await reopenDocument(rendered.bytes);
    expect([...attachments.keys()].sort()).toEqual(["evidence.json", "signature-1.png"]);
    expect(hashOf(attachments.get("signature-1.png") ?? Buffer.alloc(0))).toBe(report.signOffs[0]?.drawing);
    const pack = JSON.parse(Buffer.from(attachments.get("evidence.json") ?? []).toString("utf8"));
    expect(pack).toMatchObject({ format: "connect-fieldbook/step-report", head: report.head, checks: report.checks });
    expect(pack.signOffs[0]).not.toHaveProperty("png");
    expect(pack.evidence[0]).not.toHaveProperty("picture");
  });

  it.skipIf(!hasPoppler)("reads in full in another reader", () => {
    const text = squeeze(readWith("pdftotext", ["-layout", "{}", "-"], rendered.bytes));
    const wanted = [
      "Signed by Tomás Ferreira",
      "Ingrid Håkansson",
      "Publish the SPF include",
      "Not measurable here",
      "Waived by Ingrid Håkansson: Planned for January 2027.",
      "simple electronic signature by the customer",
      "Delivery to every destination",
      "Before and after the change",
      "include:eu._netblocks.gateway.example",
      "after: no answer within the time allowed",
      "31 things were the same both times",
      ...[report.difference?.before, report.difference?.after].flatMap((look) => look?.record ?? []),
      ...transcript.split("\n"),
      ...report.evidence.map(({ sha256 }) => sha256),
      ...report.checks.flatMap(({ record }) => record ?? []),
    ];
    for (const words of wanted) expect(text).toContain(squeeze(words));
    expect(text).not.toContain("DRAFT");
  });

  it.skipIf(!hasPoppler)("names itself, embeds its fonts and numbers its pages", () => {
    const info = readWith("pdfinfo", ["{}"], rendered.bytes);
    expect(info).toContain(
      "Title:           Step 3, Send outbound mail through the gateway: Harbour & Vale Shipping Ltd",
    );
    expect(info).toContain("Author:          Maren Oduya, Northgate Mail Consulting");
    expect(info).toMatch(/Page size: .*A4/);
    const fontLines = readWith("pdffonts", ["{}"], rendered.bytes).trim().split("\n").slice(2);
    expect(fontLines).toHaveLength(3);
    for (const line of fontLines) expect(line).toMatch(/\+(Inter|JetBrainsMono).* yes yes yes /);
    for (let page = 1; page <= rendered.pages; page++) {
      const text = readWith("pdftotext", ["-f", String(page), "-l", String(page), "{}", "-"], rendered.bytes);
      expect(text).toContain(`Page ${page} of ${rendered.pages}`);
      expect(text).toContain(report.engagement.id);
      expect(text).toContain(report.head);
    }
  });
});

describe("other documents", () => {
  it("says DRAFT on every page until signed", async () => {
    const { bytes, pages } = await render(createReport({ draft: true, signOffs: [] }));
    const reopened = await reopenDocument(bytes);
    expect(reopened.pages).toHaveLength(pages);
    for (const text of reopened.pages) expect(text).toContain("DRAFT");
    expect((await verifyDocument(bytes)).seal?.draft).toBe(true);
  });

  it("keeps an earlier sign-off and why it was reopened", async () => {
    const png = drawSignature(0.6);
    const reason = "A third smart host was added.";
    const reopened = { reason, at: "2026-11-22T08:00:00.000Z", author: "Maren Oduya" };
    const earlier = createSignOff({ id: "so-earlier", state: "reopened", png, reopened });
    const { bytes } = await render(createReport({ signOffs: [earlier, createSignOff()] }));
    const text = (await reopenDocument(bytes)).pages.join("");
    for (const words of ["Earlier sign-offs", reason, "so-earlier", hashOf(png)])
      expect(text).toContain(squeeze(words));
    expect((await verifyDocument(bytes)).seal?.signOffs).toHaveLength(1);
  });

  it("is a draft again while its sign-off needs review", async () => {
    const contested = createSignOff({ state: "contested" });
    const { bytes } = await render(createReport({ draft: true, signOffs: [contested] }));
    const text = (await reopenDocument(bytes)).pages.join("");
    for (const words of ["The sign-off below needs review.", "Contested: another copy"])
      expect(text).toContain(squeeze(words));
  });

  it("is complete even with nothing in it", async () => {
    const nothing = {
      parties: [],
      tasks: [],
      answers: [],
      checks: [],
      evidence: [],
      waivers: [],
      notTested: [],
      signOffs: [],
    };
    const { bytes } = await render(createReport({ ...nothing, draft: true }));
    expect((await reopenDocument(bytes)).pages.join("").match(/None\./g)).toHaveLength(5);
  });

  it("survives hostile and very long contents", async () => {
    const base = createReport();
    const [check] = base.checks;
    const [evidence] = base.evidence;
    if (!check || !evidence) throw new Error("The sample has changed.");
    const fake = Buffer.from("<html>not a picture</html>");
    const { bytes } = await render({
      ...base,
      engagement: { ...base.engagement, customer: `株式会社 مثال \u202E${"W".repeat(5000)}` },
      tasks: Array.from(
        { length: 60 },
        (_, index) => ({ ...base.tasks[index % 5], note: "n ".repeat(index * 9) }) as StepReport["tasks"][number],
      ),
      checks: [
        { ...check, transcript: `${"> NOOP\n".repeat(5000)}${"A".repeat(100_000)}`, reason: "\u0000\u001B]0;x\u0007" },
      ],
      answers: [{ label: "L".repeat(900), value: `p=${"M".repeat(60_000)}`, author: "", at: "never" }],
      evidence: [{ ...evidence, name: "../../etc/passwd.png", picture: fake, sha256: hashOf(fake) }],
      zone: "No/Where",
    });
    const text = (await reopenDocument(bytes)).pages.join("");
    expect(text).toContain(squeeze("The file is not a PNG or JPEG picture that can be shown."));
    expect(text).toContain(squeeze("Cut here: 200 of 5,001 lines are shown in full."));
    expect(text).toContain("\\x00\\x1B]0;x\\x07");
    expect(text).toContain("□□□□");
    expect(text).toContain(squeeze("are shown as “□”"));
  });
});
