export { checkCatalog } from "./catalog.ts";
export { type CheckOutcome, judgeAgain, runCheck } from "./run.ts";
export type { CheckContext, CheckDefinition, Judgement, Net, Planned, Probing } from "./types.ts";
