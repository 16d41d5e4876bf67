import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { Job } from "../../src-main/contract/jobs.ts";
import { useJob } from "../events.ts";
import { saveDownload } from "../files.ts";
import { waitForDownload } from "./jobs.ts";

interface FileJob<Input> {
  begin(input: Input): void;
  isPending: boolean;
  /** The job while it runs. */
  running: Job | undefined;
  error: unknown;
  /** Name of the saved file; null when the save dialog was closed, undefined before. */
  saved: string | null | undefined;
  /** Asks again where to save what the job has made. */
  saveAgain(): void;
}

/** Starts a job that makes a file, waits for it, and saves the file where the person says. */
export function useFileJob<Input>(start: (input: Input) => Promise<{ job: string }>): FileJob<Input> {
  const [jobId, setJobId] = useState<string | null>(null);
  const [download, setDownload] = useState<string | null>(null);
  const job = useJob(jobId);
  const making = useMutation({
    mutationFn: async (input: Input) => {
      setDownload(null);
      saving.reset();
      const { job: begun } = await start(input);
      setJobId(begun);
      return waitForDownload(begun);
    },
    onSuccess: (made) => {
      setDownload(made);
      saving.mutate(made);
    },
  });
  const saving = useMutation({ mutationFn: saveDownload });
  return {
    begin: making.mutate,
    isPending: making.isPending || saving.isPending,
    running: job?.state === "running" ? job : undefined,
    error: making.error ?? saving.error,
    saved: saving.data,
    saveAgain: () => download && saving.mutate(download),
  };
}
