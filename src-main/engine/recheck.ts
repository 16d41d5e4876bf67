import { setImmediate } from "node:timers/promises";
import { compareVerdicts, judgeRecorded } from "../checks/index.ts";
import type { RecheckItem } from "../contract/checks.ts";
import { stepIds } from "../contract/names.ts";
import { type Journal, JournalFailure } from "../journal/index.ts";
import { type JudgedRun, readRuns } from "./step-facts.ts";

/**
 * Judges the kept answers of every recorded run again, by the rules of this version: in the order of the steps, newest run of a check
 * first. Reads the file and nothing else; no network is touched and nothing is written. Other work goes on between two runs.
 */
export async function judgeRunsAgain(journal: Pick<Journal, "state" | "getBlob">): Promise<RecheckItem[]> {
  const items: RecheckItem[] = [];
  for (const run of listRuns(journal)) {
    items.push(judgeRun(journal, run));
    await setImmediate();
  }
  return items;
}

function listRuns(journal: Pick<Journal, "state">): JudgedRun[] {
  const state = journal.state();
  return stepIds.flatMap((step) => {
    const checks = state.entities(`step/${step}/check/`).map((entity) => entity.split("/")[3] ?? "");
    return [...new Set(checks)].flatMap((check) => readRuns(state, step, check));
  });
}

function judgeRun(journal: Pick<Journal, "getBlob">, recorded: JudgedRun): RecheckItem {
  const { run, check, step, title, finishedAt: at, verdict: was, reason: wasReason } = recorded;
  const base = { run, check, step, title, at, was, wasReason, now: null };
  const kept = readKept(journal, recorded.record);
  if (kept.kind !== "answers") return { ...base, reason: kept.reason, outcome: kept.kind };
  const { isReadable, judgement } = judgeRecorded(check, kept.answers);
  if (!isReadable) return { ...base, reason: judgement.reason, outcome: "unreadable" };
  const difference = compareVerdicts(judgement.verdict, was);
  const outcome = difference === 0 ? "same" : difference < 0 ? "worse" : "better";
  return { ...base, now: judgement.verdict, reason: judgement.reason, outcome };
}

type Kept = { kind: "answers"; answers: unknown } | { kind: "missing" | "unreadable"; reason: string };

/** The answers of a run as they lie in the file. What does not have the recorded hash is not looked at. */
function readKept(journal: Pick<Journal, "getBlob">, hash: string): Kept {
  let bytes: Uint8Array | undefined;
  try {
    bytes = journal.getBlob(hash);
  } catch (error) {
    if (!(error instanceof JournalFailure) || error.code !== "DAMAGED") throw error;
    return { kind: "unreadable", reason: "The evidence in this file is damaged: it is not what was recorded." };
  }
  if (!bytes) return { kind: "missing", reason: "The evidence is missing in this copy." };
  try {
    return { kind: "answers", answers: JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) };
  } catch {
    return { kind: "unreadable", reason: "The recorded answers are no JSON text." };
  }
}
