import { type CheckDefinition, checkCatalog, runCheck, type Secrets } from "../../checks/index.ts";
import type { StepId } from "../../contract/names.ts";
import { type NetworkSettings, networkSettings } from "../../contract/settings.ts";
import type { Journal } from "../../journal/index.ts";
import { cells } from "../cells.ts";
import { recordOutcome } from "../check-outcomes.ts";
import { runCheckSet } from "../check-set.ts";
import { type EngineContext, networkOf, toCheckContext } from "../context.ts";
import { readFacts } from "../facts.ts";
import { record } from "../guard.ts";
import type { Implementer } from "../implementer.ts";
import { readGivenMessage } from "../message-reading.ts";
import { judgeRunsAgain } from "../recheck.ts";
import { refuse } from "../refusal.ts";
import { isStanding, ownStep, readRuns, readStep } from "../step-facts.ts";
import { requireApplicable } from "./steps.ts";

interface RunRequest {
  engagement: string;
  step: StepId;
  only?: string[] | undefined;
  resolver?: string | undefined;
  directoryPassword?: string | undefined;
  smtpUser?: string | undefined;
  smtpPassword?: string | undefined;
  remember?: boolean | undefined;
}

/** Network checks: run as a job, read, waive. */
export function createCheckService(engine: EngineContext, os: Implementer) {
  const journalOf = (engagement: string) => engine.workspace.journal(engagement);
  const list = (journal: Journal, step: StepId) => ({ checks: readStep(engine, journal, step).checks });
  return os.checks.router({
    list: os.checks.list.handler(({ input }) => list(journalOf(input.engagement), input.step)),
    run: os.checks.run.handler(({ input }) => ({ job: startRun(engine, input) })),
    read: os.checks.read.handler(({ input: { engagement, step, check, message } }) =>
      readGivenMessage(engine, journalOf(engagement), step, check, message),
    ),
    result: os.checks.result.handler(({ input }) => {
      const state = journalOf(input.engagement).state();
      const entity =
        state.entities("step/").find((candidate) => candidate.endsWith(`/${input.run}`)) ??
        refuse("NOT_FOUND", { happened: "There is no such check run." });
      const [, , , check = ""] = entity.split("/");
      const step = ownStep(entity) ?? refuse("NOT_FOUND");
      return readRuns(state, step, check).find(({ run }) => run === input.run) ?? refuse("NOT_FOUND");
    }),
    recheck: os.checks.recheck.handler(async ({ input }) => ({
      runs: await judgeRunsAgain(journalOf(input.engagement)),
    })),
    waive: os.checks.waive.handler(({ input: { engagement, step, check, reason, by } }) => {
      const journal = journalOf(engagement);
      requireCheck(engine, journal, step, check);
      record(
        engine,
        journal,
        [{ kind: "set", entity: cells.checkWaiver(step, check), field: "waiver", value: { reason, by } }],
        "checks",
        "steps",
      );
      return list(journal, step);
    }),
    unwaive: os.checks.unwaive.handler(({ input: { engagement, step, check } }) => {
      const journal = journalOf(engagement);
      requireCheck(engine, journal, step, check);
      record(
        engine,
        journal,
        [{ kind: "set", entity: cells.checkWaiver(step, check), field: "waiver", value: null }],
        "checks",
        "steps",
      );
      return list(journal, step);
    }),
  });
}

function requireCheck(engine: EngineContext, journal: Journal, step: StepId, check: string): void {
  const { checks } = requireApplicable(readStep(engine, journal, step));
  if (!checks.some((known) => known.check === check)) refuse("NOT_FOUND", { happened: "The step has no such check." });
}

/** Starts the run; each result is an entry of its own, so that a cancelled run keeps what was complete. */
function startRun(engine: EngineContext, request: RunRequest): string {
  const { engagement, step, only } = request;
  const journal = engine.workspace.journal(engagement);
  const { checks, plan, signOffs } = requireApplicable(readStep(engine, journal, step));
  if (signOffs.some(isStanding)) refuse("STEP_SIGNED");
  const runnable = checks.filter(({ blocked, needsInput }) => blocked === null && needsInput === "none");
  const wanted = only ?? runnable.map(({ check }) => check);
  const definitions = wanted.map((id) => {
    const known = checks.some(({ check }) => check === id)
      ? checkCatalog.find((definition) => definition.id === id)
      : undefined;
    return known ?? refuse("NOT_FOUND", { happened: `The step has no check “${id}”.` });
  });
  if (definitions.some(({ needsInput = "none" }) => needsInput !== "none"))
    refuse("INVALID_INPUT", {
      happened: "This check reads a message instead of asking the network.",
      todo: "Paste the header of the mail into the check, or give the file of the mail.",
    });
  if (definitions.length === 0)
    refuse("INVALID_INPUT", {
      happened: "No check of this step can run yet.",
      todo: "Answer the questions that the checks name as missing.",
      details: checks.flatMap(({ blocked }) => blocked ?? []),
    });
  const facts = readFacts(journal);
  if (facts.identity.rehearsal) engine.rehearsal.requireRunning();
  const own = networkOf(engine, facts);
  const network = request.resolver === undefined ? own : checkedNetwork(own, request.resolver);
  const secrets = takeSecrets(engine, request);
  return engine.jobs.start({
    kind: "check-run",
    title: definitions.length === 1 ? `Check: ${definitions[0]?.title}` : `Checks of ${plan.title}`,
    engagement,
    step,
    work: async (control) => {
      const items = definitions.map((definition) => ({
        id: definition.id,
        title: definition.title,
        run: (progress: (message: string) => void) =>
          runOne({ engine, journal, step, definition, network, secrets, signal: control.signal, progress }),
      }));
      await runCheckSet(items, control);
      return null;
    },
  }).job;
}

/** Secrets of the run, kept in memory where the person asked for it. */
function takeSecrets(engine: EngineContext, request: RunRequest): Secrets {
  const { engagement, directoryPassword, smtpUser, smtpPassword, remember } = request;
  const given: Secrets = {
    ...(directoryPassword === undefined ? {} : { directoryPassword }),
    ...(smtpUser === undefined ? {} : { smtpUser }),
    ...(smtpPassword === undefined ? {} : { smtpPassword }),
  };
  return engine.secrets.use(engagement, given, remember);
}

function checkedNetwork(network: NetworkSettings, resolver: string): NetworkSettings {
  const parsed = networkSettings.safeParse({ ...network, resolver });
  return parsed.success
    ? parsed.data
    : refuse("INVALID_INPUT", { details: parsed.error.issues.map((issue) => issue.message) });
}

interface OneRun {
  engine: EngineContext;
  journal: Journal;
  step: StepId;
  definition: CheckDefinition;
  network: NetworkSettings;
  secrets: Secrets;
  signal: AbortSignal;
  progress(message: string): void;
}

async function runOne({ engine, journal, step, definition, network, ...run }: OneRun): Promise<void> {
  const context = { ...toCheckContext(engine, readFacts(journal), network), step };
  const { clock } = engine.world;
  const outcome = await runCheck(definition, context, { ...run, net: engine.net, now: () => clock.now() });
  if ("blocked" in outcome)
    return refuse("INVALID_INPUT", {
      happened: outcome.blocked,
      todo: "Answer the question named, then run the check again.",
    });
  const { machine } = engine.world;
  const vantage = { ...outcome.vantage, host: machine.host(), addresses: machine.addresses() };
  recordOutcome(engine, journal, step, definition, { ...outcome, vantage });
}
