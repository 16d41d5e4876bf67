export type { GuideContext } from "./context.ts";
export { findMissing, type StepRecord } from "./gate.ts";
export { parsePlaybook } from "./parse.ts";
export type { Playbook } from "./playbook.ts";
export { regionOfAccountCode, regionTitle, regionValuesFor, usableRegionValues } from "./regions.ts";
export { explainReplies } from "./replies.ts";
export { describeStep, planSteps, type StepDescription } from "./steps.ts";
