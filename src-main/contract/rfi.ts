import * as z from "zod";
import { command, inEngagement } from "./command.ts";
import { attribution, recordId } from "./names.ts";
import { answerValue } from "./rfi/field.ts";
import { fieldPath, rfiAnswers, rfiDocument, rowGroupId } from "./rfi/form.ts";

export const gap = z.strictObject({ section: z.string(), at: z.string(), label: z.string(), problem: z.string() });
export const completeness = z.strictObject({
  answered: z.number().int(),
  asked: z.number().int(),
  gaps: z.array(gap),
  sections: z.array(z.strictObject({ id: z.string(), answered: z.number().int(), asked: z.number().int() })),
});

export const rfiView = z.strictObject({
  answers: rfiAnswers,
  /** Who wrote each answer and when, by `section.field` or `group/row/column`. */
  sources: z.record(z.string(), attribution),
  /** Addresses of answers with parallel values, and those values. */
  conflicts: z.record(z.string(), z.array(answerValue)),
  completeness,
  readOnly: z.boolean(),
});
export type RfiView = z.infer<typeof rfiView>;

const columnValues = z.record(z.string().max(64), answerValue.nullable());

export const rfi = {
  get: command.input(z.strictObject(inEngagement)).output(rfiView),
  /** Writes one answer; null clears it. A wrong value is refused with the sentence the form shows. */
  answer: command
    .input(z.strictObject({ ...inEngagement, field: fieldPath, value: answerValue.nullable() }))
    .output(rfiView),
  addRows: command
    .input(z.strictObject({ ...inEngagement, group: rowGroupId, rows: z.array(columnValues).min(1).max(500) }))
    .output(z.strictObject({ rows: z.array(recordId), view: rfiView })),
  changeRow: command
    .input(z.strictObject({ ...inEngagement, group: rowGroupId, row: recordId, values: columnValues }))
    .output(rfiView),
  removeRow: command.input(z.strictObject({ ...inEngagement, group: rowGroupId, row: recordId })).output(rfiView),
  /** The same JSON document as a file, for `files.readDownload` and `files.saveDownload`. */
  exportFile: command.input(z.strictObject(inEngagement)).output(z.strictObject({ download: recordId })),
  /** All answers as a JSON document. */
  exportAnswers: command.input(z.strictObject(inEngagement)).output(rfiDocument),
  /** Takes answers in, as one change. Wrong values are refused together, each with its address. */
  importAnswers: command
    .input(z.strictObject({ ...inEngagement, document: rfiDocument }))
    .output(z.strictObject({ changed: z.number().int(), view: rfiView })),
};
