import type { RehearsalState, ScenarioId } from "../contract/rehearsal.ts";
import type { NetworkSettings } from "../contract/settings.ts";
import { type RunningRehearsal, scenarios, startRehearsal, type VendorNames } from "../rehearsal/index.ts";
import { refuse } from "./refusal.ts";
import type { Settings } from "./settings.ts";
import type { World } from "./world.ts";

/**
 * Where a rehearsal's names are asked while it is not running: the discard port of this machine. Nothing answers there, so a check of a
 * rehearsal's engagement finds no host and reaches nobody.
 */
const nowhere = "127.0.0.1:9";

/** The one rehearsal of this program: started on demand, ended with the engine. */
export class Rehearsal {
  #running: RunningRehearsal | null = null;
  #scenario: ScenarioId | null = null;
  #engagement: string | null = null;
  /** Starts and changes happen one after the other. */
  #last: Promise<unknown> = Promise.resolve();
  readonly #world: World;
  readonly #settings: Settings;
  constructor(world: World, settings: Settings) {
    this.#world = world;
    this.#settings = settings;
  }

  running(): { scenario: ScenarioId; engagement: string; state: RehearsalState } | null {
    if (!this.#running || !this.#scenario || !this.#engagement) return null;
    return { scenario: this.#scenario, engagement: this.#engagement, state: this.#running.state };
  }

  requireRunning(): void {
    if (!this.#running)
      refuse("INVALID_INPUT", {
        happened: "The rehearsal is not running, so there is nobody to ask.",
        todo: "Start a rehearsal, then run the checks again.",
      });
  }

  /** Network settings for the checks of a rehearsal's engagement: this machine, whatever the settings say. */
  network(): NetworkSettings {
    const own = this.#settings.get().network;
    const closed = { resolver: nowhere, comparisonResolvers: [], dohResolver: null };
    return { ...own, ...(this.#running?.network ?? closed) };
  }

  /** Starts the servers, or changes to the scenario while they run. `prepare` makes the engagement, given the ports in use. */
  start(
    scenario: ScenarioId,
    vendor: VendorNames,
    prepare: (ports: RunningRehearsal["ports"]) => string,
  ): Promise<void> {
    return this.#inTurn(async () => {
      const { state } = scenarios[scenario];
      const running = this.#running ?? (await startRehearsal(state, vendor, this.#world.clock.now()));
      try {
        await running.set(state);
        this.#engagement = prepare(running.ports);
      } catch (error) {
        if (!this.#running) await running.stop();
        throw error;
      }
      this.#running = running;
      this.#scenario = scenario;
    });
  }

  set(change: Partial<RehearsalState>): Promise<void> {
    return this.#inTurn(async () => {
      this.requireRunning();
      await this.#running?.set(change);
    });
  }

  stop(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#running?.stop();
      this.#running = null;
    });
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }
}
