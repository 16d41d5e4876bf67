import { describe, expect, test } from "vitest";
import type { Job } from "../../../src-main/contract/jobs.ts";
import { type JobControl, Jobs } from "../../../src-main/engine/jobs.ts";
import { refuse } from "../../../src-main/engine/refusal.ts";
import { createSystemWorld } from "../../../src-main/engine/world.ts";

const engagement = "00000000-0000-7000-8000-000000000000";
const start = (jobs: Jobs, work: (control: JobControl) => Promise<string | null>) =>
  jobs.start({ kind: "report", title: "Test", engagement, step: null, work });

describe("a job", () => {
  test("tells its progress and keeps what it made", async () => {
    const jobs = new Jobs(createSystemWorld());
    const seen: Job[] = [];
    jobs.events.subscribe("event", (event) => {
      if (event.type === "job") seen.push(event.job);
    });
    const { job } = start(jobs, async ({ progress }) => {
      progress(1, 2, "Half");
      return "download-1";
    });
    expect(await jobs.finished(job)).toMatchObject({ state: "done", download: "download-1", failure: null });
    expect(seen.map(({ state, message }) => `${state} ${message}`)).toEqual(["running ", "running Half", "done Half"]);
    expect(jobs.running()).toEqual([]);
  });

  test("that fails keeps its failure in words", async () => {
    const jobs = new Jobs(createSystemWorld());
    const { job } = start(jobs, async () => refuse("DISK_FULL"));
    expect(await jobs.finished(job)).toMatchObject({ state: "failed", failure: { code: "DISK_FULL" } });
  });

  test("that is stopped ends as cancelled, whatever its work threw", async () => {
    const jobs = new Jobs(createSystemWorld());
    const { job } = start(
      jobs,
      ({ signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("torn down")))),
    );
    await Promise.resolve();
    jobs.cancel(job);
    expect(await jobs.finished(job)).toMatchObject({ state: "cancelled", failure: { code: "CANCELLED" } });
  });

  test("runs no longer than its engine", async () => {
    const jobs = new Jobs(createSystemWorld());
    start(jobs, ({ signal }) => new Promise((resolve) => signal.addEventListener("abort", () => resolve(null))));
    await jobs.stopAll();
    expect(jobs.running()).toEqual([]);
  });

  test("that is not known is refused", () => {
    expect(() => new Jobs(createSystemWorld()).get("nothing")).toThrow("no such job");
  });
});
