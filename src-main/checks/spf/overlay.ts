import type { Answer, Question } from "../dns/exchange.ts";
import type { Walk } from "../dns/walk.ts";

/** SPF records by domain that are to be taken as published, in place of those that are. */
export type Overlay = ReadonlyMap<string, string>;

/** Walks as if the records of an overlay were published: their questions are answered from it, all others are asked. */
export function* walkOver<T>(walk: Walk<T>, overlay: Overlay): Walk<T> {
  let step = walk.next();
  while (!step.done) {
    const known = step.value.map((question) => answerFrom(question, overlay));
    const open = step.value.filter((_, index) => known[index] === null);
    const answers = open.length > 0 ? yield open : [];
    let next = 0;
    step = walk.next(known.flatMap((answer) => answer ?? answers[next++] ?? []));
  }
  return step.value;
}

function answerFrom(question: Question, overlay: Overlay): Answer | null {
  const text = question.type === "TXT" && question.to === null ? overlay.get(question.name) : undefined;
  if (text === undefined) return null;
  return {
    question,
    status: "answered",
    records: [{ data: { type: "TXT", text }, ttl: 0 }],
    aliases: [],
    isAuthoritative: false,
    isVerified: false,
    server: "the record proposed",
    detail: "",
  };
}
