export { checkCatalog } from "./catalog.ts";
export { mapWithWidth } from "./concurrency.ts";
export { createManners } from "./manners.ts";
export { nodeNet } from "./node-net.ts";
export { judgeAgain, runCheck } from "./run.ts";
export type { CheckContext, CheckDefinition, Net, Probing, Secrets } from "./types.ts";
