import type { Content, TableCell } from "pdfmake/interfaces";
import type { PreparedPicture } from "../pictures.ts";
import type { Typesetter } from "../typesetter.ts";
import { hairlineTable } from "./theme.ts";

/** What the sections need besides the report: clean text, and pictures that were already made safe. */
export interface Sheet extends Typesetter {
  /** One per piece of evidence, in order; null where there is no picture. */
  evidence: (PreparedPicture | null)[];
  /** Image name of each sign-off's picture, in order; null where it cannot be read. */
  signatures: (string | null)[];
}

/** Heading that never stays behind alone at the foot of a page. */
export function heading(text: string): Content {
  return { text, style: "section", headlineLevel: 1 };
}

/** A table with heads that repeat on each page. */
export function table(heads: string[], widths: (string | number)[], rows: TableCell[][]): Content {
  const head: TableCell[] = heads.map((text) => ({ text, style: "label" }));
  return {
    table: { headerRows: 1, keepWithHeaderRows: 1, dontBreakRows: false, widths, body: [head, ...rows] },
    layout: hairlineTable,
  };
}

/** A paragraph only when there is something to say. */
export function unlessEmpty(text: string, style: string): Content[] {
  return text.trim() === "" ? [] : [{ text, style }];
}

export const none: Content = { text: "None.", style: "soft" };

/** Size in decimal units, as file managers show it. */
export function formatSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
