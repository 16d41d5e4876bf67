import type { Topic } from "../contract/jobs.ts";
import { planSteps } from "../guide/index.ts";
import type { Journal, NewOp } from "../journal/index.ts";
import type { EngineContext } from "./context.ts";
import { readFacts } from "./facts.ts";
import { refuse } from "./refusal.ts";
import { ownStep, signedStepsOver } from "./step-facts.ts";

type Touched = { entity: string; field: string };
const touchedBy = (op: NewOp): Touched[] => {
  if (op.kind === "set") return [{ entity: op.entity, field: op.field }];
  if (op.kind === "attach") return [{ entity: op.entity, field: "attachment" }];
  return op.kind === "delete" ? [{ entity: op.entity, field: "*" }] : [];
};

/** Refuses a change of anything that a standing sign-off covers, and says which step must be reopened. */
export function refuseSigned(engine: EngineContext, journal: Journal, ops: readonly NewOp[]): void {
  const state = journal.state();
  for (const { entity, field } of ops.flatMap(touchedBy)) {
    const steps = signedStepsOver(state, entity, field);
    if (steps.length === 0) continue;
    if (ownStep(entity)) refuse("STEP_SIGNED");
    const titles = planSteps(engine.playbook, readFacts(journal).guide)
      .filter(({ step }) => steps.includes(step))
      .map(({ title }) => title);
    refuse("ANSWER_SIGNED", { details: titles.map((title) => `Signed step: ${title}`) });
  }
}

/** The one way a service writes: nothing signed is touched, one user action becomes one entry, open screens are told. */
export function record(engine: EngineContext, journal: Journal, ops: NewOp[], ...topics: Topic[]): void {
  refuseSigned(engine, journal, ops);
  engine.workspace.append(journal, ops, topics);
}
