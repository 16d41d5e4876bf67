import type { Content, TableCell } from "pdfmake/interfaces";
import type { PreparedPicture } from "../pictures.ts";
import type { Typesetter } from "../typesetter.ts";
import { columnGap, hairlineTable, sectionTable, textWidth } from "./theme.ts";

/** What the sections need besides the report: clean text, and pictures that were already made safe. */
export interface Sheet extends Typesetter {
  /** One per piece of evidence, in order; null where there is no picture. */
  evidence: (PreparedPicture | null)[];
  /** Image name of each sign-off's picture, in order; null where it cannot be read. */
  signatures: (string | null)[];
}

export function heading(text: string): Content {
  return { text, style: "section" };
}

/** Blocks and table rows with more printed lines than this may break across pages. */
const heaviestBlock = 30;

/**
 * Keeps parts on one page, as a heading with what it announces. A block higher than the page would be cut off, so heavy
 * parts are left to break.
 */
export function keepTogether(parts: Content[]): Content {
  return { stack: parts, unbreakable: isLight(parts) };
}

/** Whether some content surely fits on a page. Pictures do not count: they are small enough to stand beside any light text. */
export function isLight(parts: Content[] | TableCell[]): boolean {
  return countLines(parts) <= heaviestBlock;
}

/** Printed lines of some content, guessed from above: 60 characters to the line, cells below each other. */
function countLines(part: Content | Content[] | TableCell[] | TableCell): number {
  if (typeof part === "string") return Math.ceil(part.length / 60) + part.split("\n").length - 1;
  if (Array.isArray(part)) return part.reduce((sum: number, one) => sum + countLines(one as Content), 0);
  if (typeof part !== "object" || part === null) return 0;
  const { text, stack, columns, ul, table: inner } = part as Record<string, Content> & { table?: { body: Content[] } };
  return [text, stack, columns, ul, inner?.body].reduce<number>(
    (sum, one) => sum + (one === undefined ? 0 : countLines(one as Content)),
    0,
  );
}

/** A section that is one table; its heading and the heads of its columns repeat on each page. */
export function tableSection(title: string, heads: string[], widths: (number | "*")[], rows: TableCell[][]): Content[] {
  const rest = heads.slice(1).map((): TableCell => ({}));
  const top: TableCell[] = [{ text: title, style: "section", margin: [0, 0, 0, 4], colSpan: heads.length }, ...rest];
  const body = [top, labelHeads(heads), ...rows];
  return [
    {
      table: {
        headerRows: 2,
        keepWithHeaderRows: 1,
        widths: fixWidths(widths),
        dontBreakRows: rows.every((row) => isLight(row)),
        body,
      },
      layout: sectionTable,
      margin: [0, 20, 0, 0],
    },
  ];
}

/** A table with heads that repeat on each page. */
export function table(heads: string[], widths: (number | "*")[], rows: TableCell[][]): Content {
  const body = [labelHeads(heads), ...rows];
  return {
    table: {
      headerRows: 1,
      keepWithHeaderRows: 1,
      widths: fixWidths(widths),
      dontBreakRows: rows.every((row) => isLight(row)),
      body,
    },
    layout: hairlineTable,
  };
}

/** The column marked "*" takes what the others leave. A fixed width makes long words break; a flexible one gives way to them. */
function fixWidths(widths: (number | "*")[]): number[] {
  const taken = widths.reduce<number>(
    (sum, width) => sum + (width === "*" ? 0 : width),
    columnGap * (widths.length - 1),
  );
  return widths.map((width) => (width === "*" ? textWidth - taken : width));
}

function labelHeads(heads: string[]): TableCell[] {
  return heads.map((text) => ({ text, style: "label" }));
}

/** A paragraph only when there is something to say. */
export function unlessEmpty(text: string, style: string): Content[] {
  return text.trim() === "" ? [] : [{ text, style }];
}

/** A new node each time: layout writes into the nodes it is given. */
export function none(): Content {
  return { text: "None.", style: "soft" };
}

/** Size in decimal units, as file managers show it. */
export function formatSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
