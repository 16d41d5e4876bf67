import * as z from "zod";
import { command, inEngagement, nothing } from "./command.ts";
import { fileSource } from "./files.ts";
import {
  attribution,
  calendarDay,
  engagementId,
  instant,
  line,
  platformId,
  recordId,
  regionId,
  serviceId,
  sha256,
  stepId,
} from "./names.ts";
import { stepSummary } from "./steps.ts";

const identity = {
  customer: line,
  reference: line,
  region: regionId,
  services: z.array(serviceId).min(1),
  platform: platformId,
  accountCode: z.string().trim().toUpperCase().max(40).optional(),
  consultant: line.optional(),
  tpoc: line.optional(),
  plannedStart: calendarDay.optional(),
  plannedEnd: calendarDay.optional(),
};

/** What identifies an engagement. The region may be left out when the account code's prefix names it. */
export const engagementDraft = z.strictObject({ ...identity, region: regionId.optional() });
export type EngagementDraft = z.infer<typeof engagementDraft>;
export const engagementChange = z.strictObject(identity).partial();

export const engagementListItem = z.strictObject({
  engagement: engagementId,
  customer: z.string(),
  reference: z.string(),
  region: regionId,
  stepReached: stepId,
  stepTitle: z.string(),
  signed: z.number().int(),
  applicable: z.number().int(),
  waitingFor: z.string(),
  nextDate: calendarDay.nullable(),
  conflicts: z.number().int(),
  changedAt: instant,
  archived: z.boolean(),
  rehearsal: z.boolean(),
  file: z.string(),
  /** Set when the file could not be read; the other columns then hold what the file's name tells. */
  problem: z.string().nullable(),
});
export type EngagementListItem = z.infer<typeof engagementListItem>;

/** Something a person should know about the file itself, until it is dismissed or no longer true. */
export const notice = z.strictObject({
  notice: recordId,
  kind: z.enum(["salvaged", "fork", "waiting", "newer", "revoked", "background"]),
  text: z.string(),
  details: z.array(z.string()),
  at: instant.nullable(),
  dismissible: z.boolean(),
});
export type Notice = z.infer<typeof notice>;

export const engagementView = z.strictObject({
  ...identity,
  engagement: engagementId,
  regionTitle: z.string(),
  platformTitle: z.string(),
  archived: z.boolean(),
  /** Made to practise on; nothing in it is about a real customer. */
  rehearsal: z.boolean(),
  file: z.string(),
  head: sha256,
  entries: z.number().int(),
  savedAt: instant.nullable(),
  steps: z.array(stepSummary),
  conflicts: z.number().int(),
  opaque: z.number().int(),
  readOnly: z.boolean(),
  /** Set while a copy or a snapshot is looked at: what it is. Everything is read-only then. */
  viewOf: z.string().nullable(),
  /** Left out of copies for the customer. */
  internalNote: z.strictObject({ text: z.string(), source: attribution.nullable() }),
  notices: z.array(notice),
});
export type EngagementView = z.infer<typeof engagementView>;

const opened = z.strictObject({ engagement: engagementId });

export const engagements = {
  list: command.input(nothing).output(z.strictObject({ engagements: z.array(engagementListItem) })),
  create: command.input(engagementDraft).output(opened),
  /** Takes a chosen or dropped file into the program's own folder, or opens the same engagement if it is there. A copy that adds something is refused: see `copies`. */
  open: command.input(z.strictObject({ source: fileSource })).output(opened),
  /** Makes the filled sample engagement, or opens it when it is there. */
  sample: command.input(nothing).output(opened),
  get: command.input(z.strictObject(inEngagement)).output(engagementView),
  update: command.input(z.strictObject({ ...inEngagement, change: engagementChange })).output(engagementView),
  /** A new engagement with the same answers, without tasks, evidence and signatures. */
  duplicate: command.input(z.strictObject({ ...inEngagement, customer: line, reference: line })).output(opened),
  archive: command.input(z.strictObject({ ...inEngagement, archived: z.boolean() })).output(engagementView),
  setNote: command.input(z.strictObject({ ...inEngagement, text: z.string().max(20_000) })).output(engagementView),
  dismissNotice: command.input(z.strictObject({ ...inEngagement, notice: recordId })).output(engagementView),
  recentChanges: command
    .input(z.strictObject(inEngagement))
    .output(z.strictObject({ changes: z.array(z.strictObject({ ...attribution.shape, text: z.string() })) })),
};
