import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import * as z from "zod";
import { type SnapshotReason, type SnapshotView, snapshotReason } from "../contract/copies.ts";
import { isVaultPath, type Journal, makeFolder, PLAIN_ENDING, VAULT_ENDING } from "../journal/index.ts";
import { refuse } from "./refusal.ts";
import { writeDurably } from "./settings.ts";
import type { World } from "./world.ts";

const HOUR_MS = 3_600_000;
/** Tells beside the snapshots what the file is called that they were taken from. */
const FILE_NAME = "file-name";

/** How many are kept of each kind. */
const kept: Record<SnapshotReason, number> = { hourly: 8, daily: 14, "before-merge": 5, "by-hand": 20 };

const proof = z.strictObject({ at: z.iso.datetime(), entries: z.number().int(), problem: z.string().nullable() });
type Proof = z.infer<typeof proof>;
const proofs = z.record(z.string(), proof);

/** `20261123T140500123Z-hourly`: sorts by time. */
const namePattern = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z-([a-z-]+)$/;

/** Name of a file of either form without what its form adds. */
const withoutEnding = (name: string): string =>
  [VAULT_ENDING, PLAIN_ENDING].reduce(
    (rest, ending) => (rest.endsWith(ending) ? rest.slice(0, -ending.length) : rest),
    name,
  );

function readName(name: string): { at: string; reason: SnapshotReason } | null {
  const [, year, month, day, hour, minute, second, milliseconds, word] = namePattern.exec(name) ?? [];
  const reason = snapshotReason.safeParse(word);
  return reason.success
    ? { at: `${year}-${month}-${day}T${hour}:${minute}:${second}.${milliseconds}Z`, reason: reason.data }
    : null;
}

/**
 * Compacted copies of the engagement files on the same disk: against mistakes and damage, not against the loss of the
 * laptop. A snapshot counts for something once it was opened and read as a whole.
 */
export class Snapshots {
  readonly #folder: string;
  readonly #world: World;

  constructor(folder: string, world: World) {
    this.#folder = folder;
    this.#world = world;
  }

  /** Makes a snapshot and lets go of the oldest ones of its kind. */
  take(journal: Journal, reason: SnapshotReason): string {
    const folder = this.#folderOf(journal.engagement);
    makeFolder(folder);
    const name = `${this.#world.clock.now().toISOString().replace(/[-:.]/g, "")}-${reason}`;
    // A snapshot of an encrypted file is encrypted.
    journal.snapshot(join(folder, name + (isVaultPath(journal.path) ? VAULT_ENDING : PLAIN_ENDING)));
    this.#noteFile(journal);
    this.#prune(journal.engagement, reason);
    return name;
  }

  /** The regular snapshot that is due, if any: the first of a day is kept for two weeks, the others for eight working hours. */
  due(engagement: string): SnapshotReason | null {
    const now = this.#world.clock.now();
    const regular = this.#names(engagement).flatMap((name) => {
      const read = readName(name);
      return read && (read.reason === "hourly" || read.reason === "daily") ? [read] : [];
    });
    const today = now.toISOString().slice(0, 10);
    if (!regular.some(({ at, reason }) => reason === "daily" && at.startsWith(today))) return "daily";
    // A clock that was set back must not stop the snapshots: one from the future counts as old.
    const isFresh = regular.some(({ at }) => Math.abs(now.getTime() - Date.parse(at)) < HOUR_MS);
    return isFresh ? null : "hourly";
  }

  /** Newest first. */
  list(engagement: string): SnapshotView[] {
    const known = this.#proofs(engagement);
    return this.#names(engagement).flatMap((snapshot): SnapshotView[] => {
      const read = readName(snapshot);
      const proven = known[snapshot];
      if (!read) return [];
      return [
        {
          snapshot,
          ...read,
          size: statSync(this.path(engagement, snapshot)).size,
          proof: proven ? (proven.problem === null ? "proven" : "failed") : "unproven",
          provenAt: proven?.at ?? null,
          entries: proven?.entries ?? null,
          problem: proven?.problem ?? null,
        },
      ];
    });
  }

  /** Where a snapshot lies. */
  path(engagement: string, snapshot: string): string {
    if (!this.#names(engagement).includes(snapshot))
      refuse("NOT_FOUND", { happened: "That snapshot is no longer kept.", todo: "Choose another one from the list." });
    const path = join(this.#folderOf(engagement), snapshot);
    return existsSync(path + PLAIN_ENDING) ? path + PLAIN_ENDING : path + VAULT_ENDING;
  }

  /** Every snapshot of an engagement, newest first. */
  paths(engagement: string): string[] {
    return this.#names(engagement).map((name) => this.path(engagement, name));
  }

  /** Notes what came of opening a snapshot. */
  noteProof(engagement: string, snapshot: string, { entries, problem }: Pick<Proof, "entries" | "problem">): void {
    const present = new Set(this.#names(engagement));
    const others = Object.entries(this.#proofs(engagement)).filter(([name]) => present.has(name));
    const all = { ...Object.fromEntries(others), [snapshot]: { at: this.#now(), entries, problem } };
    writeDurably(this.#proofFile(engagement), `${JSON.stringify(all, null, 2)}\n`);
  }

  /** The engagement whose snapshots were taken from a file of this name: for a file that does not tell any more. */
  engagementOf(file: string): string | undefined {
    const engagements = existsSync(this.#folder) ? readdirSync(this.#folder) : [];
    return engagements.find((engagement) => {
      try {
        return withoutEnding(readFileSync(join(this.#folderOf(engagement), FILE_NAME), "utf8")) === withoutEnding(file);
      } catch {
        return false;
      }
    });
  }

  #noteFile({ engagement, path }: Journal): void {
    if (this.engagementOf(basename(path)) !== engagement)
      writeDurably(join(this.#folderOf(engagement), FILE_NAME), basename(path));
  }

  #now(): string {
    return this.#world.clock.now().toISOString();
  }

  #folderOf(engagement: string): string {
    return join(this.#folder, engagement);
  }

  #proofFile(engagement: string): string {
    return join(this.#folderOf(engagement), "proofs.json");
  }

  #names(engagement: string): string[] {
    try {
      const files = readdirSync(this.#folderOf(engagement)).filter((name) => name !== withoutEnding(name));
      return [...new Set(files.map(withoutEnding))]
        .filter((name) => readName(name) !== null)
        .sort()
        .reverse();
    } catch {
      return [];
    }
  }

  #proofs(engagement: string): Record<string, Proof> {
    try {
      return proofs.parse(JSON.parse(readFileSync(this.#proofFile(engagement), "utf8")));
    } catch {
      // What is not known to be proven is shown as unproven, and proven again.
      return {};
    }
  }

  #prune(engagement: string, reason: SnapshotReason): void {
    const same = this.#names(engagement).filter((name) => readName(name)?.reason === reason);
    for (const name of same.slice(kept[reason])) rmSync(this.path(engagement, name), { force: true });
    // What a crash left half made is no snapshot: only finished ones have their name.
    const folder = this.#folderOf(engagement);
    for (const name of readdirSync(folder)) if (name.endsWith(".part")) rmSync(join(folder, name), { force: true });
  }
}
