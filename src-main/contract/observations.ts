import * as z from "zod";
import { vantage } from "./checks.ts";
import { command, inEngagement } from "./command.ts";
import { attribution, instant, line, paragraph, recordId, sha256, stepId } from "./names.ts";

/** When a look at the outside was taken: before or after the step's change, or later, to see what has changed since. */
export const observationMoment = z.enum(["before", "after", "later"]);
export type ObservationMoment = z.infer<typeof observationMoment>;

export const observationView = z.strictObject({
  observation: recordId,
  /** Null for what the watch keeps of its own: it belongs to no step. */
  step: stepId.nullable(),
  moment: observationMoment,
  at: instant,
  finishedAt: instant,
  vantage,
  /** SHA-256 of the recorded answers, kept in the engagement file. */
  record: sha256,
  author: attribution.shape.author,
  device: attribution.shape.device,
});
export type ObservationView = z.infer<typeof observationView>;

export const differenceLine = z.strictObject({
  kind: z.enum(["added", "removed", "changed", "not-seen", "same"]),
  key: z.string(),
  /** Domain, or host with port. */
  subject: z.string(),
  what: z.string(),
  /** Null where it was not seen, empty where there was none; several values stand on lines of their own. */
  before: z.string().nullable(),
  after: z.string().nullable(),
  detail: z.string(),
});
export type DifferenceLine = z.infer<typeof differenceLine>;

export const comparison = z.strictObject({
  before: observationView.nullable(),
  after: observationView.nullable(),
  /** Limits of the comparison in sentences: looked from another place, a record that cannot be read. */
  limits: z.array(z.string()),
  lines: z.array(differenceLine),
});
export type Comparison = z.infer<typeof comparison>;

export const serverState = z.strictObject({
  domain: z.string(),
  server: z.string(),
  kind: z.enum(["authoritative", "resolver", "comparison"]),
  /** What it gives now; null when it does not answer, empty for none. */
  answers: z.string().nullable(),
  ttl: z.number().int().nullable(),
  sinceWhen: instant,
  isNew: z.boolean(),
});
export type ServerState = z.infer<typeof serverState>;

export const clockView = z.strictObject({
  state: z.enum(["unknown", "waiting", "counting", "over"]),
  /** Why, with moments written as ISO 8601. */
  sentence: z.string(),
  changeSeenAt: instant.nullable(),
  /** Longest lifetime seen of the old records. Seconds. */
  oldTtl: z.number().int().nullable(),
  expectedAt: instant.nullable(),
  servers: z.array(serverState),
});
export type ClockView = z.infer<typeof clockView>;

export const clockWaiver = z.strictObject({ reason: z.string(), by: z.string(), ...attribution.shape });

export const watchView = z.strictObject({
  /** The job that asks the servers again and again; null while nobody does. */
  job: recordId.nullable(),
  askedAt: instant.nullable(),
  nextAt: instant.nullable(),
});
export type WatchView = z.infer<typeof watchView>;

const inStep = { ...inEngagement, step: stepId };
const started = z.strictObject({ job: recordId });
const clockAnswer = z.strictObject({
  /** Null when the engagement has no domain that receives mail, or no MX change. */
  clock: clockView.nullable(),
  /** The same for SPF records; nothing waits for it, but until it is over some receivers still judge by the old record. */
  spf: clockView.nullable(),
  watch: watchView,
  waivers: z.array(z.strictObject({ step: stepId, ...clockWaiver.shape })),
});

export const observations = {
  /** Starts a job that looks at everything outside that the step's change can move. `later` is for a signed step and lies outside what is signed. */
  take: command.input(z.strictObject({ ...inStep, moment: observationMoment })).output(started),
  /** Newest first. */
  list: command
    .input(z.strictObject({ ...inEngagement, step: stepId.optional() }))
    .output(z.strictObject({ observations: z.array(observationView) })),
  /** The latest look before the change against the latest after it. */
  compare: command.input(z.strictObject(inStep)).output(comparison),
  /** What is different now from the last look before the step was signed. */
  drift: command.input(z.strictObject(inStep)).output(z.strictObject({ signedAt: instant, ...comparison.shape })),
  /**
   * Looks again at what the signed steps rest on. `automatic` is what the program asks by itself when an engagement is opened: then
   * nothing is started when settings or network do not allow it, or when it has been done in this session.
   */
  lookAgain: command
    .input(z.strictObject({ ...inEngagement, automatic: z.boolean() }))
    .output(z.strictObject({ job: recordId.nullable() })),
  /** When caches have forgotten the old records, and which server gives what. */
  clock: command.input(z.strictObject(inEngagement)).output(clockAnswer),
  /** Asks the servers again and again until caches have turned over; one watch for each engagement. */
  watch: command.input(z.strictObject(inEngagement)).output(started),
  waiveClock: command.input(z.strictObject({ ...inStep, reason: paragraph, by: line })).output(clockAnswer),
  unwaiveClock: command.input(z.strictObject(inStep)).output(clockAnswer),
};
