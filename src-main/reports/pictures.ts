import { inflateSync } from "node:zlib";
import { PNG } from "pngjs";

/** Opaque pixels, three bytes each, row by row. */
export interface Raster {
  width: number;
  height: number;
  rgb: Uint8Array;
}

/** A picture ready for the page, or the reason why it is only listed. */
export type PreparedPicture =
  | { kind: "shown"; dataUri: string; width: number; height: number; reduced: boolean }
  | { kind: "listed"; why: string };

const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const largestPixels = 40_000_000;
const largestFile = 32 * 1024 * 1024;
const largestJpeg = 8 * 1024 * 1024;
/** 1600 pixels over the text width are 240 dots an inch: print quality for a screenshot. */
const shownEdge = 1600;

/** Prepares evidence for the page by its bytes, whatever its name says. Hostile or unknown bytes are listed, never shown. */
export function preparePicture(bytes: Uint8Array): PreparedPicture {
  if (bytes.length > largestFile) return { kind: "listed", why: "The picture is too large to show." };
  if (isPng(bytes)) {
    const raster = decodePng(bytes);
    if (raster === null) return { kind: "listed", why: "The picture is damaged or too large to show." };
    const shown = reduceRaster(raster, shownEdge);
    return { ...rasterToPicture(shown), reduced: shown !== raster };
  }
  return prepareJpeg(bytes);
}

/** A raster as a PNG without transparency, which the PDF carries pixel for pixel. */
export function rasterToPicture(raster: Raster): { kind: "shown"; dataUri: string; width: number; height: number } {
  const png = new PNG({ width: raster.width, height: raster.height });
  png.data = Buffer.from(raster.rgb.buffer, raster.rgb.byteOffset, raster.rgb.byteLength);
  const options = { colorType: 2, inputColorType: 2, inputHasAlpha: false, deflateLevel: 6 } as const;
  const dataUri = `data:image/png;base64,${PNG.sync.write(png, options).toString("base64")}`;
  return { kind: "shown", dataUri, width: raster.width, height: raster.height };
}

/** Decodes a PNG and lays it on white paper. Null when it is not a whole, sane PNG. */
export function decodePng(bytes: Uint8Array): Raster | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!isPng(buffer) || buffer.length < 33) return null;
  const width = buffer.readUInt32BE(16);
  const height = buffer.readUInt32BE(20);
  if (width < 1 || height < 1 || width > 65_535 || height > 65_535 || width * height > largestPixels) return null;
  try {
    if (buffer[28] !== 0 && !inflatesWithin(buffer, width * height * 8 + height * 64 + 4096)) return null;
    const { data } = PNG.sync.read(buffer);
    return data.length === width * height * 4 ? { width, height, rgb: layOnWhite(data) } : null;
  } catch {
    return null;
  }
}

function isPng(bytes: Uint8Array): boolean {
  return pngSignature.equals(bytes.subarray(0, 8));
}

/** The decoder bounds plain pictures by itself but not interlaced ones: a small file could fill the memory. */
function inflatesWithin(png: Buffer, limit: number): boolean {
  const parts: Buffer[] = [];
  for (let at = 8; at + 12 <= png.length; ) {
    const length = png.readUInt32BE(at);
    if (png.toString("latin1", at + 4, at + 8) === "IDAT") parts.push(png.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  try {
    inflateSync(Buffer.concat(parts), { maxOutputLength: limit });
    return true;
  } catch {
    return false;
  }
}

function layOnWhite(rgba: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    const alpha = rgba[from + 3] ?? 255;
    const paper = 255 - alpha;
    for (let channel = 0; channel < 3; channel++) {
      rgb[to + channel] = Math.round(((rgba[from + channel] ?? 0) * alpha) / 255) + paper;
    }
  }
  return rgb;
}

/** Averages whole blocks of pixels until the longer edge fits; returns the same raster when it already does. */
function reduceRaster(raster: Raster, edge: number): Raster {
  const factor = Math.ceil(Math.max(raster.width, raster.height) / edge);
  if (factor <= 1) return raster;
  const width = Math.max(1, Math.floor(raster.width / factor));
  const height = Math.max(1, Math.floor(raster.height / factor));
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) averageBlock(raster, rgb, { x, y, width, factor });
  }
  return { width, height, rgb };
}

