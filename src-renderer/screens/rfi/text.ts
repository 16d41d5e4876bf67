import type { AnswerValue, Field } from "../../../src-main/contract/rfi/field.ts";
import { checkAnswer } from "../../../src-main/contract/rfi/form.ts";

/** Texts of a section's inputs by field. */
export type SectionTexts = Record<string, string>;

const isNumeric = ({ kind }: Field): boolean => kind === "count" || kind === "port";

/** An answer as the text an input holds; choices of several are joined by a line break. */
export function answerToInput(value: AnswerValue | undefined): string {
  if (value === undefined) return "";
  return Array.isArray(value) ? value.join("\n") : String(value);
}

/** The text of an input as the answer it means, or null for an empty one. A text that is no number stays a text, so that its check can say so. */
export function inputToAnswer(field: Field, text: string): AnswerValue | null {
  if (text.trim() === "") return null;
  if (isNumeric(field)) return /^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : text;
  if (field.kind === "yes-no") return text === "true";
  return field.kind === "choices" ? text.split("\n") : text;
}

/** The sentence that says what is wrong with an input, or null. An empty input is no mistake while it is being filled in. */
export function findInputProblem(field: Field, text: string): string | null {
  const answer = inputToAnswer(field, text);
  if (answer === null) return null;
  const checked = checkAnswer(field, answer);
  return checked.ok ? null : checked.problem;
}
