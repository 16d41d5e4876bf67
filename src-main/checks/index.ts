export { checkCatalog } from "./catalog.ts";
export { judgeAgain, runCheck } from "./run.ts";
export { readWish } from "./spf/draft.ts";
export { planSpfRequest } from "./spf/plan.ts";
export { examineSpf, proposeSpf } from "./spf/planner.ts";
export type { CheckContext, CheckDefinition, Probing } from "./types.ts";
