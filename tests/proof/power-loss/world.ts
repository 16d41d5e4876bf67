import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  createDeviceKey,
  createJournal,
  type Journal,
  type JournalDeps,
  openJournal,
} from "../../../src-main/journal/index.ts";
import { createRandom } from "../proof.ts";

/** PKCS #8 header of an Ed25519 private key (RFC 8410, section 7); the 32 bytes of the key follow it. */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");
const START = Date.UTC(2026, 10, 23, 9, 0, 0);

/** Host of one author; the same seed gives the same files. */
export function createSeededDeps(name: string, seed: number): JournalDeps {
  const random = createRandom(seed);
  let ticks = 0;
  return {
    clock: { now: () => new Date(START + 1000 * ticks++), mono: () => ticks },
    random: { bytes: random.bytes },
    device: createDeviceKey(Buffer.concat([PKCS8_PREFIX, random.bytes(32)])),
    author: { name },
    appVersion: "0.1.0",
  };
}

export const FORM = "f".repeat(64);

/** What the second author's copy adds to an engagement, as it travels from copy to copy. */
export interface Gift {
  /** Base64. */
  entries: { bytes: string; sig: string }[];
  /** Base64. */
  blobs: string[];
}

/** Where the workload works. */
export interface Places {
  root: string;
  /** The folder a crash is looked at in. */
  vault: string;
  temporary: string;
  gift: string;
  /** A whole copy of the shared engagement by the second author. */
  copy: string;
}

export function placesIn(root: string): Places {
  const at = (name: string): string => join(root, name);
  return { root, vault: at("vault"), temporary: at("temporary"), gift: at("gift.json"), copy: at("copy.fieldbook") };
}

function fill(journal: Journal, name: string, count: number): void {
  for (let i = 0; i < count; i++) {
    journal.append([{ kind: "set", entity: `step/${name}`, field: `f${i % 7}`, value: `${name} ${i}` }]);
  }
}

function attach(journal: Journal, bytes: Uint8Array): void {
  const blob = journal.putBlob(bytes);
  const size = bytes.length;
  journal.append([{ kind: "attach", entity: `evidence/${blob}`, blob, name: "b.bin", type: "", size, meta: {} }]);
}

const toText = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

/** Makes the folders, the engagement that is there before the workload starts, and what its second copy has to give. */
export function prepareWorld(places: Places, seed: number): void {
  const random = createRandom(seed + 2);
  mkdirSync(places.vault, { recursive: true });
  mkdirSync(places.temporary);
  const path = join(places.vault, "shared.fieldbook");
  const own = createJournal(path, createSeededDeps("Anna", seed), { form: FORM });
  fill(own, "anna", 4);
  own.exportCopy(places.copy);
  const known = own.entries().length;
  own.close();
  const copy = openJournal(places.copy, createSeededDeps("Berta", seed + 1), { mode: "write" });
  const blob = random.bytes(20_000);
  attach(copy, blob);
  fill(copy, "berta", 24);
  const entries = copy.entries().slice(known);
  for (const size of [15_000, 60_000]) attach(copy, random.bytes(size));
  fill(copy, "later", 12);
  copy.close();
  const gift: Gift = {
    entries: entries.map(({ bytes, sig }) => ({ bytes: toText(bytes), sig: toText(sig) })),
    blobs: [toText(blob)],
  };
  writeFileSync(places.gift, JSON.stringify(gift));
}
