export { checkCatalog } from "./catalog.ts";
export { compareObservations } from "./observation/compare.ts";
export type { Fact } from "./observation/fact.ts";
export { type Observation, observe, observePicture, readObservation } from "./observation/observe.ts";
export type { ServerAnswer } from "./observation/picture.ts";
export { isObserved, listClockDomains, listWantedMx, type ObservedStep, observedSteps } from "./observation/plan.ts";
export { judgeAgain, runCheck } from "./run.ts";
export { type Picture, readClock } from "./ttl/clock.ts";
export type { CheckContext, CheckDefinition, Probing } from "./types.ts";
