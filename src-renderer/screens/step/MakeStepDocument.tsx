import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { StepId } from "../../../src-main/contract/names.ts";
import { api } from "../../client.ts";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { JobProgress } from "../../components/JobProgress.tsx";
import { useJob } from "../../events.ts";
import { saveDownload } from "../../files.ts";
import classes from "./step.module.css";

/** Makes the step's PDF, shows how far it is, and offers to save it once it has been re-opened and checked. */
export function MakeStepDocument({
  engagement,
  step,
  isSigned,
}: {
  engagement: string;
  step: StepId;
  isSigned: boolean;
}) {
  const [jobId, setJobId] = useState<string | null>(null);
  const create = useMutation(api.reports.create.mutationOptions({ onSuccess: ({ job }) => setJobId(job) }));
  const save = useMutation({ mutationFn: saveDownload });
  const job = useJob(jobId);
  const download = job?.state === "done" ? job.download : null;
  return (
    <div className={classes.document}>
      <div className={classes.actions}>
        <Button
          variant={isSigned ? "filled" : "default"}
          disabled={job?.state === "running"}
          onClick={() => create.mutate({ engagement, step })}
        >
          {isSigned ? "Make the document" : "Make a draft document"}
        </Button>
        {job?.state === "running" && <JobProgress job={job} />}
        {download && (
          <>
            <span role="status">The document is made, re-opened and checked.</span>
            <Button variant="default" loading={save.isPending} onClick={() => save.mutate(download)}>
              Save document…
            </Button>
          </>
        )}
        {save.data && <span role="status">Saved.</span>}
      </div>
      <FailureNotice
        error={
          create.error ??
          save.error ??
          (job?.failure ? { code: job.failure.code, data: withoutCode(job.failure) } : null)
        }
        title="The document was not made."
      />
    </div>
  );
}

function withoutCode({
  code: _code,
  ...detail
}: {
  code: string;
  happened: string;
  kept: string;
  todo: string;
  details?: string[] | undefined;
}) {
  return detail;
}
