import { useMutation } from "@tanstack/react-query";
import type { Job } from "../../src-main/contract/jobs.ts";
import { api } from "../client.ts";
import classes from "./notices.module.css";

/** A running job: what it does, how far it is, and the way to stop it. */
export function JobProgress({ job }: { job: Job }) {
  const cancel = useMutation(api.jobs.cancel.mutationOptions());
  return (
    <span className={classes.job}>
      <span className={classes.jobText}>
        {job.title}
        {job.message && ` · ${job.message}`}
      </span>
      <progress className={classes.meter} aria-label={job.title} value={job.done} max={Math.max(job.total, 1)} />
      <button
        type="button"
        className={classes.plain}
        disabled={cancel.isPending}
        aria-label={`Stop: ${job.title}`}
        onClick={() => cancel.mutate({ job: job.job })}
      >
        Stop
      </button>
    </span>
  );
}
