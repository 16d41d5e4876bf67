import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { StepId } from "../../../src-main/contract/names.ts";
import { client } from "../../client.ts";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { type GivenMessage, MessageForm } from "../../components/MessageForm.tsx";

interface MessageCheckProps {
  engagement: string;
  step: StepId;
  check: string;
  onDone(): void;
}

/** Gives a check the message it reads. The result arrives in the list by itself. */
export function MessageCheck({ engagement, step, check, onDone }: MessageCheckProps) {
  const [text, setText] = useState("");
  const read = useMutation({
    mutationFn: async (give: () => Promise<GivenMessage | null>) => {
      const message = await give();
      return message && client.checks.read({ engagement, step, check, message });
    },
    onSuccess: (result) => result && onDone(),
  });
  return (
    <>
      <MessageForm
        label="Header of the mail"
        description="Paste the whole header, or give the saved mail. Only the header is kept, never the body."
        submitLabel="Read header"
        text={text}
        onText={setText}
        isBusy={read.isPending}
        onGive={(give) => read.mutate(give)}
        onCancel={onDone}
      />
      <FailureNotice error={read.error} title="The header was not read." onDismiss={() => read.reset()} />
    </>
  );
}
