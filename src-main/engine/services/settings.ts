import { dirname } from "node:path";
import type { SettingsView } from "../../contract/settings.ts";
import { sqliteVersion } from "../../journal/index.ts";
import type { EngineContext } from "../context.ts";
import type { Implementer } from "../implementer.ts";

/** Person, network, and what this installation is made of. */
export function createSettingsService(engine: EngineContext, os: Implementer) {
  return os.settings.router({
    get: os.settings.get.handler(() => viewSettings(engine)),
    update: os.settings.update.handler(({ input }) => {
      const network = Object.fromEntries(
        Object.entries(input.network ?? {}).filter(([, value]) => value !== undefined),
      );
      engine.settings.update({ ...(input.person ? { person: input.person } : {}), network });
      engine.publish({
        type: "changed",
        engagement: null,
        topics: ["settings", "checks", "steps"],
        savedAt: engine.world.clock.now().toISOString(),
      });
      return viewSettings(engine);
    }),
  });
}

function viewSettings(engine: EngineContext): SettingsView {
  const { person, network } = engine.settings.get();
  const { playbook } = engine;
  return {
    person,
    network,
    device: { fingerprint: engine.device.publicKey.slice(0, 16), protection: engine.protection },
    storage: { folder: dirname(engine.workspace.folder), engagements: engine.workspace.count() },
    playbook: {
      title: playbook.title,
      asOf: playbook.asOf,
      regions: playbook.regions.regions.map(({ region, title, accountPrefix = null }) => ({
        region,
        title,
        accountPrefix,
      })),
      steps: playbook.steps.length,
      tasks: playbook.steps.reduce((total, step) => total + step.tasks.length, 0),
    },
    versions: { program: engine.appVersion, node: process.versions.node, sqlite: sqliteVersion() },
  };
}
