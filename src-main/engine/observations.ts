import * as z from "zod";
import type { Picture } from "../checks/index.ts";
import type { StepId } from "../contract/names.ts";
import { type ObservationMoment, type ObservationView, observationView } from "../contract/observations.ts";
import type { Head, Json, State } from "../journal/index.ts";
import { cells } from "./cells.ts";
import { shownHead } from "./facts.ts";

const { author: _author, device: _device, ...stored } = observationView.shape;
/** What one server said about one record of one domain, as kept beside the recorded bytes, so that gates need not read them. */
const answer = z.strictObject({
  domain: z.string().max(300),
  record: z.enum(["mx", "spf"]),
  kind: z.enum(["authoritative", "resolver", "comparison"]),
  server: z.string().max(400),
  set: z.string().max(60_000).nullable(),
  ttl: z.number().int().min(0).nullable(),
  detail: z.string().max(1_000),
});
const observationValue = z.strictObject({ ...stored, answers: z.array(answer).max(40_000) });
type ObservationValue = z.infer<typeof observationValue>;

/** A recorded look at the outside with its place in the journal. */
export interface KeptObservation {
  entity: string;
  view: ObservationView;
  lam: number;
  answers: ObservationValue["answers"];
}

/** Values of cells never change, so each is checked once. */
const checked = new WeakMap<object, ObservationValue | null>();
function checkValue(value: Json): ObservationValue | null {
  if (typeof value !== "object" || value === null) return null;
  const known = checked.get(value);
  if (known !== undefined) return known;
  const parsed = observationValue.safeParse(value);
  checked.set(value, parsed.success ? parsed.data : null);
  return parsed.success ? parsed.data : null;
}

function toKept(entity: string, value: ObservationValue, { lam, author, device }: Head): KeptObservation {
  const { answers, ...seen } = value;
  return { entity, view: { ...seen, author: author.name, device: device.slice(0, 16) }, lam, answers };
}

function readBelow(state: State, prefix: string): KeptObservation[] {
  return state.entities(prefix).flatMap((entity) => {
    const cell = state.get(entity, "observation");
    const head = cell && shownHead(cell);
    const value = cell && checkValue(cell.value);
    return head && value ? [toKept(entity, value, head)] : [];
  });
}

/** Gates ask for every step of every engagement in the list; between two entries the answer is the same. */
const readOnce = new WeakMap<State, { entries: number; kept: readonly KeptObservation[] }>();

/** Every look there is, in the order of the journal. */
export function readAllObservations(state: State): readonly KeptObservation[] {
  const known = readOnce.get(state);
  if (known?.entries === state.entries) return known.kept;
  const kept = [...readBelow(state, cells.steps), ...readBelow(state, cells.watched)].sort(
    (one, other) => one.lam - other.lam,
  );
  readOnce.set(state, { entries: state.entries, kept });
  return kept;
}

/** Looks at one step's outside, oldest first: those its signature covers and those taken later. */
export function readObservations(state: State, step: StepId): KeptObservation[] {
  const prefixes = [cells.observations(step), cells.watchedBy(step, "")];
  return readAllObservations(state).filter(({ entity }) => prefixes.some((prefix) => entity.startsWith(prefix)));
}

export const latestOf = (kept: readonly KeptObservation[], moment: ObservationMoment): KeptObservation | null =>
  kept.findLast(({ view }) => view.moment === moment) ?? null;

/** Steps whose "before" shows the records as they were before that change, and the one whose "after" says that it was made. */
const stepsOf = {
  mx: { before: ["outbound", "recipients", "inbound"], after: ["inbound"] },
  spf: { before: ["outbound"], after: ["outbound"] },
} as const satisfies Record<string, Record<"before" | "after", readonly StepId[]>>;

/**
 * All looks as the clock wants them, in order of time. A device whose clock was set back keeps the order in which it wrote; those of
 * several devices are put in order by what their clocks say.
 */
export function readPictures(state: State, of: keyof typeof stepsOf): Picture[] {
  const latest = new Map<string, string>();
  const dated = readAllObservations(state).map(({ view, answers }) => {
    const { device, moment, step } = view;
    const before = latest.get(device) ?? "";
    const at = view.at > before ? view.at : before;
    latest.set(device, at);
    const steps: readonly (StepId | null)[] = moment === "later" ? [] : stepsOf[of][moment];
    return { at, role: moment !== "later" && steps.includes(step) ? moment : ("other" as const), answers };
  });
  return dated.sort((one, other) => (one.at === other.at ? 0 : one.at < other.at ? -1 : 1));
}
