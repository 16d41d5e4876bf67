import { behaviourIds, type RehearsalView, scenarioIds } from "../../contract/rehearsal.ts";
import { behaviours, rehearsalPassword, scenarios } from "../../rehearsal/index.ts";
import type { EngineContext } from "../context.ts";
import type { Implementer } from "../implementer.ts";
import { prepareRehearsal, vendorNames } from "../rehearsal-engagement.ts";

/** Rehearsals: servers on this machine that misbehave on demand, and an engagement to practise on. */
export function createRehearsalService(engine: EngineContext, os: Implementer) {
  const { rehearsal } = engine;
  const changed = () => {
    engine.publish({ type: "changed", engagement: null, topics: ["rehearsal", "checks", "steps"], savedAt: null });
    return viewRehearsal(engine);
  };
  return os.rehearsal.router({
    get: os.rehearsal.get.handler(() => viewRehearsal(engine)),
    start: os.rehearsal.start.handler(async ({ input }) => {
      await rehearsal.start(input.scenario, vendorNames(engine), (ports) => prepareRehearsal(engine, ports));
      return changed();
    }),
    set: os.rehearsal.set.handler(async ({ input }) => {
      const given = Object.entries(input.change).filter(([, value]) => value !== undefined);
      await rehearsal.set(Object.fromEntries(given));
      return changed();
    }),
    stop: os.rehearsal.stop.handler(async () => {
      await rehearsal.stop();
      return changed();
    }),
  });
}

function viewRehearsal({ rehearsal }: EngineContext): RehearsalView {
  const running = rehearsal.running();
  return {
    running: running && { ...running, step: scenarios[running.scenario].step, password: rehearsalPassword },
    scenarios: scenarioIds.map((scenario) => ({ scenario, ...scenarios[scenario] })),
    behaviours: behaviourIds.map((behaviour) => ({ behaviour, ...behaviours[behaviour] })),
  };
}
