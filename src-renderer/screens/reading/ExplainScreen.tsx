import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useParams } from "wouter";
import { client } from "../../client.ts";
import { EmptyState } from "../../components/EmptyState.tsx";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { type GivenMessage, MessageForm } from "../../components/MessageForm.tsx";
import { PageHeader } from "../../components/PageHeader.tsx";
import { PlainButton } from "../../components/PlainButton.tsx";
import { examples } from "./examples.ts";
import { ReplyItem } from "./ReplyItem.tsx";
import classes from "./reading.module.css";

/** Explains SMTP replies, lines of a log and bounces; within an engagement it compares the grid and keeps evidence. */
export function ExplainScreen() {
  const { id } = useParams();
  const [text, setText] = useState("");
  const explain = useMutation({
    mutationFn: async (give: () => Promise<GivenMessage | null>) => {
      const message = await give();
      return message && client.replies.explain({ ...(id ? { engagement: id } : {}), message });
    },
  });
  const show = (example: string) => {
    setText(example);
    explain.mutate(async () => ({ kind: "text", text: example }));
  };
  return (
    <>
      <PageHeader title="Explain a reply">
        What an SMTP reply, a line of a mail log or a bounce means, who acts, and which grid it came from. Nothing is
        sent and nothing is kept until you say so.
      </PageHeader>
      <div className={classes.page}>
        <MessageForm
          label="Reply, log lines or bounce"
          description="Paste what the server said, or give the saved bounce."
          submitLabel="Explain"
          text={text}
          onText={setText}
          isBusy={explain.isPending}
          onGive={(give) => explain.mutate(give)}
        />
        <FailureNotice error={explain.error} title="The text was not read." onDismiss={() => explain.reset()} />
        <div aria-live="polite">
          {explain.data ? (
            <Results engagement={id} found={explain.data} />
          ) : (
            <EmptyState
              title="Try an example"
              actions={examples.map(({ title, text: example }) => (
                <PlainButton key={title} onClick={() => show(example)}>
                  {title}
                </PlainButton>
              ))}
            >
              The answer appears here.
            </EmptyState>
          )}
        </div>
      </div>
    </>
  );
}

type Found = Awaited<ReturnType<typeof client.replies.explain>>;

function Results({ engagement, found }: { engagement: string | undefined; found: Found }) {
  if (found.replies.length === 0)
    return (
      <EmptyState title="No reply was found">
        {found.isBounce
          ? "The bounce holds no SMTP reply and no status code that can be read."
          : "A reply begins with three digits, such as 451 or 550. Paste the whole line of the log."}
      </EmptyState>
    );
  return (
    <ul className={classes.replies}>
      {found.replies.map((reply) => (
        <ReplyItem key={`${reply.recipient} ${reply.quoted}`} engagement={engagement} reply={reply} />
      ))}
    </ul>
  );
}
