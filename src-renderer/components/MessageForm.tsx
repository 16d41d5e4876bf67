import { Button, Textarea } from "@mantine/core";
import { type DragEvent, useState } from "react";
import { longestPaste } from "../../src-main/contract/checks.ts";
import type { FileSource } from "../../src-main/contract/files.ts";
import { chooseFile, sourceOfFile } from "../files.ts";
import classes from "./MessageForm.module.css";

/** A message as the engine takes it: the text itself, or a file by token or upload. */
export type GivenMessage = FileSource | { kind: "text"; text: string };

interface MessageFormProps {
  label: string;
  description: string;
  /** Verb of the button that gives the text in the box. */
  submitLabel: string;
  /** Text in the box; kept by the page, so that an example can fill it. */
  text: string;
  onText(text: string): void;
  isBusy: boolean;
  /** Gives the text or a file; files are sent first, which may fail. */
  onGive(give: () => Promise<GivenMessage | null>): void;
  onCancel?: () => void;
}

/** Takes a message by pasting, by choosing a file, or by dropping one. */
export function MessageForm(props: MessageFormProps) {
  const { label, description, submitLabel, text, onText, isBusy, onGive, onCancel } = props;
  const [isOver, setOver] = useState(false);
  const onDragOver = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    setOver(true);
  };
  const onDrop = (event: DragEvent) => {
    setOver(false);
    const [file] = event.dataTransfer.files;
    if (!file) return;
    event.preventDefault();
    event.stopPropagation();
    onGive(() => sourceOfFile(file));
  };
  const isTooLong = text.length > longestPaste;
  return (
    <form
      className={classes.form}
      data-over={isOver}
      onDragOver={onDragOver}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== "" && !isTooLong) onGive(async () => ({ kind: "text", text }));
      }}
    >
      <Textarea
        label={label}
        description={description}
        autosize
        minRows={5}
        maxRows={14}
        spellCheck={false}
        value={text}
        error={isTooLong ? "This is longer than the box takes. Read it from a file." : null}
        onChange={({ currentTarget }) => onText(currentTarget.value)}
      />
      <div className={classes.actions}>
        <Button type="submit" disabled={text.trim() === "" || isTooLong} loading={isBusy}>
          {submitLabel}
        </Button>
        <Button
          variant="default"
          disabled={isBusy}
          onClick={() => onGive(async () => (await chooseFile("message"))?.source ?? null)}
        >
          Read a file…
        </Button>
        {onCancel && (
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
        )}
        <p>or drop a saved mail (.eml) here</p>
      </div>
    </form>
  );
}
