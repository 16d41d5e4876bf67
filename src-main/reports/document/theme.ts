import type { CustomTableLayout, Style, StyleDictionary } from "pdfmake/interfaces";

/** Sizes in points. The page is A4; everything vertical sits on a 4-point grid. */
export const page = { width: 595.28, height: 841.89, margins: [56, 68, 56, 72] as [number, number, number, number] };
export const textWidth = page.width - page.margins[0] - page.margins[2];

/** Ink on white. Every pair used for text reaches a contrast of 4.5 or more (WCAG 2.2, 1.4.3). */
export const colours = {
  ink: "#1B2528",
  soft: "#5A676B",
  hairline: "#CDD5D7",
  rule: "#1B2528",
  accent: "#0B5C63",
  pass: "#1F7A3D",
  warn: "#8F5A00",
  fail: "#B3261E",
  unmeasured: "#4A6380",
} as const;

export const proseFont = "Inter";
export const codeFont = "JetBrains Mono";

export const defaultStyle: Style = { font: proseFont, fontSize: 9.5, lineHeight: 1.3, color: colours.ink };

export const styles: StyleDictionary = {
  title: { fontSize: 24, bold: true, lineHeight: 1.15 },
  section: { fontSize: 14, bold: true, color: colours.accent, lineHeight: 1.15, margin: [0, 24, 0, 8] },
  item: { fontSize: 10, bold: true, lineHeight: 1.25 },
  label: { fontSize: 8, color: colours.soft, lineHeight: 1.25 },
  small: { fontSize: 8, lineHeight: 1.3 },
  soft: { fontSize: 8, color: colours.soft, lineHeight: 1.3 },
  code: { font: codeFont, fontSize: 7.5, lineHeight: 1.3 },
  transcript: { font: codeFont, fontSize: 7.5, lineHeight: 1.25, preserveLeadingSpaces: true },
  hash: { font: codeFont, fontSize: 7, color: colours.soft, lineHeight: 1.3 },
};

/** Space between the columns of a table. */
export const columnGap = 8;

/** Rows apart by hairlines, a firmer line under the heads, no vertical lines, no frame. */
export const hairlineTable: CustomTableLayout = {
  hLineWidth: (line, node) => (line === 0 || line === node.table.body.length ? 0 : 0.5),
  hLineColor: (line, node) => (line === node.table.headerRows ? colours.rule : colours.hairline),
  vLineWidth: () => 0,
  paddingLeft: (column) => (column === 0 ? 0 : columnGap),
  paddingRight: () => 0,
  paddingTop: () => 4,
  paddingBottom: () => 4,
};

/** The same below a row that holds the heading of the section. */
export const sectionTable: CustomTableLayout = {
  ...hairlineTable,
  hLineWidth: (line, node) => (line < 2 || line === node.table.body.length ? 0 : 0.5),
};

/** Label and value pairs without any line. */
export const plainTable: CustomTableLayout = {
  hLineWidth: () => 0,
  vLineWidth: () => 0,
  paddingLeft: (column) => (column === 0 ? 0 : 12),
  paddingRight: () => 0,
  paddingTop: () => 0,
  paddingBottom: () => 4,
};
