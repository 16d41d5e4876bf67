import type { Column } from "pdfmake/interfaces";
import type { Verdict } from "../../contract/checks.ts";
import type { TaskState } from "../../contract/steps.ts";
import { colours } from "./theme.ts";

/** A verdict as three things at once, so that none depends on seeing colour: shape, word and colour. */
interface Mark {
  word: string;
  colour: string;
  shape: keyof typeof shapes;
}

/** Drawn on ten by ten points, `C` being the mark's colour; strokes on a filled shape are white. */
const shapes = {
  tick: '<circle cx="5" cy="5" r="4.6" fill="C"/><path d="M2.7 5.2 L4.4 6.9 L7.4 3.4" fill="none" stroke="#fff" stroke-width="1.2"/>',
  triangle:
    '<path d="M5 0.5 L9.8 9.4 L0.2 9.4 Z" fill="C"/><path d="M5 3.5 L5 6.4 M5 7.3 L5 8.5" stroke="#fff" stroke-width="1.2"/>',
  diamond:
    '<path d="M5 0 L10 5 L5 10 L0 5 Z" fill="C"/><path d="M3.4 3.4 L6.6 6.6 M6.6 3.4 L3.4 6.6" stroke="#fff" stroke-width="1.2"/>',
  barred:
    '<circle cx="5" cy="5" r="4.2" fill="none" stroke="C" stroke-width="0.9"/><path d="M2.9 5 L7.1 5" stroke="C" stroke-width="1.2"/>',
  square:
    '<path d="M0.8 0.8 L9.2 0.8 L9.2 9.2 L0.8 9.2 Z" fill="C"/><path d="M3 3 L7 7 M7 3 L3 7" stroke="#fff" stroke-width="1.2"/>',
  ring: '<circle cx="5" cy="5" r="4.2" fill="none" stroke="C" stroke-width="0.9"/>',
};

export const verdictMarks: Record<Verdict | "not-run", Mark> = {
  pass: { word: "Pass", colour: colours.pass, shape: "tick" },
  warn: { word: "Warning", colour: colours.warn, shape: "triangle" },
  fail: { word: "Fail", colour: colours.fail, shape: "diamond" },
  "not-measurable": { word: "Not measurable here", colour: colours.unmeasured, shape: "barred" },
  error: { word: "Check went wrong", colour: colours.soft, shape: "square" },
  "not-run": { word: "Not run", colour: colours.soft, shape: "ring" },
};

export const taskMarks: Record<TaskState, Mark> = {
  done: { word: "Done", colour: colours.pass, shape: "tick" },
  open: { word: "Open", colour: colours.soft, shape: "ring" },
  waived: { word: "Waived", colour: colours.warn, shape: "triangle" },
  "not-applicable": { word: "Not applicable", colour: colours.unmeasured, shape: "barred" },
};

/** The mark's shape followed by its word. */
export function showMark({ word, colour, shape }: Mark): { columns: Column[]; columnGap: number } {
  const drawing = shapes[shape].replaceAll('"C"', `"${colour}"`);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10" viewBox="0 0 10 10">${drawing}</svg>`;
  return {
    columns: [
      { svg, width: 10, margin: [0, 1, 0, 0] },
      { text: word, color: colour, bold: true, fontSize: 8, lineHeight: 1.25, width: "*", margin: [0, 1, 0, 0] },
    ],
    columnGap: 4,
  };
}
