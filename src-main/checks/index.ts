export { checkCatalog } from "./catalog.ts";
export { readSystemResolvers } from "./dns/system-resolvers.ts";
export { judgeAgain, runCheck } from "./run.ts";
export type { CheckContext, CheckDefinition, Probing } from "./types.ts";
export { lookAtNetwork, type VantageOutcome } from "./vantage/run.ts";
