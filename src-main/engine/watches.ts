import { type Observation, observePicture, type ServerAnswer } from "../checks/index.ts";
import type { ClockView, WatchView } from "../contract/observations.ts";
import type { Journal } from "../journal/index.ts";
import { readChangeClock } from "./clock.ts";
import { type EngineContext, toCheckContext } from "./context.ts";
import { readFacts, readIdentity } from "./facts.ts";
import type { JobControl } from "./jobs.ts";
import { keepObservation } from "./keep-observation.ts";
import { readAllObservations } from "./observations.ts";
import { refuse } from "./refusal.ts";
import type { WatchList } from "./watch-list.ts";

/** Milliseconds between two rounds: at first and after news; while nothing changes; and while nobody answers at all. */
const pauses = { least: 60_000, calm: 300_000, silent: 900_000 };
/** Pictures one watch keeps. A resolver of many caches that answers old and new in turn must not fill the file. */
const mostKept = 200;
/** A cache that got the old records once more keeps them longer than this, in milliseconds, beyond what was known. */
const renewal = 120_000;

interface Watching {
  job: string;
  askedAt: string | null;
  nextAt: string | null;
  answers: ServerAnswer[];
  kept: number;
}

/** Asks name servers again and again, until caches have forgotten the old MX records; one watch for each engagement. */
export class Watches implements WatchList {
  readonly #engine: () => EngineContext;
  readonly #running = new Map<string, Watching>();
  #isStaying = false;
  constructor(engine: () => EngineContext) {
    this.#engine = engine;
  }

  start(engagement: string): string {
    const known = this.#running.get(engagement);
    if (known) return known.job;
    const { jobs, workspace } = this.#engine();
    if (workspace.journal(engagement).mode === "read") refuse("READ_ONLY");
    const watching: Watching = { job: "", askedAt: null, nextAt: null, answers: [], kept: 0 };
    const { job } = jobs.start({
      kind: "watch",
      title: "Watching the MX change",
      engagement,
      step: "inbound",
      work: async (control) => {
        try {
          await this.#watch(engagement, watching, control);
        } finally {
          this.#running.delete(engagement);
          this.#announce(engagement);
        }
        return null;
      },
    });
    watching.job = job;
    this.#running.set(engagement, watching);
    return job;
  }

  view(engagement: string): WatchView {
    const { job = null, askedAt = null, nextAt = null } = this.#running.get(engagement) ?? {};
    return { job, askedAt, nextAt };
  }

  latest(engagement: string): { at: string; answers: ServerAnswer[] } | null {
    const watching = this.#running.get(engagement);
    return watching?.askedAt ? { at: watching.askedAt, answers: watching.answers } : null;
  }

  stay(): void {
    this.#isStaying = true;
    this.resume();
  }

