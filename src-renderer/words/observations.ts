import type { ClockView, Comparison, DifferenceLine, ServerState } from "../../src-main/contract/observations.ts";
import { countNoun } from "./steps.ts";

export const kindWords: Record<DifferenceLine["kind"], string> = {
  added: "Added",
  removed: "Removed",
  changed: "Changed",
  "not-seen": "Not seen",
  same: "Same",
};

export const serverKindWords: Record<ServerState["kind"], string> = {
  authoritative: "Authoritative",
  resolver: "Own resolver",
  comparison: "Public resolver",
};

export const clockWords: Record<ClockView["state"], string> = {
  unknown: "Not known",
  waiting: "Change not seen yet",
  counting: "Old records may still be cached",
  over: "Caches have turned over",
};

/** A change has begun, whether or not every server has it. Over is shown too: that is what was waited for. */
export const isUnderWay = ({ state, servers }: ClockView): boolean =>
  state === "counting" || state === "over" || (state === "waiting" && servers.some(({ isNew }) => isNew));

/** A value as people read it: nothing there, or not seen, are told apart. */
export const valueToWords = (value: string | null): string =>
  value === null ? "Not seen" : value === "" ? "None" : value;

/** The lines that are shown at once; what stayed the same is counted. */
export const differentLines = ({ lines }: Pick<Comparison, "lines">): DifferenceLine[] =>
  lines.filter(({ kind }) => kind !== "same" && kind !== "not-seen");

/** "2 things are different, 3 were not seen both times, 14 are the same." */
export function summarizeComparison({ lines }: Pick<Comparison, "lines">): string {
  const count = (kinds: DifferenceLine["kind"][]) => lines.filter(({ kind }) => kinds.includes(kind)).length;
  const different = count(["added", "removed", "changed"]);
  const parts = [
    different === 0
      ? "Nothing that was seen both times is different"
      : countNoun(different, "thing is different", "things are different"),
    ...(count(["not-seen"]) > 0 ? [countNoun(count(["not-seen"]), "was", "were").concat(" not seen both times")] : []),
    countNoun(count(["same"]), "is the same", "are the same"),
  ];
  return `${parts.join(", ")}.`;
}

const minute = 60_000;

/** What is left until a moment, in hours and minutes rounded up, so that it never says less than there is. */
export function formatLeft(until: string, now: Date): string {
  const left = Date.parse(until) - now.getTime();
  if (left <= 0) return "now";
  const minutes = Math.ceil(left / minute);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days ${hours % 24} h`;
}
