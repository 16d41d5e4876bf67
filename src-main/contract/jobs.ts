import { eventIterator } from "@orpc/contract";
import * as z from "zod";
import { command, nothing } from "./command.ts";
import { failure } from "./failures.ts";
import { engagementId, instant, recordId, stepId } from "./names.ts";

export const job = z.strictObject({
  job: recordId,
  kind: z.enum([
    "check-run",
    "report",
    "examine",
    "hand-over",
    "restore",
    "protect",
    "observation",
    "watch",
    "vantage",
  ]),
  title: z.string(),
  /** Null while the engagement of a foreign file is not known yet. */
  engagement: engagementId.nullable(),
  step: stepId.nullable(),
  state: z.enum(["running", "done", "failed", "cancelled"]),
  done: z.number(),
  total: z.number(),
  message: z.string(),
  /** The parts under way now, such as checks of a set by their ids, each with its last word; empty for work without parts. */
  active: z.array(z.strictObject({ part: z.string(), message: z.string() })),
  startedAt: instant,
  finishedAt: instant.nullable(),
  failure: failure.nullable(),
  /** Id of the file the job made, for `files.readDownload` and `files.saveDownload`. */
  download: recordId.nullable(),
});
export type Job = z.infer<typeof job>;

/** What can have changed; screens that show one of them fetch again. */
export const topics = [
  "engagements",
  "rfi",
  "steps",
  "checks",
  "observations",
  "evidence",
  "signoffs",
  "reports",
  "conflicts",
  "copies",
  "history",
  "settings",
  "rehearsal",
  "trust",
  "lock",
  "vantage",
] as const;
export type Topic = (typeof topics)[number];

/** What open screens listen to: something changed (fetch again), a job moved, or something waited for has come. */
export const event = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("changed"),
    engagement: engagementId.nullable(),
    topics: z.array(z.enum(topics)),
    savedAt: instant.nullable(),
  }),
  z.strictObject({ type: z.literal("job"), job }),
  /** Something a person waited for has come, wherever in the program he is. */
  z.strictObject({ type: z.literal("notice"), engagement: engagementId, title: z.string(), text: z.string() }),
]);
export type EngineEvent = z.infer<typeof event>;

export const jobs = {
  list: command.input(nothing).output(z.strictObject({ jobs: z.array(job) })),
  get: command.input(z.strictObject({ job: recordId })).output(job),
  cancel: command.input(z.strictObject({ job: recordId })).output(job),
  events: command.input(nothing).output(eventIterator(event)),
};
