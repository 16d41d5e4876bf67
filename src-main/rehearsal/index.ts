export { behaviours } from "./behaviours.ts";
export { type RunningRehearsal, rehearsalPassword, startRehearsal } from "./rehearsal.ts";
export { scenarios } from "./scenarios.ts";
export { customer, type VendorNames } from "./world.ts";
