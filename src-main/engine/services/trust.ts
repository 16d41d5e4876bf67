import type { EngineContext } from "../context.ts";
import type { Implementer } from "../implementer.ts";

/** Whose certificates this installation believes, and who it is itself. */
export function createTrustService(engine: EngineContext, os: Implementer) {
  const { trust } = engine;
  const changed = () => {
    engine.publish({ type: "changed", engagement: null, topics: ["trust", "history", "settings"], savedAt: null });
    return trust.view();
  };
  return os.trust.router({
    view: os.trust.view.handler(() => trust.view()),
    addOffice: os.trust.addOffice.handler(({ input }) => {
      trust.addOffice(input);
      return changed();
    }),
    removeOffice: os.trust.removeOffice.handler(({ input }) => {
      trust.removeOffice(input.key);
      return changed();
    }),
    importFile: os.trust.importFile.handler(({ input }) => {
      trust.importFile(engine.files.take(input.source).bytes);
      return changed();
    }),
  });
}
