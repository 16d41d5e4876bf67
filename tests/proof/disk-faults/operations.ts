import { engineOperations } from "./engine-operations.ts";
import { journalOperations } from "./journal-operations.ts";
import type { Operation } from "./operation.ts";

/** Everything that writes. That nothing is missing is shown by the call sites that were reached, see `sites.ts`. */
export const operations: Operation[] = [...journalOperations, ...engineOperations];
