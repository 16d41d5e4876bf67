import { type Answer, type DnsExchange, exchangeToAnswer, type Question, questionKey } from "./exchange.ts";

/**
 * A pure line of questioning: yields questions, is handed their answers in the same order, returns what it learned.
 * The probe drives it over the network, the judge drives it again over the recorded exchanges; so both see one logic.
 */
export type Walk<T> = Generator<Question[], T, Answer[]>;

/**
 * A round without questions, by which a walk offers to have its branches driven each at its own pace. A driver that does so sets
 * `results`; any other just goes on, and the branches are then walked in rounds. What is learned is the same.
 */
export interface BranchOffer extends Array<Question> {
  branches: readonly Walk<unknown>[];
  results: unknown[] | null;
}
export const isBranchOffer = (questions: Question[]): questions is BranchOffer => "branches" in questions;

/** Runs several walks side by side. None waits for another's slow server where the driver can help it. */
export function* walkTogether<T>(walks: Walk<T>[]): Walk<T[]> {
  const offer: BranchOffer = Object.assign([], { branches: walks, results: null });
  yield offer;
  return offer.results === null ? yield* walkInRounds(walks) : (offer.results as T[]);
}

/** Each round asks the open questions of all walks together. */
function* walkInRounds<T>(walks: Walk<T>[]): Walk<T[]> {
  const steps = walks.map((walk) => walk.next());
  for (;;) {
    const open = steps.flatMap((step, index) => (step.done ? [] : [{ index, questions: step.value }]));
    if (open.length === 0) return steps.map((step) => step.value as T);
    const answers = yield open.flatMap(({ questions }) => [...questions]);
    let next = 0;
    for (const { index, questions } of open) {
      const own = answers.slice(next, next + questions.length);
      next += questions.length;
      steps[index] = walks[index]?.next(own) ?? { done: true, value: undefined as T };
    }
  }
}

/** Walks over recorded exchanges. A question that was never recorded counts as unanswered. */
export function replayWalk<T>(walk: Walk<T>, exchanges: readonly DnsExchange[]): T {
  const recorded = new Map(exchanges.map((exchange) => [questionKey(exchange), exchange]));
  const answers = new Map<string, Answer>();
  const answer = (question: Question): Answer => {
    const key = questionKey(question);
    const known = answers.get(key) ?? answerFrom(recorded.get(key), question);
    answers.set(key, known);
    return known;
  };
  let step = walk.next();
  while (!step.done) step = walk.next(step.value.map(answer));
  return step.value;
}

function answerFrom(exchange: DnsExchange | undefined, question: Question): Answer {
  return exchangeToAnswer(
    exchange ?? {
      ...question,
      server: question.to ?? "resolver",
      transport: "udp",
      tries: 0,
      milliseconds: 0,
      reply: null,
      failure: "NOT_RECORDED",
    },
  );
}
