import * as z from "zod";
import {
  confidence,
  type PlatformFamily,
  party,
  platformFamilies,
  regionId,
  serviceId,
  slug,
  stepId,
} from "../contract/names.ts";
import { fieldPath } from "../contract/rfi/form.ts";

const sentence = z.string().trim().min(1);
/** A part of an instruction: prose, something to type, or values to enter in a console. */
const block = z.union([sentence, z.strictObject({ command: sentence }), z.strictObject({ values: sentence })], {
  error: "Write a sentence, or “command:” or “values:” with a text.",
});
const blocks = z.array(block).min(1);
/** Instructions per platform family; `default` serves every family that has none of its own, `first` and `last` stand around either. */
const perPlatform = z.strictObject({
  ...Object.fromEntries(["first", "default", ...platformFamilies, "last"].map((key) => [key, blocks.optional()])),
} as Record<"first" | "default" | "last" | PlatformFamily, z.ZodOptional<typeof blocks>>);
export type PerPlatform = z.infer<typeof perPlatform>;
export type Block = z.infer<typeof block>;

const condition = z.strictObject({
  services: z.array(serviceId).min(1).optional(),
  families: z.array(z.enum(platformFamilies)).min(1).optional(),
  answer: z.strictObject({ field: fieldPath, is: z.array(z.union([z.string(), z.boolean()])).min(1) }).optional(),
  /** Holds when a free answer contains one of the words, written in small letters. */
  mentions: z.strictObject({ field: fieldPath, words: z.array(z.string().regex(/^[a-z0-9 -]+$/)).min(1) }).optional(),
});
export type Condition = z.infer<typeof condition>;

const task = z.strictObject({
  task: slug,
  title: sentence,
  party,
  required: z.boolean(),
  when: condition.optional(),
  instructions: perPlatform,
  checks: z.array(slug).default([]),
  evidence: z.string().default(""),
  evidenceRequired: z.boolean().default(false),
  waiting: z.string().default(""),
  undo: z.string().default(""),
});
export type PlaybookTask = z.infer<typeof task>;

export const stepFile = z.strictObject({
  step: stepId,
  title: sentence,
  after: z.array(stepId),
  plannedDate: fieldPath.optional(),
  purpose: sentence,
  who: sentence,
  duration: sentence,
  prerequisites: z.array(sentence),
  /** Facts of the region table that the step shows and its signature covers; a required one must be known before it can be signed. */
  values: z
    .array(z.strictObject({ key: slug, required: z.boolean().default(false), when: condition.optional() }))
    .default([]),
  checks: z.array(z.strictObject({ check: slug, required: z.boolean() })).default([]),
  tasks: z.array(task).min(1),
  mistakes: z.array(z.strictObject({ mistake: sentence, symptom: sentence, remedy: sentence })),
  rollback: perPlatform,
  statement: sentence,
  notTested: z.array(sentence).min(1),
});
export type PlaybookStep = z.infer<typeof stepFile>;

const fact = z.strictObject({
  /** Values that may be pre-filled; left out when nobody knows one. */
  value: z.array(z.string().min(1)).min(1).optional(),
  /** Values that need the consultant's tick. */
  suggestion: z.array(z.string().min(1)).min(1).optional(),
  confidence,
  source: sentence,
  asOf: z.iso.date(),
});
export type RegionFact = z.infer<typeof fact>;

export const regionsFile = z.strictObject({
  /** Name of each key, and how values of all regions are the same where they are. */
  labels: z.record(slug, sentence),
  common: z.record(slug, fact),
  regions: z
    .array(
      z.strictObject({
        region: regionId,
        title: sentence,
        accountPrefix: z.string().optional(),
        /** Letters by which the references of SMTP replies name the grid. */
        replyReferences: z
          .strictObject({
            names: z.array(z.string().regex(/^[a-z]{2,8}$/)).min(1),
            confidence,
            source: sentence,
            asOf: z.iso.date(),
          })
          .optional(),
        values: z.record(slug, fact),
      }),
    )
    .min(1),
});

export const servicesFile = z.strictObject({
  source: sentence,
  asOf: z.iso.date(),
  /** Steps that follow from some services only, with the sentence that explains their absence. Steps not named always apply. */
  conditional: z.array(z.strictObject({ step: stepId, needs: z.array(serviceId).min(1), otherwise: sentence })),
});

const dated = { source: sentence, asOf: z.iso.date() };
export const policiesFile = z.strictObject({
  ...dated,
  policies: z.array(z.strictObject({ policy: sentence, meaning: sentence })).min(1),
});
/** A status code without its class: "1.1" of 5.1.1, or a subject alone (RFC 3463 3). */
const status = z.string().regex(/^[0-7](?:\.\d{1,3})?$/);
export const repliesFile = z.strictObject({
  ...dated,
  replies: z
    .array(
      z.strictObject({
        code: z.array(z.number().int().min(200).max(599)).min(1),
        text: z.array(sentence).min(1),
        meaning: sentence,
        who: sentence,
        steps: z.array(stepId),
        confidence,
      }),
    )
    .min(1),
  /** What the standards say, for replies that the service's table does not have. */
  generic: z.strictObject({
    ...dated,
    enhanced: z.array(z.strictObject({ status, meaning: sentence, who: sentence })).min(1),
    basic: z
      .array(z.strictObject({ code: z.number().int().min(200).max(599), meaning: sentence, who: sentence }))
      .min(1),
  }),
});
export const connectFile = z.strictObject({
  title: sentence,
  asOf: z.iso.date(),
  source: sentence,
  order: z.array(stepId).min(1),
  /** Checks that steps may name, with the title people read. */
  checks: z.record(slug, sentence),
});

/** The guide as data, checked. */
export interface Playbook {
  title: string;
  asOf: string;
  checks: Record<string, string>;
  steps: PlaybookStep[];
  regions: z.infer<typeof regionsFile>;
  services: z.infer<typeof servicesFile>;
  policies: z.infer<typeof policiesFile>;
  replies: z.infer<typeof repliesFile>;
}
