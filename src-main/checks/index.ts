export { checkCatalog } from "./catalog.ts";
export { compareObservations, type DifferenceLine } from "./observation/compare.ts";
export type { Fact } from "./observation/facts.ts";
export { type Observation, observe, observePicture, readObservation } from "./observation/observe.ts";
export type { ServerAnswer } from "./observation/picture.ts";
export { isObserved, listClockDomains, type ObservedStep, observedSteps } from "./observation/plan.ts";
export { judgeAgain, runCheck } from "./run.ts";
export { type Clock, type Picture, readClock, type ServerState } from "./ttl/clock.ts";
export type { CheckContext, CheckDefinition, Probing } from "./types.ts";
