import type { AnswerValue, Field } from "../../../src-main/contract/rfi/field.ts";
import { checkAnswer } from "../../../src-main/contract/rfi/form.ts";

export interface PastedList {
  accepted: AnswerValue[];
  refused: { text: string; problem: string }[];
}

/** Longest list taken at once. */
const mostRows = 500;

/** A pasted list as values of one column: lines, commas, semicolons and blanks separate; free text is separated by lines only. Doubles are refused. */
export function readPastedList(column: Field, text: string, present: readonly AnswerValue[]): PastedList {
  const separator = column.kind === "text" ? /[\r\n;]+/ : /[\s,;]+/;
  const parts = text
    .split(separator)
    .map((part) => part.trim())
    .filter(Boolean);
  const list: PastedList = { accepted: [], refused: [] };
  for (const part of parts) {
    const checked = checkAnswer(column, part);
    if (!checked.ok) list.refused.push({ text: part, problem: checked.problem });
    else if (present.includes(checked.value)) list.refused.push({ text: part, problem: "It is in the list already." });
    else if (list.accepted.includes(checked.value))
      list.refused.push({ text: part, problem: "It stands twice in the pasted text." });
    else if (list.accepted.length >= mostRows)
      list.refused.push({ text: part, problem: `At most ${mostRows} rows are added at once.` });
    else list.accepted.push(checked.value);
  }
  return list;
}
