import { join } from "node:path";
import { createManners, type Net, nodeNet } from "../checks/index.ts";
import type { EngineEvent } from "../contract/jobs.ts";
import type { Author, ChildPort, DeviceKey } from "../journal/index.ts";
import type { EngineContext } from "./context.ts";
import { createTitles } from "./describe.ts";
import { Files } from "./files.ts";
import { Housekeeping } from "./housekeeping.ts";
import { Incoming } from "./incoming.ts";
import { Jobs } from "./jobs.ts";
import { Lock } from "./lock.ts";
import { Notices } from "./notices.ts";
import { loadPlaybook } from "./playbook.ts";
import { Rehearsal } from "./rehearsal.ts";
import { createRouter, type Router } from "./router.ts";
import { Salvages } from "./salvages.ts";
import { SecretMemory } from "./secrets.ts";
import { Settings } from "./settings.ts";
import { Snapshots } from "./snapshots.ts";
import { Trust } from "./trust.ts";
import { VantageWatch } from "./vantage.ts";
import { Vault } from "./vault.ts";
import { Watches } from "./watches.ts";
import { Workspace } from "./workspace.ts";
import type { World } from "./world.ts";

export interface EngineOptions {
  world: World;
  /** Folder of settings and engagements. */
  home: string;
  /** Folder that holds `playbook` and `fonts`. */
  assets: string;
  reportWorker: URL;
  /** Starts the process that reads foreign files. */
  spawnReader(): ChildPort;
  device: DeviceKey;
  /** Where the device key is kept: `os-store`, `basic-text` or `file`. */
  protection: string;
  appVersion: string;
  /** The network that checks probe; the real one unless given. */
  net?: Net;
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
  spawnReader,
  device,
  protection,
  appVersion,
  net = nodeNet,
}: EngineOptions): Engine {
  const { playbook, formHash } = loadPlaybook(join(assets, "playbook"));
  const settings = new Settings(join(home, "settings.json"));
  const jobs = new Jobs(world);
  const secrets = new SecretMemory();
  const publish = (event: EngineEvent) => {
    if (event.type === "changed" && event.engagement && event.savedAt) housekeeping.noteWrite(event.engagement);
    jobs.events.publish("event", event);
  };
  const author = (): Author => {
    const { name, email, organisation } = settings.get().person;
    return {
      name: name || "Unnamed consultant",
      ...(email ? { email } : {}),
      ...(organisation ? { organisation } : {}),
    };
  };
  const trust = new Trust({ path: join(home, "trust.json"), device, world, person: author });
  const lockChanged = () => {
    publish({ type: "changed", engagement: null, topics: ["lock"], savedAt: null });
    watches.resume();
  };
  const lock = new Lock({
    path: join(home, "vault-key.json"),
    device,
    world,
    isBusy: () => jobs.pressing().length > 0,
    closeAll: async () => {
      secrets.forgetAll();
      await jobs.stopAll();
      workspace.close();
      incoming.discardAll();
    },
    changed: lockChanged,
  });
  const snapshots = new Snapshots(join(home, "snapshots"), world);
  const salvages = new Salvages({ folder: join(home, "engagements"), snapshots, deps: () => workspace.deps() });
  const workspace = new Workspace({
    world,
    folder: join(home, "engagements"),
    device,
    appVersion,
    formHash,
    author,
    certificate: () => trust.certificate(),
    repair: (path) => salvages.repair(path),
    publish,
    lock,
  });
  const housekeeping = new Housekeeping({
    workspace,
    snapshots,
    spawnReader,
    changed: (engagement) => publish({ type: "changed", engagement, topics: ["copies", "engagements"], savedAt: null }),
  });
  const vault = new Vault({
    engagements: workspace.folder,
    snapshots: join(home, "snapshots"),
    lock,
    jobs,
    letGo: (path) => workspace.letGo(path),
    settled: () => housekeeping.settled(),
    changed: lockChanged,
  });
  const watches = new Watches(() => context);
  const polite = createManners(net);
  const vantage = new VantageWatch({
    world,
    net: polite,
    settings,
    jobs,
    playbook,
    changed: () => publish({ type: "changed", engagement: null, topics: ["vantage"], savedAt: null }),
  });
  const incoming = new Incoming({
    folder: join(home, "incoming"),
    deps: () => workspace.deps(),
    spawnReader,
    trust,
    titles: createTitles({ playbook }),
    findPresent: (engagement) => workspace.findPresent(engagement),
  });
  const rehearsal = new Rehearsal(world, settings);
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
    incoming,
    snapshots,
    housekeeping,
    trust,
    notices: new Notices({ trust, housekeeping, salvages }),
    settings,
    rehearsal,
    secrets,
    net: polite,
    lock,
    vault,
    watches,
    vantage,
    publish,
  };
  vault.resume();
  return {
    router: createRouter(context),
    context,
    close: async () => {
      secrets.forgetAll();
      vantage.close();
      await jobs.stopAll();
      await rehearsal.stop();
      await housekeeping.close();
      workspace.close();
      await lock.close();
    },
  };
}
