import type { CheckDefinition } from "../checks/index.ts";
import type { CheckOutcome } from "../checks/run.ts";
import type { StepId } from "../contract/names.ts";
import type { Journal } from "../journal/index.ts";
import { cells } from "./cells.ts";
import type { EngineContext } from "./context.ts";
import { record } from "./guard.ts";
import { createId } from "./world.ts";

/** Keeps one judged run: the recorded bytes as a blob, the result as an entry of its own. Returns the run's id. */
export function recordOutcome(
  engine: EngineContext,
  journal: Journal,
  step: StepId,
  { id: check, title }: Pick<CheckDefinition, "id" | "title">,
  { judgement, record: recorded, startedAt, finishedAt, vantage }: CheckOutcome,
): string {
  const blob = journal.putBlob(new TextEncoder().encode(JSON.stringify(recorded)));
  const run = createId(engine.world.random);
  const result = { run, check, step, title, ...judgement, startedAt, finishedAt, vantage, record: blob };
  record(
    engine,
    journal,
    [{ kind: "set", entity: cells.checkRun(step, check, run), field: "result", value: result }],
    "checks",
    "steps",
  );
  return run;
}
