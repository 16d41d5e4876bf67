import { accountCodeToRegion, type RegionId, type StepId } from "../contract/names.ts";
import type { RegionValue } from "../contract/steps.ts";
import { type GuideContext, holds } from "./context.ts";
import type { Playbook, RegionFact } from "./playbook.ts";

const regionOf = (playbook: Playbook, region: RegionId) =>
  playbook.regions.regions.find((known) => known.region === region);

/** The region an account code's prefix names; null for a prefix that is not in the table. */
export const regionOfAccountCode = (playbook: Playbook, code: string): RegionId | null =>
  accountCodeToRegion(playbook.regions.regions, code);

/** The region whose grid an SMTP reply's reference names, such as "uk" for Europe; null for one that is not in the table. */
export const regionOfReference = (playbook: Playbook, grid: string): RegionId | null =>
  playbook.regions.regions.find(({ replyReferences }) => replyReferences?.names.includes(grid))?.region ?? null;

export const regionTitle = (playbook: Playbook, region: RegionId): string =>
  regionOf(playbook, region)?.title ?? region;

const unknownFact = {
  confidence: "U",
  source: "Not published; read it from the Administration Console, or ask the vendor's implementation consultant",
} as const;

function factOf(playbook: Playbook, region: RegionId, key: string): RegionFact {
  return (
    regionOf(playbook, region)?.values[key] ?? playbook.regions.common[key] ?? { ...unknownFact, asOf: playbook.asOf }
  );
}

export type DescribedValue = Omit<RegionValue, "confirmed">;

/** Region values with how well they are known: those a step shows, or all. A confirmed value wins over the table. */
export function regionValuesFor(playbook: Playbook, context: GuideContext, step?: StepId): DescribedValue[] {
  const keys = step ? shownKeys(playbook, context, step) : Object.keys(playbook.regions.labels);
  return keys.map((key) => {
    const { value, suggestion, confidence, source, asOf } = factOf(playbook, context.region, key);
    return {
      key,
      label: playbook.regions.labels[key] ?? key,
      value: context.confirmed[key] ?? value ?? null,
      suggestion: suggestion ?? null,
      confidence,
      source,
      asOf,
    };
  });
}

const shownOn = (playbook: Playbook, context: GuideContext, step: StepId) =>
  (playbook.steps.find((known) => known.step === step)?.values ?? []).filter(({ when }) => holds(when, context));

const shownKeys = (playbook: Playbook, context: GuideContext, step: StepId): string[] => [
  ...new Set(shownOn(playbook, context, step).map(({ key }) => key)),
];

/** Values that a step needs and nobody has confirmed or entered yet. */
export function findOpenValues(playbook: Playbook, context: GuideContext, step: StepId): DescribedValue[] {
  const needed = shownOn(playbook, context, step)
    .filter(({ required }) => required)
    .map(({ key }) => key);
  return regionValuesFor(playbook, context, step).filter(({ key, value }) => needed.includes(key) && value === null);
}

/** One value that may be used, or nothing when it waits for a tick or for somebody to enter it. */
export const usableValue = (playbook: Playbook, context: GuideContext, key: string): readonly string[] =>
  context.confirmed[key] ?? factOf(playbook, context.region, key).value ?? [];

/** Values that instructions and checks may use: confirmed ones, and those well enough known to be pre-filled. */
export function usableRegionValues(playbook: Playbook, context: GuideContext): Record<string, string[] | null> {
  return Object.fromEntries(regionValuesFor(playbook, context).map(({ key, value }) => [key, value]));
}