  resume(): void {
    const { settings, lock, workspace } = this.#engine();
    if (!this.#isStaying) return;
    if (settings.get().network.selfTest !== "at-start" || lock.view().state !== "unlocked") return;
    for (const entry of workspace.all()) {
      if (!("state" in entry) || entry.mode === "read" || readIdentity(entry.state()).archived) continue;
      if (isUnderWay(this.#clock(entry))) this.start(entry.engagement);
    }
  }

  #clock(journal: Journal): ClockView | null {
    return readChangeClock(this.#engine(), "mx", { state: journal.state(), facts: readFacts(journal) });
  }

  async #watch(engagement: string, watching: Watching, control: JobControl): Promise<void> {
    const { world } = this.#engine();
    let pause = pauses.least;
    for (;;) {
      const { isNews, isSilent } = await this.#ask(engagement, watching, control);
      const clock = this.#clock(this.#engine().workspace.journal(engagement));
      this.#tell(clock, control);
      if (clock === null || clock.state === "over") return this.#end(engagement, clock);
      pause = nextPause(pause, isNews, isSilent);
      const now = world.clock.now().getTime();
      const left = clock.expectedAt === null ? pause : Math.max(1_000, Date.parse(clock.expectedAt) - now);
      const wait = Math.min(pause, left);
      watching.nextAt = new Date(now + wait).toISOString();
      this.#announce(engagement);
      await world.wait(wait, control.signal);
    }
  }

  /** One round of questions. What is new is kept in the engagement. */
  async #ask(engagement: string, watching: Watching, { signal }: JobControl) {
    const engine = this.#engine();
    const facts = readFacts(engine.workspace.journal(engagement));
    const { clock } = engine.world;
    const seen = await observePicture(toCheckContext(engine, facts), {
      net: engine.net,
      signal,
      now: () => clock.now(),
      progress: () => undefined,
    });
    if ("blocked" in seen) return refuse("INVALID_INPUT", { happened: seen.blocked });
    // The file may have been closed and opened again while the servers were asked.
    const journal = engine.workspace.journal(engagement);
    const isNews = watching.kept < mostKept && hasNews(journal, seen, this.#clock(journal)?.state === "counting");
    if (isNews) {
      keepObservation(engine, journal, { step: null, moment: "later", observation: seen });
      watching.kept += 1;
    }
    watching.askedAt = seen.at;
    watching.answers = seen.answers;
    return { isNews, isSilent: seen.answers.every(({ set }) => set === null) };
  }

  #tell(clock: ClockView | null, { progress }: JobControl): void {
    const servers = clock?.servers ?? [];
    const isNew = servers.filter((server) => server.isNew).length;
    const message = `${isNew} of ${servers.length} servers give the new records`;
    const begun = Date.parse(clock?.changeSeenAt ?? "");
    const total = Date.parse(clock?.expectedAt ?? "") - begun || 1;
    const done = this.#engine().world.clock.now().getTime() - begun || 0;
    progress(Math.min(Math.max(done, 0), total), total, message);
  }

  #end(engagement: string, clock: ClockView | null): void {
    if (clock === null) return;
    const { publish, workspace } = this.#engine();
    const { customer } = readIdentity(workspace.journal(engagement).state());
    const late = clock.servers.filter(({ isNew, answers }) => !isNew && answers !== null).map(({ server }) => server);
    const rest = late.length === 0 ? "" : ` Still old, against its lifetime, at ${late.join(", ")}.`;
    publish({
      type: "notice",
      engagement,
      title: customer,
      text: `The old MX records are out of every cache that honours their lifetime.${rest}`,
    });
  }

  #announce(engagement: string): void {
    this.#engine().publish({ type: "changed", engagement, topics: ["observations", "steps"], savedAt: null });
  }
}

/** Whether a change has begun and caches have not all turned over. */
export const isUnderWay = (clock: ClockView | null): boolean =>
  clock?.state === "counting" ||
  (clock?.state === "waiting" && clock.servers.some(({ kind, isNew }) => kind === "authoritative" && isNew));

function nextPause(pause: number, isNews: boolean, isSilent: boolean): number {
  if (isSilent) return Math.min(pause * 2, pauses.silent);
  return isNews ? pauses.least : Math.min(Math.max(pause, pauses.least) * 1.5, pauses.calm);
}

const keyOf = ({ domain, record, kind, server }: ServerAnswer): string =>
  `${record} ${domain} ${kind === "resolver" ? kind : `${kind} ${server}`}`;

/** Whether a server says something else than what was last kept of it. A server's silence is no news, nor is a cache counting down. */
function hasNews(journal: Journal, seen: Observation, isCounting: boolean): boolean {
  const known = new Map<string, { at: number; answer: ServerAnswer }>();
  for (const { view, answers } of readAllObservations(journal.state()))
    for (const answer of answers)
      if (answer.set !== null) known.set(keyOf(answer), { at: Date.parse(view.at), answer });
  return seen.answers.some((answer) => {
    if (answer.set === null) return false;
    const last = known.get(keyOf(answer));
    if (!last || last.answer.set !== answer.set) return true;
    if (answer.kind === "authoritative") return last.answer.ttl !== answer.ttl;
    const ends = (at: number, ttl: number | null) => at + (ttl ?? 0) * 1_000;
    return isCounting && ends(Date.parse(seen.at), answer.ttl) > ends(last.at, last.answer.ttl) + renewal;
  });
}
