import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JournalDeps } from "../../../src-main/journal/index.ts";
import { Progress, readLine } from "./acks.ts";
import { checkFile } from "./check.ts";
import { type CrashedFile, type CrashMode, crashModes, Disk } from "./disk.ts";
import type { Recording } from "./record.ts";
import { createSeededDeps, type Places } from "./world.ts";

/** A power loss after one call of the recording. */
export interface Crash {
  /** Number of the call in the trace, from 0. */
  step: number;
  phase: string;
  mode: CrashMode;
}

interface Moment {
  step: number;
  disk: Disk;
  progress: Progress;
}

/** First bytes of a rollback journal that has something to take back (sqlite.org/fileformat.html#the_rollback_journal). */
const JOURNAL_MAGIC = "d9d505f920a163d7";

/** Walks through the recording; `visit` sees the disk after every call that changed it or was an acknowledgement. */
function walk({ start, calls }: Recording, places: Places, visit: (moment: Moment) => boolean): void {
  const disk = new Disk(places.root, start);
  const progress = new Progress(calls);
  for (const [step, call] of calls.entries()) {
    const line = readLine(call);
    if (line) progress.take(line);
    if ((line || disk.apply(call)) && !visit({ step, disk, progress })) return;
  }
}

const seedOf = (seed: number, step: number): number => seed * 100_003 + step;

/** The same name for the same content and promises of an engagement file; what else lies in the folder is left out. */
function nameState(file: string, { vault }: Places, files: Map<string, CrashedFile>, progress: Progress): string {
  const stampOf = (name: string): string => files.get(join(vault, name))?.stamp ?? "none";
  return `${file}=${stampOf(file)},${stampOf(`${file}-journal`)},${progress.keptOf(file)}`;
}

/** In a run of more writes than this without a sync, only one moment in so many is a crash. */
const LONG_RUN = 64;
const STRIDE = 8;

/** Every crash of the recording that leaves an engagement file, or a promise about it, as no crash before it does. */
export function listCrashes(recording: Recording, places: Places, seed: number): Crash[] {
  const seen = new Set<string>();
  const crashes: Crash[] = [];
  walk(recording, places, ({ step, disk, progress }) => {
    if (disk.unsynced > LONG_RUN && disk.unsynced % STRIDE !== 0) return true;
    for (const mode of crashModes) {
      const files = disk.crash(places.vault, mode, seedOf(seed, step));
      if (!files) continue;
      const state = progress.files.map((file) => nameState(file, places, files, progress)).join();
      if (seen.has(state)) continue;
      seen.add(state);
      crashes.push({ step, phase: progress.phase, mode });
    }
    return true;
  });
  return crashes;
}

/** How the files on the disk differ from the replay of the whole recording; a true recording leaves no difference. */
export function compareWithDisk(recording: Recording, { root, vault }: Places): string[] {
  const disk = new Disk(root, recording.start);
  for (const call of recording.calls) disk.apply(call);
  const replayed = disk.crash(vault, "kept", 0) ?? new Map<string, CrashedFile>();
  const paths = new Set([...replayed.keys(), ...readdirSync(vault).map((name) => join(vault, name))]);
  return [...paths].filter((path) => {
    const bytes = replayed.get(path)?.bytes();
    return !bytes || !existsSync(path) || !readFileSync(path).equals(bytes);
  });
}

/** Counts of what the checks met. */
export interface Met {
  filesOpened: number;
  hotJournals: number;
  entriesChecked: number;
}

/** Writes crashed disks into a folder and lets the program open them. */
export class Replay {
  readonly met: Met = { filesOpened: 0, hotJournals: 0, entriesChecked: 0 };
  readonly #places: Places;
  readonly #seed: number;
  readonly #deps: JournalDeps;
  readonly #folder: string;
  /** Files that were found right with this content and these promises. */
  readonly #proven = new Set<string>();

  constructor(places: Places, seed: number) {
    this.#places = places;
    this.#seed = seed;
    this.#deps = createSeededDeps("Carla", seed);
    this.#folder = join(places.root, "replay");
  }

  /** Tries the crashes, which are in the order of their steps; `report` learns of each and ends the run with false. */
  run(recording: Recording, crashes: Crash[], report: (crash: Crash, problems: string[]) => boolean): void {
    let next = 0;
    walk(recording, this.#places, (moment) => {
      for (let crash = crashes[next]; crash?.step === moment.step; crash = crashes[++next]) {
        if (!report(crash, this.#try(moment, crash))) return false;
      }
      return next < crashes.length;
    });
  }

  #try({ step, disk, progress }: Moment, { mode }: Crash): string[] {
    const files = disk.crash(this.#places.vault, mode, seedOf(this.#seed, step)) ?? new Map<string, CrashedFile>();
    return progress.files.flatMap((file) => {
      const path = join(this.#places.vault, file);
      const parts = [files.get(path), files.get(`${path}-journal`)];
      const key = nameState(file, this.#places, files, progress);
      if (this.#proven.has(key)) return [];
      const allowed = progress.allowed(file);
      this.#write(file, parts);
      const problem = checkFile(join(this.#folder, file), allowed, this.#deps);
      if (parts[0]) {
        this.met.filesOpened++;
        this.met.entriesChecked += allowed.newest?.entries.length ?? 0;
      }
      if (problem) return [`${file} ${problem}`];
      this.#proven.add(key);
      return [];
    });
  }

  /** Puts a file and its rollback journal into an otherwise empty folder. */
  #write(file: string, [main, journal]: (CrashedFile | undefined)[]): void {
    rmSync(this.#folder, { recursive: true, force: true });
    mkdirSync(this.#folder);
    if (main) writeFileSync(join(this.#folder, file), main.bytes());
    if (!journal) return;
    const bytes = journal.bytes();
    if (main && bytes.toString("hex", 0, 8) === JOURNAL_MAGIC) this.met.hotJournals++;
    writeFileSync(join(this.#folder, `${file}-journal`), bytes);
  }
}

/** A new folder for recording and replay, in memory where there is such a place: no disk of this machine is tried. */
export function createRoot(): string {
  return mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "fieldbook-power-"));
}
