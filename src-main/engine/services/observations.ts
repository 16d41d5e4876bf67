import {
  compareObservations,
  type Fact,
  isObserved,
  type ObservedStep,
  observe,
  observedSteps,
  readObservation,
} from "../../checks/index.ts";
import type { StepId } from "../../contract/names.ts";
import type { Comparison, ObservationMoment } from "../../contract/observations.ts";
import type { Journal, SignOff } from "../../journal/index.ts";
import { clockSteps, clockWaiverOp, hasClock, readChangeClock, readClockWaiver } from "../clock.ts";
import { type EngineContext, toCheckContext } from "../context.ts";
import { readFacts } from "../facts.ts";
import { record } from "../guard.ts";
import type { Implementer } from "../implementer.ts";
import type { JobControl } from "../jobs.ts";
import { keepObservation } from "../keep-observation.ts";
import { type KeptObservation, latestOf, readAllObservations, readObservations } from "../observations.ts";
import { refuse } from "../refusal.ts";
import { isStanding, readStep } from "../step-facts.ts";
import { isUnderWay } from "../watches.ts";
import { requireApplicable } from "./steps.ts";

/** Looks at the outside: take, compare, see what has changed since a signature, and the clock of the MX change. */
export function createObservationService(engine: EngineContext, os: Implementer) {
  const journalOf = (engagement: string) => engine.workspace.journal(engagement);
  /** Engagements looked at by the program itself in this session. */
  const lookedAt = new Set<string>();
  return os.observations.router({
    take: os.observations.take.handler(({ input: { engagement, step, moment } }) => ({
      job: startTaking(engine, engagement, requireObserved(step), moment),
    })),
    list: os.observations.list.handler(({ input: { engagement, step } }) => {
      const state = journalOf(engagement).state();
      const kept = step === undefined ? readAllObservations(state) : readObservations(state, step);
      return { observations: kept.map(({ view }) => view).reverse() };
    }),
    compare: os.observations.compare.handler(({ input: { engagement, step } }) =>
      compareAround(journalOf(engagement), step),
    ),
    drift: os.observations.drift.handler(({ input: { engagement, step } }) => findDrift(journalOf(engagement), step)),
    lookAgain: os.observations.lookAgain.handler(({ input: { engagement, automatic } }) => {
      if (automatic && (lookedAt.has(engagement) || !mayLook(engine, journalOf(engagement)))) return { job: null };
      lookedAt.add(engagement);
      return { job: startLookingAgain(engine, engagement) };
    }),
    clock: os.observations.clock.handler(({ input }) => viewClock(engine, input.engagement)),
    watch: os.observations.watch.handler(({ input }) => ({ job: engine.watches.start(input.engagement) })),
    waiveClock: os.observations.waiveClock.handler(({ input: { engagement, step, reason, by } }) => {
      requireClock(engine, journalOf(engagement), step);
      record(engine, journalOf(engagement), [clockWaiverOp(step, { reason, by })], "observations", "steps");
      return viewClock(engine, engagement);
    }),
    unwaiveClock: os.observations.unwaiveClock.handler(({ input: { engagement, step } }) => {
      requireClock(engine, journalOf(engagement), step);
      record(engine, journalOf(engagement), [clockWaiverOp(step, null)], "observations", "steps");
      return viewClock(engine, engagement);
    }),
  });
}

const requireObserved = (step: StepId): ObservedStep =>
  isObserved(step)
    ? step
    : refuse("INVALID_INPUT", {
        happened: "This step changes nothing that can be seen from outside.",
        todo: `Choose one of ${observedSteps.join(", ")}.`,
      });

function requireClock(engine: EngineContext, journal: Journal, step: StepId): void {
  requireApplicable(readStep(engine, journal, step));
  if (!hasClock(step)) refuse("INVALID_INPUT", { happened: "This step does not wait for caches." });
}

/** Refused before anybody waits for the network. */
function requireWritable(engine: EngineContext, engagement: string): Journal {
  const journal = engine.workspace.journal(engagement);
  return journal.mode === "read" ? refuse("READ_ONLY") : journal;
}

/** Whether the program may use the network by itself, and there is one. A file that is only looked at is left alone. */
const mayLook = ({ settings, world }: EngineContext, journal: Journal): boolean =>
  settings.get().network.selfTest === "at-start" && world.machine.addresses().length > 0 && journal.mode !== "read";

function startTaking(engine: EngineContext, engagement: string, step: ObservedStep, moment: ObservationMoment): string {
  const read = requireApplicable(readStep(engine, requireWritable(engine, engagement), step));
  // What is signed stays as it was signed; a later look is kept beside it.
  if (moment !== "later" && read.signOffs.some(isStanding)) refuse("STEP_SIGNED");
  const words = { before: "before the change", after: "after the change", later: "as it is now" };
  return engine.jobs.start({
    kind: "observation",
    title: `Snapshot ${words[moment]}: ${read.plan.title}`,
    engagement,
    step,
    work: async (control) => {
      await take(engine, engagement, step, moment, control);
      if (moment === "after" && step === "inbound") watchIfAllowed(engine, engagement);
      return null;
    },
  }).job;
}

