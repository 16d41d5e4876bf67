import { createHash, createPrivateKey, type KeyObject } from "node:crypto";
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { SignedBytes } from "../../../src-main/journal/core/entry.ts";
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
const FORM = "f".repeat(64);

export interface Person {
  deps: JournalDeps;
  key: KeyObject;
}

/** A person whose key, clock and random bytes are the same in every run. */
export function createPerson(name: string): Person {
  const secret = createHash("sha256").update(name).digest();
  const der = Buffer.concat([PKCS8_PREFIX, secret]);
  const random = createRandom(secret.readUInt32BE(0));
  let ticks = 0;
  const deps = {
    clock: { now: () => new Date(START + 1000 * ticks++), mono: () => ticks },
    random: { bytes: random.bytes },
    device: createDeviceKey(der),
    author: { name },
    appVersion: "0.1.0",
  };
  return { deps, key: createPrivateKey({ key: der, format: "der", type: "pkcs8" }) };
}

/** A valid engagement file that is mutated, and an older copy of it that takes entries in. */
export interface Base {
  name: string;
  bytes: Buffer;
  engagement: string;
  /** In causal order; entries that wait in its inbox come last. */
  entries: SignedBytes[];
  /** Another copy of the engagement: lacks the later entries, has some of its own. */
  existing: Buffer;
}

const setRow = (journal: Journal, row: number, value: string) =>
  journal.append([{ kind: "set", entity: `row/${row}`, field: "note", value }]);

function attach(journal: Journal, entity: string, content: Uint8Array): string {
  const blob = journal.putBlob(content);
  const op = { entity, blob, name: "x.jpg", type: "image/jpeg", size: content.length, meta: {} };
  journal.append([{ kind: "attach", ...op }]);
  return blob;
}

function signOff(journal: Journal, blob: string): void {
  journal.append([
    {
      kind: "sign",
      step: "rfi",
      scope: ["row/1"],
      evidence: [blob],
      form: FORM,
      statement: "This was done and seen.",
      signer: { name: "Jan Novak", role: "IT manager", organisation: "Example Ltd" },
      method: "drawn",
      drawing: blob,
      strokes: blob,
      zone: "Europe/Prague",
    },
  ]);
}

interface Plan {
  name: string;
  /** What stands in the file when the older copy is taken of it. */
  first(journal: Journal): void;
  /** What is added later. */
  later(journal: Journal): void;
  /** Entries of a colleague that the file takes in at the end. */
  takeIn?(entries: SignedBytes[]): SignedBytes[];
}

const plans: Plan[] = [
  {
    name: "small",
    first: (journal) => {
      for (let i = 0; i < 12; i++) setRow(journal, i % 5, "n".repeat(i % 2 ? 700 : 20) + i);
      journal.append([{ kind: "delete", entity: "row/3" }]);
    },
    later: (journal) => {
      for (let i = 0; i < 6; i++) setRow(journal, i % 5, `later ${i}`);
      signOff(journal, attach(journal, "evidence/1", Buffer.alloc(20_000, "evidence ")));
    },
  },
  {
    name: "blobs",
    first: (journal) => attach(journal, "evidence/1", createRandom(7).bytes(2_300_000)),
    later: (journal) => {
      for (const size of [1_048_576, 300_000, 0, 5])
        attach(journal, `evidence/b${size}`, createRandom(size + 1).bytes(size));
      setRow(journal, 1, "photos are in");
    },
  },
  {
    name: "conflicts",
    first: (journal) => {
      for (let i = 0; i < 8; i++) setRow(journal, i, `first ${i}`);
      journal.append([{ kind: "set", entity: "internal/note/1", field: "text", value: "not for the customer" }]);
    },
    later: (journal) => {
      for (let i = 0; i < 8; i++) setRow(journal, i, `office ${i}`);
      journal.append([{ kind: "delete", entity: "row/6" }]);
    },
    takeIn: (entries) => entries,
  },
  {
    name: "inbox",
    first: (journal) => void setRow(journal, 1, "first"),
    later: (journal) => void setRow(journal, 2, "later"),
    takeIn: (entries) => entries.filter((_, i) => i !== 1),
  },
];

/** What a colleague wrote in a copy, without the entries both have. */
function writeApart(path: string, name: string): SignedBytes[] {
  const journal = openJournal(path, createPerson(name).deps, { mode: "write" });
  const before = journal.entries().length;
  for (let i = 0; i < 5; i++) setRow(journal, i, `${name} ${i}`);
  const written = journal.entries().slice(before);
  journal.close();
  return written;
}

function createBase(folder: string, { name, first, later, takeIn }: Plan): Base {
  const path = join(folder, `${name}.fieldbook`);
  const author = createPerson(`Anna ${name}`);
  let journal = createJournal(path, author.deps, { form: FORM });
  first(journal);
  const { engagement } = journal;
  journal.close();
  const existing = join(folder, `${name}-existing.fieldbook`);
  const apart = join(folder, `${name}-apart.fieldbook`);
  copyFileSync(path, existing);
  copyFileSync(path, apart);
  writeApart(existing, "Dora");
  const colleagues = takeIn?.(writeApart(apart, "Boris")) ?? [];
  journal = openJournal(path, author.deps, { mode: "write" });
  later(journal);
  const receipts = journal.receive(colleagues);
  const waiting = receipts.flatMap((receipt) => (receipt.status === "waiting" ? [receipt.raw] : []));
  const entries = [...journal.entries(), ...waiting];
  journal.close();
  return { name, bytes: readFileSync(path), engagement, entries, existing: readFileSync(existing) };
}

/** The valid files everything starts from; the same bytes in every run. */
export function createBases(folder: string): Base[] {
  return plans.map((plan) => createBase(folder, plan));
}
