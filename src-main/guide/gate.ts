import type { Verdict } from "../contract/checks.ts";
import type { Gap } from "../contract/rfi/form.ts";
import type { MissingItem, TaskState } from "../contract/steps.ts";
import type { StepDescription } from "./steps.ts";

export type CheckStanding = "not-run" | "waived" | Verdict;

/** What has been recorded of a step, as the gate looks at it. */
export interface StepRecord {
  tasks: Record<string, TaskState>;
  checks: Record<string, CheckStanding>;
  evidence: { task: string | null }[];
  /** Cells with parallel values, by name. */
  conflicts: string[];
  /** Entries that only a newer version of the program understands. */
  opaque: number;
  /** Unanswered or wrong questions of the RFI; empty for other steps. */
  gaps: Gap[];
  /** Whether caches have forgotten the old MX records; null for steps that do not wait for it. */
  clock: ClockStanding | null;
}

/** The TTL clock as the gate looks at it. Instants are ISO 8601. */
export interface ClockStanding {
  state: "unknown" | "waiting" | "counting" | "over";
  expectedAt: string | null;
  isWaived: boolean;
}

const checkWords: Record<Exclude<CheckStanding, "waived" | "pass" | "warn">, string> = {
  "not-run": "has not run yet. Run it",
  fail: "failed. Run it again",
  "not-measurable": "could not be measured from here. Run it elsewhere",
  error: "ended with an error. Run it again",
};

const waive = "or waive the wait with a reason";

/** The wait for caches. Until it is over, mail still comes by the old way, and closing that loses it. */
function findWaiting(clock: ClockStanding | null): MissingItem[] {
  if (clock === null || clock.isWaived || clock.state === "over") return [];
  const texts = {
    unknown: `Nobody knows how long caches keep the old MX records: no snapshot was taken before the change. Take one before it, ${waive}.`,
    waiting: `The change of the MX records is not seen at every authoritative server yet. Take a snapshot after it, ${waive}.`,
    counting: `The old MX may still be cached until ${clock.expectedAt}. Wait until then, ${waive}.`,
  };
  return [{ kind: "clock", id: "clock", text: texts[clock.state] }];
}

/** What keeps a step from being signed, in words. A warning counts as passed; a check that cannot be measured needs a waiver. */
export function findMissing(described: StepDescription, record: StepRecord): MissingItem[] {
  const tasks = described.tasks.filter((task) => task.required && (record.tasks[task.task] ?? "open") === "open");
  const wanting = described.tasks.filter(
    (task) =>
      task.evidenceRequired &&
      record.tasks[task.task] === "done" &&
      !record.evidence.some((item) => item.task === task.task),
  );
  const checks = described.checks.flatMap(({ check, title, required }): MissingItem[] => {
    const standing = record.checks[check] ?? "not-run";
    if (!required || standing === "pass" || standing === "warn" || standing === "waived") return [];
    return [
      {
        kind: "check",
        id: check,
        text: `The check “${title}” ${checkWords[standing]}, or waive it with a reason.`,
      },
    ];
  });
  return [
    ...record.gaps.map(
      ({ at, label, problem }): MissingItem => ({ kind: "answer", id: at, text: `${label}: ${problem}` }),
    ),
    ...tasks.map(({ task, title }): MissingItem => ({ kind: "task", id: task, text: `${title}: not done yet.` })),
    ...described.openValues.map(
      ({ key, label }): MissingItem => ({
        kind: "value",
        id: key,
        text: `${label}: not known yet. Confirm or enter it on this page.`,
      }),
    ),
    ...wanting.map(
      ({ task, title, evidenceWanted }): MissingItem => ({
        kind: "evidence",
        id: task,
        text: `${title}: evidence is missing. Wanted: ${evidenceWanted}`,
      }),
    ),
    ...checks,
    ...findWaiting(record.clock),
    ...record.conflicts.map(
      (cell): MissingItem => ({
        kind: "conflict",
        id: cell,
        text: `Two different values were written for ${cell}. Choose one.`,
      }),
    ),
    ...(record.opaque > 0
      ? [
          {
            kind: "newer" as const,
            id: "newer",
            text: `${record.opaque} changes were made by a newer version of the program. Update to see them.`,
          },
        ]
      : []),
  ];
}
