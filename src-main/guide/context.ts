import type { PlatformFamily, PlatformId, RegionId, ServiceId } from "../contract/names.ts";
import { isAsked, type RfiAnswers } from "../contract/rfi/form.ts";
import type { Condition } from "./playbook.ts";

/** Plain data: everything the guide may look at. */
export interface GuideContext {
  customer: string;
  reference: string;
  region: RegionId;
  services: ServiceId[];
  platform: PlatformId;
  family: PlatformFamily;
  answers: RfiAnswers;
  /** Region values that the consultant confirmed or entered, by key. */
  confirmed: Record<string, string[]>;
}

/** Whether a condition of the playbook holds. The same rule decides which questions the RFI asks. */
export function holds(condition: Condition | undefined, context: GuideContext): boolean {
  if (!condition) return true;
  const { services, families, answer, mentions } = condition;
  const given = String((mentions && context.answers.fields[mentions.field]) ?? "").toLowerCase();
  if (mentions && !mentions.words.some((word) => given.includes(word))) return false;
  return isAsked(
    { ...(services ? { services } : {}), ...(families ? { families } : {}), ...(answer ? { answer } : {}) },
    context,
    context.answers,
  );
}
