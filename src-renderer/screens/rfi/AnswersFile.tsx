import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { rfiDocument } from "../../../src-main/contract/rfi/form.ts";
import { client } from "../../client.ts";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { saveDownload } from "../../files.ts";
import { countNoun } from "../../words/steps.ts";
import classes from "./rfi.module.css";

class NotADocument extends Error {
  readonly code = "INVALID_INPUT";
  readonly data: { happened: string; kept: string; todo: string; details: string[] };
  constructor(details: string[]) {
    super("The file does not hold answers.");
    this.data = {
      happened: "The file does not hold answers of this form.",
      kept: "No answer was changed.",
      todo: "Choose a file that was exported here.",
      details,
    };
  }
}

async function readDocument(file: File) {
  const text = await file.text();
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw new NotADocument([]);
  }
  const parsed = rfiDocument.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new NotADocument(parsed.error.issues.slice(0, 8).map(({ path, message }) => `${path.join(".")}: ${message}`));
}

/** All answers out to a JSON file, and in from one. */
export function AnswersFile({ engagement, readOnly }: { engagement: string; readOnly: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  const [told, setTold] = useState("");
  const exported = useMutation({
    mutationFn: async () => saveDownload((await client.rfi.exportFile({ engagement })).download),
    onMutate: () => setTold(""),
    onSuccess: (saved) => setTold(saved ? "Answers saved." : ""),
  });
  const imported = useMutation({
    mutationFn: async (file: File) => client.rfi.importAnswers({ engagement, document: await readDocument(file) }),
    onSuccess: ({ changed }) => setTold(`${countNoun(changed, "value")} taken in.`),
    onMutate: () => setTold(""),
  });
  const error = exported.error ?? imported.error;
  const dismiss = () => {
    exported.reset();
    imported.reset();
  };
  return (
    <div className={classes.file}>
      <div className={classes.fileButtons}>
        <span role="status">{told}</span>
        <Button variant="default" onClick={() => exported.mutate()}>
          Export answers
        </Button>
        <Button
          variant="default"
          disabled={readOnly}
          loading={imported.isPending}
          onClick={() => input.current?.click()}
        >
          Import answers…
        </Button>
        <input
          ref={input}
          type="file"
          accept=".json,application/json"
          hidden
          aria-label="File with answers"
          onChange={({ currentTarget }) => {
            const [file] = currentTarget.files ?? [];
            if (file) imported.mutate(file);
            currentTarget.value = "";
          }}
        />
      </div>
      <FailureNotice error={error} onDismiss={dismiss} />
    </div>
  );
}
