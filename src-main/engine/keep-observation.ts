import type { Observation } from "../checks/index.ts";
import type { StepId } from "../contract/names.ts";
import type { ObservationMoment } from "../contract/observations.ts";
import type { Journal } from "../journal/index.ts";
import { cells } from "./cells.ts";
import type { EngineContext } from "./context.ts";
import { record } from "./guard.ts";
import { createId } from "./world.ts";

export interface Keeping {
  step: StepId | null;
  moment: ObservationMoment;
  observation: Observation;
}

/** Writes one look as one entry, its record as a blob. What is taken later, and the watch's, lies outside what steps sign. */
export function keepObservation(engine: EngineContext, journal: Journal, { step, moment, observation }: Keeping): void {
  const id = createId(engine.world.random);
  const { at, finishedAt, vantage, answers } = observation;
  const { machine } = engine.world;
  const blob = journal.putBlob(new TextEncoder().encode(JSON.stringify(observation.record)));
  const value = {
    observation: id,
    step,
    moment,
    at,
    finishedAt,
    vantage: { ...vantage, host: machine.host(), addresses: machine.addresses() },
    record: blob,
    answers: answers.map((one) => ({ ...one })),
  };
  const isCovered = step !== null && moment !== "later";
  const entity = isCovered ? cells.observation(step, id) : cells.watchedBy(step ?? "picture", id);
  record(engine, journal, [{ kind: "set", entity, field: "observation", value }], "observations", "steps");
}
