import type { ServerAnswer } from "../checks/index.ts";
import type { WatchView } from "../contract/observations.ts";

/** The watches of this program, as the rest of the engine sees them. */
export interface WatchList {
  /** Starts the watch of an engagement, or returns the job that watches already. */
  start(engagement: string): string;
  view(engagement: string): WatchView;
  /** The newest answers, also when they were no news and so were not kept. */
  latest(engagement: string): { at: string; answers: ServerAnswer[] } | null;
  /** Called by a host that stays: from now on watches that were cut off go on, also after the program was unlocked. */
  stay(): void;
  /** Goes on with watches that were cut off, where the program may use the network by itself. */
  resume(): void;
}
