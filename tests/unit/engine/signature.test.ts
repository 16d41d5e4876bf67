import { PNG } from "pngjs";
import { describe, expect, test } from "vitest";
import type { Drawing } from "../../../src-main/contract/signoffs.ts";
import { Refusal } from "../../../src-main/engine/refusal.ts";
import { requireSignature } from "../../../src-main/engine/signature.ts";

type Paint = (x: number, y: number) => readonly [number, number, number, number];
const clear: Paint = () => [0, 0, 0, 0];
const white: Paint = () => [255, 255, 255, 255];
const wave =
  (background: Paint): Paint =>
  (x, y) =>
    x > 60 && x < 340 && Math.abs(y - 60 - Math.sin(x / 18) * 30) < 2 ? [10, 20, 60, 255] : background(x, y);

function picture(paint: Paint, width = 400, height = 120): string {
  const png = new PNG({ width, height });
  for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) png.data.set(paint(x, y), (y * width + x) * 4);
  return PNG.sync.write(png).toString("base64");
}
const drawing = (png: string, strokes: Drawing["strokes"] = []): Drawing => ({ png, width: 400, height: 120, strokes });
const codeOf = (work: () => unknown): string => {
  try {
    work();
    return "accepted";
  } catch (error) {
    return error instanceof Refusal ? error.code : String(error);
  }
};

describe("a signature", () => {
  test("drawn on a clear or a white ground is accepted, and the bytes come back as they were", () => {
    for (const ground of [clear, white]) {
      const png = picture(wave(ground));
      expect(Buffer.from(requireSignature(drawing(png))).toString("base64")).toBe(png);
    }
  });

  test.each([
    ["clear", picture(clear)],
    ["white", picture(white)],
    ["one dot", picture((x, y) => (Math.hypot(x - 200, y - 60) < 3 ? [0, 0, 0, 255] : [255, 255, 255, 255]))],
    ["a hair of grey", picture((x) => (x % 2 ? [230, 230, 230, 255] : [255, 255, 255, 255]))],
    ["nearly invisible ink", picture((_x, y) => (y === 60 ? [0, 0, 0, 20] : [255, 255, 255, 255]))],
    ["a vertical tick", picture((x, y) => (x === 200 && y > 20 ? [0, 0, 0, 255] : [255, 255, 255, 255]))],
  ])("that is %s is refused as blank", (_name, png) => {
    expect(codeOf(() => requireSignature(drawing(png)))).toBe("SIGNATURE_BLANK");
  });

  test("whose strokes hardly move is refused although the picture has ink", () => {
    const strokes = [
      [
        { x: 1, y: 1, time: 0 },
        { x: 3, y: 2, time: 10 },
      ],
    ];
    expect(codeOf(() => requireSignature(drawing(picture(wave(white)), strokes)))).toBe("SIGNATURE_BLANK");
  });

  test.each([
    ["nothing", ""],
    ["text", Buffer.from("not a picture").toString("base64")],
    ["a truncated PNG", picture(wave(white)).slice(0, 200)],
    ["a PNG that claims to be huge", hugePng()],
  ])("that is %s cannot be read", (_name, png) => {
    expect(codeOf(() => requireSignature(drawing(png)))).toBe("SIGNATURE_UNREADABLE");
  });
});

function hugePng(): string {
  const bytes = Buffer.from(picture(white), "base64");
  bytes.writeUInt32BE(4_000_000, 16);
  bytes.writeUInt32BE(4_000_000, 20);
  return bytes.toString("base64");
}
