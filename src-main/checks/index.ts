export { checkCatalog } from "./catalog.ts";
export { readBounce } from "./message/bounce.ts";
export { judgeAgain, runCheck } from "./run.ts";
export type { CheckContext, CheckDefinition, Probing } from "./types.ts";
