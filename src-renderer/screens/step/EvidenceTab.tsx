import { Button, Textarea, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type ClipboardEvent, type DragEvent, useState } from "react";
import type { StepView } from "../../../src-main/contract/steps.ts";
import { client } from "../../client.ts";
import { EmptyState } from "../../components/EmptyState.tsx";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { chooseFile, sourceOfFile } from "../../files.ts";
import { EvidenceItem } from "./EvidenceItem.tsx";
import classes from "./step.module.css";

type Source = Parameters<typeof client.evidence.add>[0]["source"];

/** Evidence of the step: files and pictures by drop, paste or choice, and written text. */
export function EvidenceTab({ engagement, view }: { engagement: string; view: StepView }) {
  const [isOver, setOver] = useState(false);
  const step = view.summary.step;
  const add = useMutation({
    mutationFn: ({ title, source }: { title: string; source: Source }) =>
      client.evidence.add({ engagement, step, title, source }),
  });
  const addFiles = useMutation({
    mutationFn: async (files: readonly File[]) => {
      for (const file of files)
        await client.evidence.add({ engagement, step, title: file.name, source: await sourceOfFile(file) });
    },
  });
  const onPaste = (event: ClipboardEvent) => {
    const files = [...event.clipboardData.files];
    if (files.length === 0) return;
    event.preventDefault();
    addFiles.mutate(files);
  };
  const onDragOver = (event: DragEvent) => {
    event.preventDefault();
    setOver(true);
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    event.stopPropagation();
    setOver(false);
    addFiles.mutate([...event.dataTransfer.files]);
  };
  const choose = async () => {
    const chosen = await chooseFile("evidence");
    if (chosen) add.mutate({ title: chosen.name, source: chosen.source });
  };
  return (
    <section aria-label="Evidence" className={classes.evidence} onPaste={onPaste}>
      {!view.readOnly && (
        // biome-ignore lint/a11y/noStaticElementInteractions: dropping has a keyboard twin in the button inside
        <div
          className={classes.drop}
          data-over={isOver}
          onDragOver={onDragOver}
          onDragLeave={() => setOver(false)}
          onDrop={onDrop}
        >
          <p>Drop files here, paste a picture, or</p>
          <Button variant="default" loading={add.isPending || addFiles.isPending} onClick={() => void choose()}>
            Choose a file…
          </Button>
        </div>
      )}
      <FailureNotice error={add.error ?? addFiles.error} title="The evidence was not added." />
      {!view.readOnly && (
        <TextEvidence
          isBusy={add.isPending}
          onAdd={(title, text) => add.mutate({ title, source: { kind: "text", text } })}
        />
      )}
      {view.evidence.length === 0 ? (
        <EmptyState title="No evidence yet">
          Pictures of screens, headers of test messages and settings files belong here.
        </EmptyState>
      ) : (
        <ul className={classes.evidenceItems}>
          {view.evidence.map((item) => (
            <EvidenceItem key={item.evidence} engagement={engagement} item={item} readOnly={view.readOnly} />
          ))}
        </ul>
      )}
    </section>
  );
}

function TextEvidence({ isBusy, onAdd }: { isBusy: boolean; onAdd: (title: string, text: string) => void }) {
  const [title, setTitle] = useState("");
  const [text, setText] = useState("");
  const isComplete = title.trim() !== "" && text.trim() !== "";
  return (
    <details className={classes.textEvidence}>
      <summary>Write or paste a text</summary>
      <form
        className={classes.reason}
        onSubmit={(event) => {
          event.preventDefault();
          if (!isComplete) return;
          onAdd(title.trim(), text.trim());
          setTitle("");
          setText("");
        }}
      >
        <TextInput label="Title" value={title} onChange={({ currentTarget }) => setTitle(currentTarget.value)} />
        <Textarea
          label="Text"
          autosize
          minRows={4}
          maxRows={16}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
        />
        <div className={classes.actions}>
          <Button type="submit" disabled={!isComplete} loading={isBusy}>
            Add text
          </Button>
        </div>
      </form>
    </details>
  );
}
