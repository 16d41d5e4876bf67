import { join } from "node:path";
import type { EngineEvent } from "../contract/jobs.ts";
import type { Author, DeviceKey } from "../journal/index.ts";
import type { EngineContext } from "./context.ts";
import { Files } from "./files.ts";
import { Jobs } from "./jobs.ts";
import { loadPlaybook } from "./playbook.ts";
import { createRouter, type Router } from "./router.ts";
import { Settings } from "./settings.ts";
import { Workspace } from "./workspace.ts";
import type { World } from "./world.ts";

export interface EngineOptions {
  world: World;
  /** Folder of settings and engagements. */
  home: string;
  /** Folder that holds `playbook` and `fonts`. */
  assets: string;
  reportWorker: URL;
  device: DeviceKey;
  /** Where the device key is kept: `os-store`, `basic-text` or `file`. */
  protection: string;
  appVersion: string;
}

export interface Engine {
  router: Router;
  context: EngineContext;
  close(): Promise<void>;
}

/** Composition root: joins journal, guide, checks and reports behind the contract. Knows no host. */
export function createEngine({
  world,
  home,
  assets,
  reportWorker,
  device,
  protection,
  appVersion,
}: EngineOptions): Engine {
  const { playbook, formHash } = loadPlaybook(join(assets, "playbook"));
  const settings = new Settings(join(home, "settings.json"));
  const jobs = new Jobs(world);
  const publish = (event: EngineEvent) => jobs.events.publish("event", event);
  const author = (): Author => {
    const { name, email, organisation } = settings.get().person;
    return {
      name: name || "Unnamed consultant",
      ...(email ? { email } : {}),
      ...(organisation ? { organisation } : {}),
    };
  };
  const workspace = new Workspace({
    world,
    folder: join(home, "engagements"),
    device,
    appVersion,
    formHash,
    author,
    publish,
  });
  const context: EngineContext = {
    world,
    playbook,
    formHash,
    device,
    protection,
    appVersion,
    assets,
    reportWorker,
    workspace,
    jobs,
    files: new Files(world),
    settings,
    publish,
  };
  return {
    router: createRouter(context),
    context,
    close: async () => {
      await jobs.stopAll();
      workspace.close();
    },
  };
}
