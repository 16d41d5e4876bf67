import { describe, expect, it } from "vitest";
import { readSeal, sealDocument } from "../../../src-main/reports/seal.ts";
import { verifyDocument } from "../../../src-main/reports/verify.ts";
import { fc } from "../../support/fast-check.ts";
import { growthOf, linear } from "../../support/growth.ts";
import { createSealKey, hashOf } from "./sample-report.ts";

const key = createSealKey();
const about = {
  engagement: "0197b0c4-5a0e-7c3f-9d21-6a1f4c2e8b70",
  step: "outbound",
  revision: 2,
  draft: false,
  signOffs: ["so-1"],
  head: hashOf("head"),
} as const;
const claims = { ...about, signOffs: [...about.signOffs] };
const pdf = Buffer.from("%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\nstartxref\n32\n%%EOF\n");
const sealed = Buffer.from(sealDocument(pdf, claims, key));

describe("seal", () => {
  it("verifies what it sealed and says what it covers", async () => {
    const result = await verifyDocument(sealed);
    expect(result).toMatchObject({ ok: true, problems: [] });
    expect(result.seal).toMatchObject({ ...claims, publicKey: key.publicKey });
    expect(result.holds.join("\n")).toContain(key.publicKey);
  });

  it("fails for every bit of every byte", async () => {
    for (let at = 0; at < sealed.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const flipped = Buffer.from(sealed);
        flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
        expect((await verifyDocument(flipped)).ok, `byte ${at}, bit ${bit}`).toBe(false);
      }
    }
  });

  it("fails when bytes are added, removed or moved anywhere", async () => {
    const change = fc.tuple(fc.nat(sealed.length), fc.nat(40), fc.uint8Array({ maxLength: 40 }));
    await fc.assert(
      fc.asyncProperty(change, async ([at, removed, added]) => {
        const changed = Buffer.concat([sealed.subarray(0, at), added, sealed.subarray(at + removed)]);
        fc.pre(!changed.equals(sealed));
        expect((await verifyDocument(changed)).ok).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it("accepts one spelling of the seal only", async () => {
    const text = sealed.toString("latin1");
    const spellings = [
      text.replace('"v":1', '"v":1.0'),
      text.replace('"v":1,', '"v":1, '),
      text.replace('"revision":2', '"revision":2e0'),
      text.replace('"draft":false', '"draft":false,"x":0'),
      text.replace(/"signature":"(.{10})/, (_, start: string) => `"signature":"${start.toUpperCase()}`),
      text.replace('"outbound"', '"\\u006futbound"'),
      text.replace("\nstartxref\n32", "\nstartxref\n032"),
      text.replace("startxref", " startxref"),
      `${text}\n`,
      text.trimEnd(),
    ].filter((spelling) => spelling !== text);
    expect(spellings.length).toBeGreaterThan(8);
    for (const spelling of spellings) expect((await verifyDocument(Buffer.from(spelling, "latin1"))).ok).toBe(false);
  });

  it("does not take another document's seal, nor a seal made with another key", async () => {
    const other = Buffer.from(sealDocument(Buffer.from(pdf.toString().replace("1 0", "2 0")), claims, key)).toString();
    const line = /%ConnectFieldbookSeal .*\n/;
    const swapped = sealed.toString().replace(line, line.exec(other)?.[0] ?? "");
    expect((await verifyDocument(Buffer.from(swapped))).ok).toBe(false);
    const renamed = sealed.toString().replace(key.publicKey, createSealKey().publicKey);
    const result = await verifyDocument(Buffer.from(renamed));
    expect(result).toMatchObject({ ok: false, problems: [{ code: "SEAL_BROKEN" }] });
  });

  it("counts an update appended and sealed again as another device's document", async () => {
    const stranger = createSealKey();
    const update = Buffer.concat([sealed, Buffer.from("3 0 obj\n<< >>\nendobj\nstartxref\n32\n%%EOF\n")]);
    const result = await verifyDocument(sealDocument(update, claims, stranger));
    expect(result.seal?.publicKey).toBe(stranger.publicKey);
  });
});

describe("verifyDocument with hostile bytes", () => {
  it("answers for any bytes and never throws", async () => {
    const parts = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.constantFrom(
        "%PDF-1.7\n",
        "\n%ConnectFieldbookSeal ",
        "\nstartxref\n0\n%%EOF\n",
        '{"v":1}',
        "\n",
        "[".repeat(5000),
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(parts, { maxLength: 6 }), async (list) => {
        const bytes = Buffer.concat(list.map((part) => Buffer.from(part as string)));
        expect((await verifyDocument(bytes)).ok).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ["an empty file", Buffer.alloc(0), "NOT_A_DOCUMENT"],
    ["another kind of file", Buffer.from("SQLite format 3\0"), "NOT_A_DOCUMENT"],
    ["an unsealed PDF", pdf, "NOT_SEALED"],
    ["a seal that is no JSON", Buffer.from("%PDF-\n%ConnectFieldbookSeal {\nstartxref\n0\n%%EOF\n"), "SEAL_BROKEN"],
    ["a file over 64 MiB", Buffer.concat([Buffer.from("%PDF-"), Buffer.alloc(64 * 1024 * 1024)]), "TOO_LARGE"],
  ])("refuses %s", async (_, bytes, code) => {
    expect(await verifyDocument(bytes)).toMatchObject({ ok: false, seal: null, problems: [{ code }] });
  });

  it("pays for many false seals by their number", () => {
    const make = (count: number) =>
      Buffer.from(`%PDF-1.7${"\n%ConnectFieldbookSeal {}".repeat(count)}\nstartxref\n0\n%%EOF\n`);
    expect(readSeal(make(50_000)).kind).toBe("broken");
    expect(growthOf(make, 50_000, readSeal)).toBeLessThan(linear);
  });
});
