export { checkCatalog } from "./catalog.ts";
export { compareVerdicts } from "./judgement.ts";
export { judgeAgain, judgeRecorded, runCheck } from "./run.ts";
export type { CheckContext, CheckDefinition, Probing } from "./types.ts";
