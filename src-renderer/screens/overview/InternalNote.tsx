import { Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import type { EngagementView } from "../../../src-main/contract/engagements.ts";
import { api } from "../../client.ts";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { Moment } from "../../components/Moment.tsx";
import text from "../../components/text.module.css";
import { useSavedField } from "../../components/useSavedField.ts";

const longest = 20_000;

/** What colleagues should know and the customer need not read; saved when the field is left. */
export function InternalNote({ view }: { view: EngagementView }) {
  const { engagement, internalNote, readOnly } = view;
  const save = useMutation(api.engagements.setNote.mutationOptions());
  const field = useSavedField(internalNote.text, (note) => {
    if (note.trim().length > longest) return "At most 20 000 characters.";
    save.mutate({ engagement, text: note.trim() });
    return null;
  });
  return (
    <section aria-label="Internal note">
      <Textarea
        label="Internal note: left out of copies for the customer"
        autosize
        minRows={2}
        maxRows={14}
        readOnly={readOnly}
        {...field}
      />
      {internalNote.source && (
        <p className={text.caption}>
          {internalNote.source.author}, <Moment at={internalNote.source.at} />
        </p>
      )}
      <FailureNotice error={save.error} title="The note was not saved." />
    </section>
  );
}