function averageBlock(from: Raster, to: Uint8Array, block: { x: number; y: number; width: number; factor: number }) {
  const { x, y, width, factor } = block;
  const rows = Math.min(factor, from.height - y * factor);
  const columns = Math.min(factor, from.width - x * factor);
  for (let channel = 0; channel < 3; channel++) {
    let sum = 0;
    for (let row = 0; row < rows; row++) {
      const start = ((y * factor + row) * from.width + x * factor) * 3 + channel;
      for (let column = 0; column < columns; column++) sum += from.rgb[start + column * 3] ?? 0;
    }
    to[(y * width + x) * 3 + channel] = Math.round(sum / (rows * columns));
  }
}

function prepareJpeg(bytes: Uint8Array): PreparedPicture {
  const jpeg = readJpeg(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  if (jpeg === null) return { kind: "listed", why: "The file is not a PNG or JPEG picture that can be shown." };
  if (jpeg.bytes.length > largestJpeg || jpeg.width * jpeg.height > largestPixels) {
    return { kind: "listed", why: "The picture is too large to show." };
  }
  const dataUri = `data:image/jpeg;base64,${jpeg.bytes.toString("base64")}`;
  const turned = jpeg.orientation > 4;
  const width = turned ? jpeg.height : jpeg.width;
  return { kind: "shown", dataUri, width, height: turned ? jpeg.width : jpeg.height, reduced: false };
}

interface Jpeg {
  bytes: Buffer;
  width: number;
  height: number;
  orientation: number;
}

/**
 * Walks the segments of a JPEG (ITU-T T.81 annex B) and keeps what a page needs: application data such as the place
 * where a photograph was taken is left out of the document, its orientation is kept.
 */
function readJpeg(data: Buffer): Jpeg | null {
  if (data.length < 4 || data.readUInt16BE(0) !== 0xffd8) return null;
  const kept: Buffer[] = [];
  let size: { width: number; height: number } | null = null;
  let orientation = 1;
  for (let at = 2; at + 4 <= data.length; ) {
    const marker = data.readUInt16BE(at);
    const end = at + 2 + data.readUInt16BE(at + 2);
    if (marker < 0xffc0 || end > data.length || end < at + 4) return null;
    const segment = data.subarray(at, end);
    if (marker === 0xffda) {
      if (size === null || data.lastIndexOf(Buffer.from([0xff, 0xd9])) < end) return null;
      const head = [Buffer.from([0xff, 0xd8]), orientationSegment(orientation)];
      return { bytes: Buffer.concat([...head, ...kept, data.subarray(at)]), ...size, orientation };
    }
    if (marker === 0xffe1) orientation = readOrientation(segment) ?? orientation;
    if (marker < 0xffe0 || marker === 0xffee) kept.push(segment);
    if (isFrame(marker)) size = readFrame(segment);
    at = end;
  }
  return null;
}

/** Baseline, extended and progressive frames: what every PDF reader decodes. */
function isFrame(marker: number): boolean {
  return marker >= 0xffc0 && marker <= 0xffc2;
}

function readFrame(segment: Buffer): { width: number; height: number } | null {
  if (segment.length < 10 || segment[4] !== 8 || (segment[9] !== 1 && segment[9] !== 3)) return null;
  const [height, width] = [segment.readUInt16BE(5), segment.readUInt16BE(7)];
  return width > 0 && height > 0 ? { width, height } : null;
}

/** Orientation tag 0x0112 of the first directory of an Exif segment; null when there is none. */
function readOrientation(segment: Buffer): number | null {
  if (segment.length < 24 || segment.toString("latin1", 4, 10) !== "Exif\0\0") return null;
  const tiff = segment.subarray(10);
  const little = tiff.toString("latin1", 0, 2) === "II";
  const short = (at: number) => (at + 2 > tiff.length ? 0 : little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const directory = little ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  for (let entry = 0; entry < Math.min(short(directory), 64); entry++) {
    const at = directory + 2 + 12 * entry;
    const value = short(at + 8);
    if (short(at) === 0x0112) return value >= 1 && value <= 8 ? value : null;
  }
  return null;
}

function orientationSegment(orientation: number): Buffer {
  if (orientation === 1) return Buffer.alloc(0);
  const [header, tiff, entry] = ["ffe10022457869660000", "4d4d002a000000080001", "0112000300000001"];
  return Buffer.from(`${header}${tiff}${entry}000${orientation}000000000000`, "hex");
}
