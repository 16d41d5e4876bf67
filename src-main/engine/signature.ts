import { PNG } from "pngjs";
import type { Drawing } from "../contract/signoffs.ts";
import { refuse } from "./refusal.ts";

const largestSide = 8_000;
const largestPicture = 1_000_000;
/** A dot or a short dash is no signature: the ink must reach this share of the picture's width and this many pixels. */
const leastWidthShare = 0.04;
const leastInk = 60;
const leastStrokeLength = 40;

/**
 * The PNG's bytes when the picture holds a signature. Refuses what cannot be decoded, and blank or near-blank drawings:
 * other products accepted empty signatures and nobody noticed until the dispute (grokability/snipe-it#11393).
 */
export function requireSignature(drawing: Drawing): Uint8Array {
  const bytes = Buffer.from(drawing.png, "base64");
  if (bytes.length === 0 || bytes.length > largestPicture) refuse("SIGNATURE_UNREADABLE");
  const ink = measureInk(bytes);
  if (ink.pixels < leastInk || ink.width < Math.max(8, ink.pictureWidth * leastWidthShare)) refuse("SIGNATURE_BLANK");
  if (drawing.strokes.length > 0 && strokeLength(drawing.strokes) < leastStrokeLength) refuse("SIGNATURE_BLANK");
  return new Uint8Array(bytes);
}

interface Ink {
  pixels: number;
  width: number;
  pictureWidth: number;
}

/** Counts pixels that are visible and dark, and how wide they spread. */
export function measureInk(bytes: Buffer): Ink {
  const picture = decode(bytes);
  let pixels = 0;
  let left = picture.width;
  let right = -1;
  for (let index = 0; index < picture.width * picture.height; index += 1) {
    const [red = 255, green = 255, blue = 255, alpha = 0] = picture.data.subarray(index * 4, index * 4 + 4);
    if (alpha < 64 || red * 0.299 + green * 0.587 + blue * 0.114 > 190) continue;
    pixels += 1;
    const x = index % picture.width;
    left = Math.min(left, x);
    right = Math.max(right, x);
  }
  return { pixels, width: Math.max(0, right - left + 1), pictureWidth: picture.width };
}

function decode(bytes: Buffer): PNG {
  // IHDR is read before decoding, so that a small file cannot ask for a huge picture.
  const isPng =
    bytes.length > 33 && bytes.readUInt32BE(0) === 0x89504e47 && bytes.toString("latin1", 12, 16) === "IHDR";
  if (!isPng || bytes.readUInt32BE(16) > largestSide || bytes.readUInt32BE(20) > largestSide)
    return refuse("SIGNATURE_UNREADABLE");
  try {
    return PNG.sync.read(bytes);
  } catch {
    return refuse("SIGNATURE_UNREADABLE");
  }
}

function strokeLength(strokes: Drawing["strokes"]): number {
  let length = 0;
  for (const stroke of strokes) {
    for (const [index, point] of stroke.entries()) {
      const before = stroke[index - 1];
      if (before) length += Math.hypot(point.x - before.x, point.y - before.y);
    }
  }
  return length;
}
