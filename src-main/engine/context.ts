import type { CheckContext, Net } from "../checks/index.ts";
import type { EngineEvent } from "../contract/jobs.ts";
import type { NetworkSettings } from "../contract/settings.ts";
import { type Playbook, usableRegionValues } from "../guide/index.ts";
import type { DeviceKey } from "../journal/index.ts";
import type { EngagementFacts } from "./facts.ts";
import type { Files } from "./files.ts";
import type { Housekeeping } from "./housekeeping.ts";
import type { Incoming } from "./incoming.ts";
import type { Jobs } from "./jobs.ts";
import type { Lock } from "./lock.ts";
import type { Notices } from "./notices.ts";
import type { Rehearsal } from "./rehearsal.ts";
import type { SecretMemory } from "./secrets.ts";
import type { Settings } from "./settings.ts";
import type { Snapshots } from "./snapshots.ts";
import type { Trust } from "./trust.ts";
import type { VantageWatch } from "./vantage.ts";
import type { Vault } from "./vault.ts";
import type { WatchList } from "./watch-list.ts";
import type { Workspace } from "./workspace.ts";
import type { World } from "./world.ts";

/** What every service is built on; made once by the composition root. */
export interface EngineContext {
  world: World;
  playbook: Playbook;
  /** SHA-256 over the playbook's texts and the RFI table: the form a signature refers to. */
  formHash: string;
  device: DeviceKey;
  protection: string;
  appVersion: string;
  assets: string;
  reportWorker: URL;
  workspace: Workspace;
  jobs: Jobs;
  files: Files;
  incoming: Incoming;
  snapshots: Snapshots;
  housekeeping: Housekeeping;
  trust: Trust;
  notices: Notices;
  settings: Settings;
  rehearsal: Rehearsal;
  secrets: SecretMemory;
  /** The network as every probe of this program uses it, with manners over all of them together. */
  net: Net;
  lock: Lock;
  vault: Vault;
  watches: WatchList;
  vantage: VantageWatch;
  publish(event: EngineEvent): void;
}

/** The network that checks of an engagement ask: a rehearsal's never leaves this machine. */
export const networkOf = (engine: EngineContext, { identity }: EngagementFacts): NetworkSettings =>
  identity.rehearsal ? engine.rehearsal.network() : engine.vantage.adjust(engine.settings.get().network);

/** What checks may look at. */
export function toCheckContext(
  engine: EngineContext,
  facts: EngagementFacts,
  network: NetworkSettings = networkOf(engine, facts),
): CheckContext {
  const { services, family, platform } = facts.identity;
  return {
    services,
    family,
    platform,
    answers: facts.answers,
    region: usableRegionValues(engine.playbook, facts.guide),
    network,
  };
}
