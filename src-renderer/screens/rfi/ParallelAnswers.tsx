import { Link } from "wouter";
import type { AnswerValue, Field } from "../../../src-main/contract/rfi/field.ts";
import classes from "./rfi.module.css";

/** Values written in parallel, to choose from. Nothing is lost by choosing: the other stays in the history. */
export function ParallelAnswers({
  engagement,
  values,
  field,
  onChoose,
}: {
  engagement: string;
  values: readonly AnswerValue[];
  field: Field;
  onChoose: (value: AnswerValue) => void;
}) {
  return (
    <fieldset className={classes.parallel}>
      <legend>Two people answered “{field.label}” without knowing of each other</legend>
      {values.map((value) => (
        <button key={String(value)} type="button" onClick={() => onChoose(value)}>
          Keep “{String(value)}”
        </button>
      ))}
      <Link href={`/e/${engagement}/conflicts`}>See who wrote what, or write another value</Link>
    </fieldset>
  );
}
