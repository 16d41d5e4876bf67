import { engineOperations } from "./engine-operations.ts";
import { journalOperations } from "./journal-operations.ts";
import type { PlacedOperation } from "./operation.ts";

/** Everything that writes. That nothing is missing is shown by the call sites that were reached, see `sites.ts`. */
export const operations: PlacedOperation[] = [
  ...journalOperations.map((operation) => ({ ...operation, parts: ["vault", "gift.json", "tmp"] })),
  ...engineOperations.map((operation) => ({ ...operation, parts: ["home", "outside", "tmp"] })),
];
