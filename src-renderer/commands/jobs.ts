import type { Job } from "../../src-main/contract/jobs.ts";
import { client } from "../client.ts";
import { TypedFailure } from "../failing.ts";

const pace = 250;

/** Resolves when the job has ended, however it ended. */
async function waitForJob(id: string): Promise<Job> {
  for (;;) {
    const job = await client.jobs.get({ job: id });
    if (job.state !== "running") return job;
    await new Promise((resolve) => setTimeout(resolve, pace));
  }
}

/** The file a job made. A job that failed rejects with its failure, in the form every failure has. */
export async function waitForDownload(id: string): Promise<string> {
  const { download, failure } = await waitForJob(id);
  if (download !== null) return download;
  throw new TypedFailure(failure ?? { code: "INTERNAL" });
}
