import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { createDeviceKey, createJournal, type JournalDeps } from "../../../src-main/journal/index.ts";
import { currentProgram, type Program } from "../histories/programs.ts";
import { DeviceClock, type World } from "./clock.ts";
import { Disk } from "./disk.ts";
import { type Faults, noFaults, type Random } from "./faults.ts";
import { FileStore } from "./file-store.ts";
import type { Place } from "./season.ts";
import { FORM, MemoryStore } from "./store.ts";

export interface Setting {
  random: Random;
  faults: Faults;
  world: World;
  old: Program;
  /** Devices besides the office. */
  count: number;
}

/** PKCS #8 header of an Ed25519 key (RFC 8410, section 7); the 32-byte seed follows it. */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

function createPlaceDeps({ random, world }: Setting, index: number): JournalDeps & { clock: DeviceClock } {
  return {
    clock: new DeviceClock(world, random),
    random,
    device: createDeviceKey(Buffer.concat([PKCS8_PREFIX, random.bytes(32)])),
    author: { name: index === 0 ? "The office" : `Consultant ${index}` },
    appVersion: "0.1.0",
  };
}

function createPlaces(setting: Setting, createStore: (deps: JournalDeps, index: number) => Place["store"]): Place[] {
  return Array.from({ length: setting.count + 1 }, (_, index) => {
    const deps = createPlaceDeps(setting, index);
    return { index, store: createStore(deps, index), clock: deps.clock, isRevoked: false };
  });
}

/** Copies in memory, each on a disk with faults; the last but one runs an older program at first. */
export function createMemoryStores(setting: Setting): Place[] {
  const { random, faults, old, count } = setting;
  const founder = new MemoryStore(createPlaceDeps(setting, 0), new Disk(random, noFaults), currentProgram);
  founder.begin();
  return createPlaces(setting, (deps, index) => {
    const disk = new Disk(random, { ...noFaults });
    const store = new MemoryStore(deps, disk, index === count - 1 ? old : currentProgram);
    store.receive(founder.entries());
    disk.faults = faults;
    return store;
  });
}

/** Copies in engagement files, as they come to be when a file is copied to a stick. */
export function createFileStores(setting: Setting, folder: string): Place[] {
  const pathOf = (index: number): string => join(folder, `${index}.fieldbook`);
  const first = join(folder, "first.fieldbook");
  createJournal(first, createPlaceDeps(setting, 0), { form: FORM }).close();
  return createPlaces(setting, (deps, index) => {
    copyFileSync(first, pathOf(index));
    return new FileStore(deps, pathOf(index));
  });
}
