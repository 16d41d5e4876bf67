import type { useFileJob } from "../commands/useFileJob.ts";
import { FailureNotice } from "./FailureNotice.tsx";
import { JobProgress } from "./JobProgress.tsx";
import { PlainButton } from "./PlainButton.tsx";
import text from "./text.module.css";

type FileJobStateProps = Pick<
  ReturnType<typeof useFileJob>,
  "running" | "error" | "saved" | "isPending" | "saveAgain"
> & { failureTitle: string };

/** How far a file is on its way: being made, saved, not saved, or failed. */
export function FileJobState({ running, error, saved, isPending, saveAgain, failureTitle }: FileJobStateProps) {
  return (
    <>
      {running && <JobProgress job={running} />}
      <div role="status" className={text.soft}>
        {!isPending && saved && `Saved as ${saved}.`}
        {!isPending && saved === null && (
          <>
            It is made, but not saved. <PlainButton onClick={saveAgain}>Save it…</PlainButton>
          </>
        )}
      </div>
      <FailureNotice error={error} title={failureTitle} />
    </>
  );
}