async function take(
  engine: EngineContext,
  engagement: string,
  step: ObservedStep,
  moment: ObservationMoment,
  { signal, progress }: JobControl,
): Promise<void> {
  const { clock } = engine.world;
  const context = toCheckContext(engine, readFacts(engine.workspace.journal(engagement)));
  const observation = await observe(step, context, {
    net: engine.net,
    signal,
    now: () => clock.now(),
    progress: (message) => progress(0, 1, message),
  });
  if ("blocked" in observation)
    return refuse("INVALID_INPUT", {
      happened: observation.blocked,
      todo: "Answer the question named, then try again.",
    });
  keepObservation(engine, engine.workspace.journal(engagement), { step, moment, observation });
}

function watchIfAllowed(engine: EngineContext, engagement: string): void {
  const journal = engine.workspace.journal(engagement);
  if (
    mayLook(engine, journal) &&
    isUnderWay(readChangeClock(engine, "mx", { state: journal.state(), facts: readFacts(journal) }))
  )
    engine.watches.start(engagement);
}

const standing = (journal: Journal, step: StepId): SignOff | undefined =>
  journal.state().signOffs(step).findLast(isStanding);

/** Null when no signed step has anything outside to look at. */
function startLookingAgain(engine: EngineContext, engagement: string): string | null {
  const journal = requireWritable(engine, engagement);
  const steps = observedSteps.filter(
    (step) => standing(journal, step) && readStep(engine, journal, step).plan.applicable,
  );
  if (steps.length === 0) return null;
  return engine.jobs.start({
    kind: "observation",
    title: "Looking at what the signed steps rest on",
    engagement,
    step: null,
    work: async (control) => {
      for (const [index, step] of steps.entries()) {
        const progress = (_done: number, _total: number, message: string) =>
          control.progress(index, steps.length, message);
        await take(engine, engagement, step, "later", { ...control, progress });
      }
      return null;
    },
  }).job;
}

export function compareAround(journal: Journal, step: StepId): Comparison {
  const kept = readObservations(journal.state(), step);
  return compareKept(journal, latestOf(kept, "before"), latestOf(kept, "after"));
}

/** The last look that the signer can have known, against the newest. */
function findDrift(journal: Journal, step: StepId) {
  const signOff = standing(journal, step) ?? refuse("STEP_NOT_SIGNED");
  const kept = readObservations(journal.state(), step);
  const before = kept.findLast(({ lam }) => lam < signOff.lam) ?? null;
  const after = kept.findLast(({ lam }) => lam > signOff.lam) ?? null;
  return { signedAt: signOff.wall, ...compareKept(journal, before, after) };
}

function compareKept(journal: Journal, before: KeptObservation | null, after: KeptObservation | null): Comparison {
  const [old, now] = [before && readKept(journal, before), after && readKept(journal, after)];
  const limits = [
    ...[old, now].flatMap((facts, index) =>
      facts === "unreadable" ? [`The record of the look ${index === 0 ? "before" : "after"} cannot be read here.`] : [],
    ),
    ...(before && after ? comparePlaces(before, after) : []),
  ];
  const factsOf = (facts: Fact[] | "unreadable" | null) => (facts === "unreadable" || facts === null ? [] : facts);
  const lines = old === "unreadable" || now === "unreadable" ? [] : compareObservations(factsOf(old), factsOf(now));
  return { before: before?.view ?? null, after: after?.view ?? null, limits, lines };
}

function readKept(journal: Journal, { view }: KeptObservation): Fact[] | "unreadable" {
  const bytes = journal.getBlob(view.record);
  if (!bytes) return "unreadable";
  try {
    return readObservation(JSON.parse(new TextDecoder().decode(bytes))) ?? "unreadable";
  } catch {
    return "unreadable";
  }
}

/** From another place the same network can look different. */
function comparePlaces({ view: one }: KeptObservation, { view: other }: KeptObservation): string[] {
  const addressesOf = ({ vantage }: typeof one) => [...vantage.addresses].sort().join(", ");
  const isSame = addressesOf(one) === addressesOf(other) && one.vantage.resolver === other.vantage.resolver;
  if (isSame) return [];
  return [
    `The two looks are from different places (${addressesOf(one) || "no address"}, resolver ${one.vantage.resolver}; then ${addressesOf(other) || "no address"}, resolver ${other.vantage.resolver}), so a port or a name can differ for that reason alone.`,
  ];
}

function viewClock(engine: EngineContext, engagement: string) {
  const journal = engine.workspace.journal(engagement);
  const state = journal.state();
  const facts = readFacts(journal);
  const latest = engine.watches.latest(engagement);
  const more = latest ? [{ ...latest, role: "other" as const }] : [];
  const read = (record: "mx" | "spf") => {
    const clock = readChangeClock(engine, record, { state, facts });
    // The newest answers show who gives what now; the state rests on what is recorded.
    const servers = readChangeClock(engine, record, { state, facts, more })?.servers ?? [];
    return clock && { ...clock, servers };
  };
  return {
    clock: read("mx"),
    spf: read("spf"),
    watch: engine.watches.view(engagement),
    waivers: clockSteps.flatMap((step) => {
      const waiver = readClockWaiver(state, step);
      return waiver ? [{ step, ...waiver }] : [];
    }),
  };
}
