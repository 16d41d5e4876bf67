import type { startRehearsal as start } from "./rehearsal.ts";

export { behaviours } from "./behaviours.ts";
export type { RunningRehearsal } from "./rehearsal.ts";
export { scenarios } from "./scenarios.ts";
export { customer, rehearsalPassword, type VendorNames } from "./world.ts";

/** As in `rehearsal.ts`; its servers and their libraries are loaded when somebody practises, not at every start. */
export const startRehearsal: typeof start = async (...given) =>
  (await import("./rehearsal.ts")).startRehearsal(...given);
