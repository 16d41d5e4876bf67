import { Button, Textarea } from "@mantine/core";
import { useState } from "react";
import type { AnswerValue, Field } from "../../../src-main/contract/rfi/field.ts";
import { countNoun } from "../../words/steps.ts";
import { readPastedList } from "./pasting.ts";
import classes from "./rfi.module.css";

interface PasteListProps {
  column: Field;
  present: readonly AnswerValue[];
  onAdd(values: AnswerValue[]): void;
  onClose(): void;
}

/** Shows what a pasted list would add and what it would not, and why, before anything is added. */
export function PasteList({ column, present, onAdd, onClose }: PasteListProps) {
  const [text, setText] = useState("");
  const { accepted, refused } = readPastedList(column, text, present);
  return (
    <div className={classes.paste}>
      <Textarea
        label={`Paste a list: ${column.label.toLowerCase()}`}
        description="Lines, commas and semicolons separate."
        autosize
        minRows={3}
        maxRows={10}
        data-autofocus
        value={text}
        classNames={{ input: classes.mono ?? "" }}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
      />
      <div role="status">
        {refused.length > 0 && (
          <ul className={classes.refused}>
            {refused.slice(0, 12).map(({ text: part, problem }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the same text may be refused twice
              <li key={`${index} ${part}`}>
                <code>{part}</code> {problem}
              </li>
            ))}
            {refused.length > 12 && <li>and {refused.length - 12} more</li>}
          </ul>
        )}
      </div>
      <div className={classes.pasteActions}>
        <Button disabled={accepted.length === 0} onClick={() => onAdd(accepted)}>
          {accepted.length === 0 ? "Add" : `Add ${countNoun(accepted.length, "row")}`}
        </Button>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
      </div>
    </div>
  );
}
