import type { Job } from "../../src-main/contract/jobs.ts";

/** The list with one job put in or replaced, newest first. */
export function placeJob(jobs: readonly Job[], moved: Job): Job[] {
  const isKnown = jobs.some((job) => job.job === moved.job);
  return isKnown ? jobs.map((job) => (job.job === moved.job ? moved : job)) : [moved, ...jobs];
}
