import { createHash } from "node:crypto";
import { type Entry, isEntrySignedBy, isRejection, readEntry, type SignedBytes } from "../core/entry.ts";
import { type Hash, hashBytes } from "../core/ids.ts";
import { Ledger } from "../core/ledger.ts";
import { BLOB_PART_BYTES } from "./blobs.ts";
import { keyFor } from "./driver.ts";
import { guardDisk } from "./failure.ts";
import { type EntryRow, RawRecords } from "./raw-records.ts";
import type { StoredBlob } from "./recreate.ts";
import { VaultRecords } from "./vault-records.ts";

/** A place in the journal that something refers to and that is not there. */
export interface Gap {
  hash: Hash;
  /** Session and number, where the entry after it tells them. */
  stream?: string;
  seq?: number;
}

/** What could be saved from damaged files. */
export interface Salvage {
  /** The engagement most entries belong to; undefined when there is none. */
  engagement: string | undefined;
  /** Entries whose hash holds, each once. */
  entries: SignedBytes[];
  /** Content whose hash holds. */
  blobs: StoredBlob[];
  /** Entries that take their place, and those that wait for missing ones. */
  admitted: number;
  waiting: number;
  gaps: Gap[];
  /** False when the first entry of the engagement is lost: no file can be made from the rest alone. */
  hasBeginning: boolean;
}

/** A freed page may hold an entry whole and the signature after it half overwritten: every version of it is kept. */
interface FoundEntry {
  entry: Entry;
  bytes: Uint8Array;
  signatures: Uint8Array[];
  /** True when the hash was stored beside it; otherwise only a right signature shows that nothing in it was changed. */
  isHashStored: boolean;
  /** True when a row of the file holds it. Otherwise it may lie in some content: an attached engagement file has entries, too. */
  isInPlace: boolean;
}

interface Found {
  entries: Map<Hash, FoundEntry>;
  parts: Map<Hash, Map<number, Buffer[]>>;
  blobs: Map<Hash, Uint8Array>;
}

/** Versions of one thing that are kept; more than one only where a page was freed and written again. */
const MOST_VERSIONS = 4;

function collect(path: string, vaultKey: Uint8Array | undefined, found: Found): void {
  const key = keyFor(path, vaultKey);
  const records = key ? new VaultRecords(path, key) : new RawRecords(path);
  try {
    for (const row of records.rows()) {
      if (row.table === "blob") notePart(row.hash.toString("hex"), row.part, row.bytes, found);
      else noteEntry(row, found);
    }
  } finally {
    records.close();
  }
  for (const [hash, parts] of found.parts) {
    const bytes = assemble(hash, parts);
    if (bytes) found.blobs.set(hash, bytes);
    // Of large content there is room for one copy at a time.
    parts.clear();
  }
  // Parts of one file are of no use for content of another one, which has its own.
  found.parts.clear();
}

function noteEntry({ hash: stored, bytes, sig, isCarved }: EntryRow, found: Found): void {
  const hash = hashBytes(bytes);
  const known = found.entries.get(hash);
  const entry = known?.entry ?? readEntry(bytes);
  if (isRejection(entry)) return;
  const kept: FoundEntry = known ?? { entry, bytes, signatures: [], isHashStored: false, isInPlace: false };
  const isHashStored = stored !== undefined && stored.toString("hex") === hash;
  kept.isHashStored ||= isHashStored;
  kept.isInPlace ||= isHashStored && !isCarved;
  const isNew = !kept.signatures.some((signature) => sig.equals(signature));
  if (isNew && kept.signatures.length < MOST_VERSIONS) kept.signatures.push(sig);
  found.entries.set(hash, kept);
}

/** Entries with the signature that is right, where the device of their session is known; without those that nothing vouches for. */
function signEntries(entries: readonly FoundEntry[]): { entry: Entry; raw: SignedBytes }[] {
  const devices = new Map<string, Set<string>>();
  for (const { entry } of entries) {
    const [open] = entry.ops;
    if (open?.kind !== "open") continue;
    const { stream } = entry.body;
    devices.set(stream, (devices.get(stream) ?? new Set()).add(open.device));
  }
  return entries.flatMap(({ entry, bytes, signatures, isHashStored }) => {
    const [first] = signatures;
    const own = [...(devices.get(entry.body.stream) ?? [])];
    const isRight = (sig: Uint8Array) => own.some((device) => isEntrySignedBy(device, entry.hash, sig));
    // The ledger looks at the signature of every entry; only where there is a choice or a doubt, it is looked at here.
    const right = isHashStored && signatures.length === 1 ? first : signatures.find(isRight);
    const sig = right ?? (isHashStored ? first : undefined);
    return sig ? [{ entry, raw: { bytes, sig } }] : [];
  });
}

