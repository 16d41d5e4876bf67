import * as z from "zod";
import { listClockDomains, listWantedMx, type Picture, readClock } from "../checks/index.ts";
import type { StepId } from "../contract/names.ts";
import type { ClockView } from "../contract/observations.ts";
import type { Json, State } from "../journal/index.ts";
import { cells } from "./cells.ts";
import { type EngineContext, toCheckContext } from "./context.ts";
import { type EngagementFacts, sourceOf } from "./facts.ts";
import { readPictures } from "./observations.ts";

/** Steps that wait for caches to forget the old MX records: one completes the change, the other closes the old way. */
export const clockSteps = ["inbound", "lockdown"] as const satisfies readonly StepId[];
export const hasClock = (step: StepId): step is (typeof clockSteps)[number] =>
  (clockSteps as readonly StepId[]).includes(step);

/** What is recorded, and whatever is known beside it, as the clock wants it. */
interface ClockSource {
  state: State;
  facts: EngagementFacts;
  /** Pictures newer than what is recorded. */
  more?: readonly Picture[];
}

/** The clock of the MX or SPF change; null without a domain whose change matters. */
export function readChangeClock(
  engine: EngineContext,
  record: "mx" | "spf",
  { state, facts, more = [] }: ClockSource,
): ClockView | null {
  const context = toCheckContext(engine, facts);
  const pictures = [...readPictures(state, record), ...more];
  const options = record === "mx" ? { wanted: listWantedMx(context) } : { changedOnly: true };
  return readClock(record, listClockDomains(context, record), pictures, engine.world.clock.now().getTime(), options);
}

/** What is waived, as the customer and the document read it. */
export const clockWaiverTitle = "The wait until caches have forgotten the old MX records";

const waiverValue = z.strictObject({ reason: z.string(), by: z.string() });

/** Who has waived the wait for one step, if anybody has. */
export function readClockWaiver(state: State, step: StepId) {
  const cell = state.get(cells.clockWaiver(step), "waiver");
  const value = waiverValue.safeParse(cell?.value);
  const source = sourceOf(cell);
  return value.success && source ? { ...value.data, ...source } : null;
}

export const clockWaiverOp = (step: StepId, value: Json) =>
  ({ kind: "set", entity: cells.clockWaiver(step), field: "waiver", value }) as const;
