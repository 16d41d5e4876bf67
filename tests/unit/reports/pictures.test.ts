import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { decodePng, preparePicture, rasterToPicture } from "../../../src-main/reports/pictures.ts";
import { fc } from "../../support/fast-check.ts";
import { drawScreenshot, drawSignature } from "./sample-report.ts";

/** The smallest baseline JPEG segments: enough to be recognised, with an Exif orientation and a place. */
function createJpeg(orientation: number): Buffer {
  const exif = `4578696600004d4d002a000000080001011200030000000100${orientation.toString(16).padStart(2, "0")}000000000000`;
  const place = Buffer.from("GPS 51.5074 N").toString("hex");
  const length = (exif.length + place.length) / 2 + 2;
  const frame = "ffc0000b080010002001011100";
  return Buffer.from(
    `ffd8ffe1${length.toString(16).padStart(4, "0")}${exif}${place}${frame}ffda0008010100003f0055ffd9`,
    "hex",
  );
}

describe("preparePicture", () => {
  it("keeps a small PNG pixel for pixel on white paper", () => {
    const raster = decodePng(drawSignature());
    expect(raster).toMatchObject({ width: 600, height: 240 });
    expect([...(raster?.rgb.subarray(0, 3) ?? [])]).toEqual([255, 255, 255]);
    const picture = raster && rasterToPicture(raster);
    const again = decodePng(Buffer.from(picture?.dataUri.split(",")[1] ?? "", "base64"));
    expect(again && Buffer.compare(again.rgb, raster?.rgb ?? Buffer.alloc(0))).toBe(0);
  });

  it("reduces a large picture and says so", () => {
    expect(preparePicture(drawScreenshot(4000, 1000))).toMatchObject({
      kind: "shown",
      width: 1333,
      height: 333,
      reduced: true,
    });
    expect(preparePicture(drawScreenshot(800, 600))).toMatchObject({ kind: "shown", width: 800, reduced: false });
  });

  it("turns a photograph by its orientation and leaves its place out", () => {
    const upright = preparePicture(createJpeg(1));
    const turned = preparePicture(createJpeg(6));
    expect(upright).toMatchObject({ kind: "shown", width: 32, height: 16 });
    expect(turned).toMatchObject({ kind: "shown", width: 16, height: 32 });
    const kept =
      turned.kind === "shown" ? Buffer.from(turned.dataUri.split(",")[1] ?? "", "base64").toString("latin1") : "";
    expect(kept).toContain("Exif");
    expect(kept).not.toContain("GPS");
  });

  it("lists what only pretends to be a picture", () => {
    const png = drawScreenshot(64, 64);
    const hostile = [
      Buffer.from("GIF89a"),
      Buffer.from("<svg onload='x()'/>"),
      png.subarray(0, 60),
      Buffer.alloc(0),
      createJpeg(1).subarray(0, 20),
    ];
    for (const bytes of hostile) expect(preparePicture(bytes).kind).toBe("listed");
  });

  it("refuses a picture that would fill the memory before unpacking it", () => {
    const bomb = createBomb(60_000, 60_000, 0);
    const interlaced = createBomb(100, 100, 1);
    const before = process.resourceUsage().maxRSS;
    expect(preparePicture(bomb).kind).toBe("listed");
    expect(preparePicture(interlaced).kind).toBe("listed");
    const grownMegabytes = (process.resourceUsage().maxRSS - before) / 1_024;
    expect(grownMegabytes).toBeLessThan(32);
  });

  it("never throws, whatever byte of a picture is changed", () => {
    const sources = [drawScreenshot(40, 30), createJpeg(3)];
    fc.assert(
      fc.property(fc.constantFrom(...sources), fc.nat(), fc.nat(255), fc.nat(), (source, at, value, length) => {
        const bytes = Buffer.from(source);
        bytes[at % bytes.length] = value;
        expect(["shown", "listed"]).toContain(preparePicture(bytes.subarray(0, 1 + (length % bytes.length))).kind);
        expect(["shown", "listed"]).toContain(preparePicture(bytes).kind);
      }),
      { numRuns: 400 },
    );
  });
});

/** A PNG whose data unpack to 64 MiB of nothing. */
function createBomb(width: number, height: number, interlace: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, interlace], 8);
  const chunk = (name: string, data: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    return Buffer.concat([length, Buffer.from(name), data, Buffer.alloc(4)]);
  };
  const start = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    start,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.alloc(1 << 26))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}
