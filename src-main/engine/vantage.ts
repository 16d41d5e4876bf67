import { lookAtNetwork, type Net, type VantageOutcome } from "../checks/index.ts";
import type { Job } from "../contract/jobs.ts";
import type { NetworkSettings } from "../contract/settings.ts";
import type { VantageResult } from "../contract/vantage.ts";
import type { Playbook } from "../guide/index.ts";
import type { Jobs } from "./jobs.ts";
import type { Settings } from "./settings.ts";
import type { World } from "./world.ts";

/** How often the machine's addresses are compared with those of the last look, milliseconds. It costs one system call. */
const PACE_MS = 30_000;
/** Regions whose smart hosts are greeted; two, so that one machine answering for both is seen. */
const REGIONS_GREETED = 2;

export interface VantageOptions {
  world: World;
  settings: Settings;
  jobs: Jobs;
  playbook: Playbook;
  net: Net;
  changed(): void;
}

/** What this network does to checks: looked at when asked and, for a host with a person at it, at the start and after a move. */
export class VantageWatch {
  readonly #options: VantageOptions;
  #latest: VantageOutcome | null = null;
  #running: string | null = null;
  #timer: NodeJS.Timeout | null = null;
  /** Addresses at the last look or attempt, so that a failed one is not repeated every half minute. */
  #seenFrom = "";
  constructor(options: VantageOptions) {
    this.#options = options;
  }

  latest(): VantageResult | null {
    if (this.#latest === null) return null;
    return { ...this.#latest, isStale: addressKey(this.#latest.addresses) !== this.#addresses() };
  }
  running(): string | null {
    // A job that is cancelled before it begins never comes to its own end.
    const isRunning = this.#running !== null && this.#options.jobs.get(this.#running).state === "running";
    return isRunning ? this.#running : null;
  }

  /** Starts a look, or joins the one that runs. Returns its job. */
  test(): string {
    const job = this.running() ?? this.#start().job;
    this.#running = job;
    return job;
  }

  /** Looks now and whenever the machine has moved to other addresses, as long as the settings say so. Nothing of it keeps the process alive. */
  watch(): void {
    const look = () => {
      const { selfTest } = this.#options.settings.get().network;
      if (selfTest === "at-start" && this.#seenFrom !== this.#addresses()) this.test();
    };
    this.#timer ??= setInterval(look, PACE_MS);
    this.#timer.unref();
    look();
  }
  close(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }

  /** The settings for checks from here: where port 53 is intercepted, the resolver by HTTPS takes the place of the one named. */
  adjust(network: NetworkSettings): NetworkSettings {
    const latest = this.latest();
    const isIntercepted = latest?.findings.some(({ subject, verdict }) => subject === "port-53" && verdict === "fail");
    if (!isIntercepted || latest?.isStale || network.dohResolver === null) return network;
    return { ...network, resolver: null };
  }

  #start(): Job {
    const { jobs, world, settings, net, changed } = this.#options;
    this.#seenFrom = this.#addresses();
    return jobs.start({
      kind: "vantage",
      title: "Look at this network",
      engagement: null,
      step: null,
      work: async ({ signal }) => {
        try {
          this.#latest = await lookAtNetwork(settings.get().network, this.#smartHosts(), {
            signal,
            now: () => world.clock.now(),
            net,
            machine: () => ({ host: world.machine.host(), addresses: world.machine.addresses() }),
          });
        } finally {
          this.#running = null;
          changed();
        }
        return null;
      },
    });
  }

  #smartHosts(): string[] {
    const { regions } = this.#options.playbook.regions;
    return regions.flatMap(({ values }) => values["smart-hosts"]?.value?.[0] ?? []).slice(0, REGIONS_GREETED);
  }
  #addresses(): string {
    return addressKey(this.#options.world.machine.addresses());
  }
}

const addressKey = (addresses: readonly string[]): string => [...addresses].sort().join(" ");