function notePart(hash: Hash, part: number, bytes: Buffer, found: Found): void {
  if (found.blobs.has(hash) || bytes.length > BLOB_PART_BYTES) return;
  const parts = found.parts.get(hash) ?? new Map<number, Buffer[]>();
  found.parts.set(hash, parts);
  const versions = parts.get(part) ?? [];
  parts.set(part, versions);
  if (versions.length < MOST_VERSIONS && !versions.some((version) => version.equals(bytes))) versions.push(bytes);
}

/** Puts the parts of a blob together; of a part found in several versions, the one with which the hash is right. */
function assemble(hash: Hash, parts: ReadonlyMap<number, readonly Buffer[]>): Uint8Array | undefined {
  const inOrder = Array.from({ length: parts.size }, (_, part) => parts.get(part));
  if (!inOrder.every((versions) => versions !== undefined)) return undefined;
  const isRight = (chosen: readonly Buffer[]): boolean => {
    const digest = createHash("sha256");
    for (const part of chosen) digest.update(part);
    return digest.digest("hex") === hash;
  };
  const first = inOrder.map((versions) => versions[0] as Buffer);
  if (isRight(first)) return Buffer.concat(first);
  // One damaged page leaves one part in doubt: each is exchanged by itself.
  for (const [part, versions] of inOrder.entries()) {
    for (const version of versions.slice(1)) {
      const chosen = first.with(part, version);
      if (isRight(chosen)) return Buffer.concat(chosen);
    }
  }
  return undefined;
}

/** The engagement of the rows; where not one is in place, that of most entries. */
function mostFrequentEngagement(found: Found): string | undefined {
  const counts = new Map<string, number>();
  const all = [...found.entries.values()];
  const inPlace = all.filter(({ isInPlace }) => isInPlace);
  for (const { entry } of inPlace.length > 0 ? inPlace : all) {
    counts.set(entry.body.eng, (counts.get(entry.body.eng) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}

function findGaps(waiting: readonly Entry[], known: ReadonlySet<Hash>): Gap[] {
  const gaps = new Map<Hash, Gap>();
  for (const { body } of waiting) {
    const { prev, deps, stream, seq } = body;
    for (const hash of deps) if (!known.has(hash) && !gaps.has(hash)) gaps.set(hash, { hash });
    if (prev !== null && !known.has(prev)) gaps.set(prev, { hash: prev, stream, seq: seq - 1 });
  }
  return [...gaps.values()];
}

/**
 * Takes out of damaged files, and of snapshots of them, every entry and content whose hash still holds, and finds out what
 * is missing. Entries are self-verifying, so it does not matter which file a good one comes from. No file is changed.
 * @param vaultKey for encrypted ones among them.
 * @throws JournalFailure NOT_FOUND, READ_ONLY, ENCRYPTED, IO when a file cannot be read at all
 */
export function salvageFiles(paths: readonly string[], vaultKey?: Uint8Array): Salvage {
  const found: Found = { entries: new Map(), parts: new Map(), blobs: new Map() };
  for (const path of paths) guardDisk(() => collect(path, vaultKey, found));
  const engagement = mostFrequentEngagement(found);
  const own = signEntries([...found.entries.values()].filter(({ entry }) => entry.body.eng === engagement));
  const ledger = new Ledger(engagement ?? "");
  for (const { raw } of own) ledger.receive(raw);
  const known = new Set([...ledger.graph.nodes.keys(), ...ledger.inbox.keys()]);
  const waiting = own.flatMap(({ entry }) => (ledger.inbox.has(entry.hash) ? [entry] : []));
  return {
    engagement,
    entries: own.map(({ raw }) => raw),
    blobs: [...found.blobs].map(([hash, bytes]) => ({ hash, bytes })),
    admitted: ledger.graph.nodes.size,
    waiting: waiting.length,
    gaps: findGaps(waiting, known),
    hasBeginning: ledger.graph.genesis !== undefined,
  };
}
