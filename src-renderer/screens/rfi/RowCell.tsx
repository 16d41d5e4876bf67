import { useEffect, useId, useState } from "react";
import type { AnswerValue, Field } from "../../../src-main/contract/rfi/field.ts";
import classes from "./rfi.module.css";
import { answerToInput, findInputProblem, inputToAnswer } from "./text.ts";

interface RowCellProps {
  column: Field;
  label: string;
  saved: AnswerValue | undefined;
  readOnly: boolean;
  placeholder?: string;
  onSave(value: AnswerValue | null): void;
}

/** One value of a row, saved when it is left. A wrong text stays, with what is wrong below it. */
export function RowCell({ column, label, saved, readOnly, placeholder, onSave }: RowCellProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const problemId = useId();
  const savedText = answerToInput(saved);
  useEffect(() => {
    if (draft === savedText) setDraft(null);
  }, [draft, savedText]);
  const text = draft ?? savedText;
  const problem = findInputProblem(column, text);
  const save = (next: string) => {
    if (next !== savedText && findInputProblem(column, next) === null) onSave(inputToAnswer(column, next));
  };
  const shared = {
    "aria-label": label,
    "aria-invalid": problem !== null,
    "aria-describedby": problem ? problemId : undefined,
    className: classes.cell,
    title: text,
  };
  return (
    <>
      {column.kind === "choice" ? (
        <select
          {...shared}
          value={text}
          disabled={readOnly}
          onChange={({ currentTarget }) => {
            setDraft(currentTarget.value);
            save(currentTarget.value);
          }}
        >
          <option value="">–</option>
          {column.options?.map(({ value, label: name }) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      ) : (
        <input
          {...shared}
          value={text}
          readOnly={readOnly}
          placeholder={placeholder}
          spellCheck={false}
          autoComplete="off"
          onChange={({ currentTarget }) => setDraft(currentTarget.value)}
          onBlur={() => save(text)}
        />
      )}
      {problem && draft !== null && (
        <p id={problemId} className={classes.problem}>
          {problem}
        </p>
      )}
    </>
  );
}
