/**
 * Reads which characters a TrueType font can draw, from the `cmap` table in format 4 (OpenType specification, chapter
 * "cmap"): the Basic Multilingual Plane, which is all the bundled fonts cover.
 *
 * @returns code points with a glyph
 */
export function readCoverage(font: Uint8Array): Set<number> {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength);
  const table = findFormat4(view, findTable(view, "cmap"));
  const segments = view.getUint16(table + 6) / 2;
  const ends = table + 14;
  const starts = ends + 2 * segments + 2;
  const deltas = starts + 2 * segments;
  const offsets = deltas + 2 * segments;
  const covered = new Set<number>();
  for (let segment = 0; segment < segments; segment++) {
    const start = view.getUint16(starts + 2 * segment);
    const end = view.getUint16(ends + 2 * segment);
    const delta = view.getUint16(deltas + 2 * segment);
    const offsetAt = offsets + 2 * segment;
    const offset = view.getUint16(offsetAt);
    for (let code = start; code <= end && code < 0xffff; code++) {
      const raw = offset === 0 ? code : view.getUint16(offsetAt + offset + 2 * (code - start));
      const glyph = raw === 0 ? 0 : (raw + delta) & 0xffff;
      if (glyph !== 0) covered.add(code);
    }
  }
  return covered;
}

function findTable(view: DataView, tag: string): number {
  const tables = view.getUint16(4);
  for (let table = 0; table < tables; table++) {
    const record = 12 + 16 * table;
    const name = [0, 1, 2, 3].map((index) => String.fromCharCode(view.getUint8(record + index))).join("");
    if (name === tag) return view.getUint32(record + 8);
  }
  throw new RangeError(`The font has no ${tag} table.`);
}

function findFormat4(view: DataView, cmap: number): number {
  const encodings = view.getUint16(cmap + 2);
  for (let encoding = 0; encoding < encodings; encoding++) {
    const table = cmap + view.getUint32(cmap + 4 + 8 * encoding + 4);
    if (view.getUint16(table) === 4) return table;
  }
  throw new RangeError("The font has no character map in format 4.");
}
