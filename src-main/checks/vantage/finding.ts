import type { VantageFinding, VantageSubject } from "../../contract/vantage.ts";
import { toPrintable } from "../bytes.ts";
import { type Answer, exchangeToAnswer } from "../dns/exchange.ts";
import type { VantagePlan } from "./plan.ts";
import type { VantageRecord } from "./record.ts";

export type { VantageFinding };

/** What is seen as it should be. */
export const fine = (subject: VantageSubject, text: string): VantageFinding =>
  amiss(subject, "pass", "", { text, meaning: "", todo: "" });

/** What is not, or could not be seen; `word` is for the foot of the window. */
export const amiss = (
  subject: VantageSubject,
  verdict: VantageFinding["verdict"],
  word: string,
  said: Pick<VantageFinding, "text" | "meaning" | "todo">,
): VantageFinding => ({ subject, verdict, word, ...said });

/** The record with its answers read, for judging. */
export interface Seen {
  plan: VantagePlan;
  record: VantageRecord;
  /** Answers of the own resolver, and those of others by the server asked. */
  own: Answer[];
  others: Answer[];
}

export function readSeen(plan: VantagePlan, record: VantageRecord): Seen {
  const answers = record.exchanges.map(exchangeToAnswer);
  return {
    plan,
    record,
    own: answers.filter(({ question }) => question.to === null),
    others: answers.filter(({ question }) => question.to !== null),
  };
}

export const addressesOf = (answer: Answer): string[] =>
  answer.records.flatMap(({ data }) => (data.type === "A" || data.type === "AAAA" ? [data.address] : []));

export const shown = (text: string): string => toPrintable(text, 200);
