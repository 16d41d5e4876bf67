import { useMutation } from "@tanstack/react-query";
import type { EngagementView, Notice as FileNotice } from "../../../src-main/contract/engagements.ts";
import { api } from "../../client.ts";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { Moment } from "../../components/Moment.tsx";
import { Notice } from "../../components/Notice.tsx";
import { PlainButton } from "../../components/PlainButton.tsx";
import text from "../../components/text.module.css";
import classes from "./overview.module.css";

const tones: Record<FileNotice["kind"], "plain" | "warn" | "fail"> = {
  salvaged: "fail",
  fork: "warn",
  revoked: "warn",
  waiting: "plain",
  newer: "warn",
  background: "fail",
};

/** What is known about the file itself: salvaged, forked, waiting, newer. Each with its details, until it is dismissed or no longer true. */
export function FileNotices({ view: { engagement, notices } }: { view: EngagementView }) {
  const dismiss = useMutation(api.engagements.dismissNotice.mutationOptions());
  return (
    <>
      {notices.map(({ notice, kind, text: sentence, details, at, dismissible }) => (
        <Notice key={notice} tone={tones[kind]}>
          <div className={classes.fileNotice}>
            <span>
              {sentence} {at && <Moment at={at} />}
            </span>
            {details.length > 0 && (
              <details>
                <summary>Details</summary>
                <ul className={text.list}>
                  {details.map((detail) => (
                    <li key={detail}>{detail}</li>
                  ))}
                </ul>
              </details>
            )}
          </div>
          {dismissible && (
            <PlainButton aria-label={`Dismiss: ${sentence}`} onClick={() => dismiss.mutate({ engagement, notice })}>
              Dismiss
            </PlainButton>
          )}
        </Notice>
      ))}
      <FailureNotice error={dismiss.error} title="The notice was not dismissed." onDismiss={dismiss.reset} />
    </>
  );
}
