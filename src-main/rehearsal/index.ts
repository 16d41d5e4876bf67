export { type BehaviourId, behaviourIds, behaviours } from "./behaviours.ts";
export { type RunningRehearsal, rehearsalPassword, startRehearsal } from "./rehearsal.ts";
export { type ScenarioId, scenarioIds, scenarios } from "./scenarios.ts";
export { customer, mxStates, policyStates, type RehearsalState, type VendorNames } from "./world.ts";
