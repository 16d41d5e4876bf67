import { implement } from "@orpc/server";
import { contract } from "../contract/index.ts";
import { Refusal, refusalToError, toRefusal } from "./refusal.ts";

/** Every command passes here. `guard` sees its name and may refuse it; every thrown value leaves the engine as a failure of the closed table; a fault of the program is reported to its host and named INTERNAL. */
export function createImplementer(guard: (command: string) => void) {
  return implement(contract).use(async ({ next, path }) => {
    try {
      guard(path.join("."));
      return await next();
    } catch (error) {
      const refusal = toRefusal(error);
      if (!refusal) process.emitWarning(error instanceof Error ? error : String(error));
      throw refusalToError(refusal ?? new Refusal("INTERNAL"));
    }
  });
}
export type Implementer = ReturnType<typeof createImplementer>;
