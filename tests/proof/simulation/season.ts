import assert from "node:assert/strict";
import { createHash, type Hash as Hasher } from "node:crypto";
import type { Hash } from "../../../src-main/journal/core/ids.ts";
import type { Program } from "../histories/programs.ts";
import { drawAction } from "./actions.ts";
import { assertSeason, describeShown } from "./check.ts";
import { type DeviceClock, passTime, startDay, type World } from "./clock.ts";
import { DiskFault } from "./disk.ts";
import { createSeasonRandom, drawFaults, type Faults, happens, noFaults, type Random } from "./faults.ts";
import { Net } from "./net.ts";
import { exchange, receiveMessage } from "./protocol.ts";
import type { Store } from "./store.ts";
import { createFileStores, createMemoryStores } from "./stores.ts";

/** One engagement over some days: the office and a few devices, everything from one seed. */
export interface Place {
  index: number;
  store: Store;
  clock: DeviceClock;
  /** Set once the office has struck the device off its list. */
  isRevoked: boolean;
}

export interface Season {
  seed: number;
  random: Random;
  faults: Faults;
  world: World;
  net: Net;
  /** The office comes first. */
  places: Place[];
  /** Entries that a device told its user were recorded, and where. */
  acknowledged: Map<Hash, number>;
  trace: Hasher;
  sights: { [sight: string]: number };
}

export interface SeasonResult {
  deviceDays: number;
  /** The same for the same seed, on every machine. */
  trace: string;
  sights: { [sight: string]: number };
}

const DAYS = 10;
const CLEAN_ROUNDS = 4;

/**
 * Plays one season and throws an AssertionError when the copies do not agree at its end, a write is missing, or an
 * honest one was rejected. `folder` plays it on real files there, without disk faults.
 */
export function playSeason(seed: number, old: Program, folder?: string): SeasonResult {
  const season = createSeason(seed, old, folder);
  let deviceDays = 0;
  try {
    for (let day = 0; day < DAYS; day++) {
      startDay(season.world, day);
      for (const place of season.places) {
        workOneDay(season, place);
        if (place.index > 0) deviceDays++;
      }
      strikeOff(season, day);
    }
    endCleanly(season);
    assertSeason(season);
    for (const { store } of season.places) season.trace.update([...store.hashes()].sort().join());
  } finally {
    for (const { store } of season.places) store.close();
  }
  return { deviceDays, trace: season.trace.digest("hex"), sights: { ...season.sights, ...season.net.sights } };
}

function createSeason(seed: number, old: Program, folder: string | undefined): Season {
  const random = createSeasonRandom(seed);
  const faults = drawFaults(random);
  const world = { time: 0 };
  const setting = { random, faults, world, old, count: 3 + random.next(3) };
  const places = folder === undefined ? createMemoryStores(setting) : createFileStores(setting, folder);
  return {
    seed,
    random,
    faults,
    world,
    net: new Net(random, faults),
    places,
    acknowledged: new Map(),
    trace: createHash("sha256"),
    sights: {},
  };
}

export function note(season: Season, what: string, place: Place, detail = ""): void {
  season.sights[what] = (season.sights[what] ?? 0) + 1;
  season.trace.update(`${season.world.time} ${place.index} ${what} ${detail}\n`);
}

function workOneDay(season: Season, place: Place): void {
  const { random, faults, net } = season;
  const isOffice = place.index === 0;
  const occasions = 2 + random.next(4);
  for (let i = 0; i < occasions; i++) {
    passTime(season.world, random);
    if (happens(random, faults.clockJump)) place.clock.jump();
    if (happens(random, faults.restart)) restart(season, place);
    if (isOffice) mindBackup(season, place);
    if (isOffice || happens(random, 60)) tryAction(season, place);
    else exchange(net, place, season.places[0] as Place);
    for (let messages = random.next(6); messages > 0; messages--) deliverOne(season);
  }
}

function tryAction(season: Season, place: Place): void {
  const ops = drawAction(season.random, place);
  surviveFault(season, place, () => {
    const hash = place.store.append(ops);
    if (hash !== undefined && !place.isRevoked) season.acknowledged.set(hash, place.index);
    note(season, hash === undefined ? "refused" : `wrote ${ops[0]?.kind}`, place, hash);
  });
}

/** One message arrives, if one is under way. */
function deliverOne(season: Season): void {
  const message = season.net.take();
  if (!message) return;
  const [to, from] = [season.places[message.to] as Place, season.places[message.from] as Place];
  if (to.isRevoked || from.isRevoked) {
    note(season, "turned away", to);
    return;
  }
  surviveFault(season, to, () => {
    receiveMessage(season.net, to, message);
    note(season, message.kind, to, String(to.store.state.entries));
  });
}

/** What the disk refuses leaves the running program as it was. */
function surviveFault(season: Season, place: Place, act: () => void): void {
  const before = describeShown(place.store.state);
  try {
    act();
  } catch (error) {
    if (!(error instanceof DiskFault)) throw error;
    note(season, error.message, place);
    assert.equal(describeShown(place.store.state), before, "a disk fault changes nothing that the program shows");
  }
}

function restart(season: Season, place: Place): void {
  place.clock.restart();
  place.store.restart();
  note(season, "restart", place);
}

/** The office keeps a backup and now and then goes back to it. */
function mindBackup(season: Season, office: Place): void {
  const { random, faults } = season;
  if (happens(random, 15)) office.store.backUp();
  if (!happens(random, faults.peerRestored)) return;
  office.store.restoreBackUp();
  note(season, "office restored", office);
  forgetLost(season);
}

/** What only the office's lost file or a stolen laptop held is gone, and nobody can be blamed for it. */
function forgetLost({ acknowledged, places }: Season): void {
  for (const [hash, index] of acknowledged) {
    const mayBeLost = index === 0 || places[index]?.isRevoked;
    if (mayBeLost && !places.some(({ store, isRevoked }) => !isRevoked && store.knows(hash))) acknowledged.delete(hash);
  }
}

/** A laptop is stolen: from now on the office neither takes from it nor gives to it. */
function strikeOff(season: Season, day: number): void {
  const thief = season.places.at(-1) as Place;
  if (day !== Math.floor(DAYS / 2) || season.seed % 3 !== 0) return;
  thief.isRevoked = true;
  note(season, "revoked", thief);
  forgetLost(season);
}

/** The faults stop, everybody has the newest program, and all meet the office a few times. */
function endCleanly(season: Season): void {
  Object.assign(season.faults, noFaults);
  const [office, ...devices] = season.places as [Place, ...Place[]];
  while (!season.net.isEmpty) deliverOne(season);
  for (const place of season.places) {
    const { opaque } = place.store.state;
    place.store.restart(true);
    if (place.store.state.opaque < opaque) note(season, "upgrade that reveals", place);
  }
  for (let round = 0; round < CLEAN_ROUNDS; round++) {
    for (const device of devices) {
      if (!device.isRevoked) exchange(season.net, device, office);
      while (!season.net.isEmpty) deliverOne(season);
    }
  }
}
