import { dirname, resolve } from "node:path";
import { createRandom } from "../proof.ts";
import type { Call } from "./trace.ts";

/**
 * A disk with a cache that loses its power. What is modelled:
 * - Data of a file becomes durable with fsync or fdatasync of that file and not before; until then every write and
 *   truncation since the last sync may be there or not, in any combination, a write also in part (sectors of 512 bytes).
 *   A hole left by a lost write reads as zeros.
 * - Names (create, link, unlink, rename) become durable with fsync of their folder and not before; until then each may
 *   be there or not, in any combination. A rename is one step. Creation is treated like the others, which is stricter
 *   than the file systems in use: they make the name durable with the first fsync of a new file.
 * - A sync that has returned is believed, and bytes outside a write are never harmed (SQLite's powersafe overwrite).
 */

const SECTOR_BYTES = 512;

type DataStep = { at: number; bytes: Buffer } | { size: number };

interface Inode {
  id: number;
  /** Content after the last sync. */
  synced: Buffer;
  syncs: number;
  /** What was done since then. */
  pending: DataStep[];
}

type NameStep = { folder: string } & ({ put: string; inode: Inode; remove?: string } | { remove: string });

/** How a crash treats what was not synced. */
export const crashModes = ["dropped", "kept", "names only", "data only", "mixed", "torn"] as const;
export type CrashMode = (typeof crashModes)[number];

export interface CrashedFile {
  bytes(): Buffer;
  /** Equal stamps mean equal content. */
  stamp: string;
}

type Random = Pick<ReturnType<typeof createRandom>, "next">;

/** Neighbouring seeds give unlike numbers. */
const spread = (seed: number, part: number): number =>
  Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(part + 1, 0x85ebca6b);

/** Content after some steps; gaps read as zeros. */
function replay(start: Buffer, steps: DataStep[]): Buffer {
  if (steps.length === 0) return start;
  const ends = steps.map((step) => ("size" in step ? step.size : step.at + step.bytes.length));
  const content = Buffer.alloc(ends.reduce((most, end) => Math.max(most, end), start.length));
  start.copy(content);
  let size = start.length;
  for (const step of steps) {
    if ("size" in step) {
      if (step.size < size) content.fill(0, step.size, size);
      size = step.size;
    } else {
      step.bytes.copy(content, step.at);
      size = Math.max(size, step.at + step.bytes.length);
    }
  }
  return content.subarray(0, size);
}

/** What becomes of one pending step: nothing, all of it, or these sectors of a write. */
type Fate = "lost" | "whole" | number[];

/** The part of a write that its fate leaves; a write that does not fill a sector is one piece. */
function leave(step: DataStep, fate: Fate): DataStep[] {
  if (fate === "lost") return [];
  if (fate === "whole" || "size" in step) return [step];
  return fate.map((sector) => {
    const from = sector * SECTOR_BYTES;
    return { at: step.at + from, bytes: step.bytes.subarray(from, from + SECTOR_BYTES) };
  });
}

function sectorsOf(step: DataStep): number[] {
  return "size" in step ? [] : Array.from({ length: Math.ceil(step.bytes.length / SECTOR_BYTES) }, (_, i) => i);
}

/** The fate of a write of which these sectors arrive; truncations arrive or do not. */
function fateOf(step: DataStep, arrived: number[]): Fate {
  if (arrived.length === 0) return "lost";
  return arrived.length === sectorsOf(step).length ? "whole" : arrived;
}

/** Of five writes two are lost, two arrive and one arrives in part. */
function mix(steps: DataStep[], random: Random): Fate[] {
  return steps.map((step) => {
    const draw = random.next(5);
    if (draw < 2) return "lost";
    if (draw < 4 || "size" in step) return "whole";
    return fateOf(
      step,
      sectorsOf(step).filter(() => random.next(2) === 0),
    );
  });
}

/** Everything arrives but the end of the last write. */
function tear(steps: DataStep[], random: Random): Fate[] {
  return steps.map((step, i) => {
    if (i < steps.length - 1) return "whole";
    const sectors = sectorsOf(step);
    return fateOf(step, sectors.slice(0, random.next(Math.max(1, sectors.length))));
  });
}

/** The same name for the same content, however it came about. */
function nameFates(fates: Fate[]): string {
  const end = fates.findLastIndex((fate) => fate !== "lost");
  const rest = fates.slice(0, end + 1);
  if (rest.every((fate) => fate === "whole")) return rest.length === 0 ? "" : `+${rest.length}`;
  return `~${rest.map((fate) => (typeof fate === "string" ? fate.charAt(0) : `[${fate}]`)).join("")}`;
}

function applyNames(names: Map<string, Inode>, steps: NameStep[]): Map<string, Inode> {
  const result = new Map(names);
  for (const step of steps) {
    if (step.remove !== undefined) result.delete(step.remove);
    if ("put" in step) result.set(step.put, step.inode);
  }
  return result;
}

/** The files below one folder as a process writes them, and as a crash can leave them. */
export class Disk {
  readonly #root: string;
  #names: Map<string, Inode>;
  #durableNames: Map<string, Inode>;
  #pendingNames: NameStep[] = [];
  readonly #open = new Map<number, { inode: Inode; position: number }>();
  #inodes = 0;
  /** File of the newest write, until anything else happens. */
  #justWritten: Inode | undefined;

  /** `files` are there and durable at the start; `root` ends without a slash. */
  constructor(root: string, files: Map<string, Buffer>) {
    this.#root = `${root}/`;
    this.#names = new Map([...files].map(([path, bytes]) => [path, this.#createInode(bytes)]));
    this.#durableNames = this.#names;
  }

  #createInode(synced: Buffer): Inode {
    return { id: ++this.#inodes, synced, syncs: 0, pending: [] };
  }

  /** Does what the call does. Returns false when it cannot have changed the disk below the root. */
  apply(call: Call): boolean {
    const isOurs = [call.descriptorPath, ...call.paths].some((path) => `${path}/`.startsWith(this.#root));
    if (!isOurs) return false;
    this.#justWritten = undefined;
    switch (call.name) {
      case "openat":
        return this.#openFile(call);
      case "write":
      case "pwrite64":
        return this.#write(call);
      case "lseek":
        return this.#seek(call);
      case "ftruncate":
        return this.#change(this.#fileOf(call).inode, { size: call.numbers[0] ?? 0 });
      case "fsync":
      case "fdatasync":
        return this.#sync(call);
      case "link":
      case "rename":
        return this.#place(call);
      case "unlink":
      case "unlinkat":
        return this.#remove(call);
      default:
        throw new Error(`${call.name} on ${call.descriptorPath}${call.paths.join(" ")} is not modelled`);
    }
  }

  #fileOf(call: Call): { inode: Inode; position: number } {
    const file = this.#open.get(call.descriptor);
    if (!file) throw new Error(`${call.name} on a descriptor that was not seen to be opened: ${call.descriptorPath}`);
    return file;
  }

  #change(inode: Inode, step: DataStep): true {
    inode.pending.push(step);
    return true;
  }

  #openFile({ paths: [path = ""], flags: [flags = ""], result }: Call): boolean {
    const has = (flag: string): boolean => flags.split("|").includes(flag);
    if (has("O_APPEND") || has("O_TMPFILE")) throw new Error(`${flags} of ${path} is not modelled`);
    const known = this.#names.get(path);
    this.#open.delete(result);
    if (!known && !has("O_CREAT")) return false;
    const inode = known ?? this.#createInode(Buffer.alloc(0));
    this.#open.set(result, { inode, position: 0 });
    if (!known) return this.#changeName({ folder: dirname(path), put: path, inode });
    return has("O_TRUNC") && this.#change(inode, { size: 0 });
  }

  #write(call: Call): true {
    const file = this.#fileOf(call);
    const isPlaced = call.name === "pwrite64";
    const at = isPlaced ? (call.numbers.at(-1) ?? 0) : file.position;
    if (!isPlaced) file.position += call.bytes.length;
    this.#justWritten = file.inode;
    return this.#change(file.inode, { at, bytes: call.bytes });
  }

  #seek(call: Call): false {
    const file = this.#open.get(call.descriptor);
    if (file) file.position = call.result;
    return false;
  }

  #sync(call: Call): true {
    const file = this.#open.get(call.descriptor);
    if (file) {
      file.inode.synced = replay(file.inode.synced, file.inode.pending);
      file.inode.pending = [];
      file.inode.syncs++;
    } else {
      const isHere = ({ folder }: NameStep): boolean => folder === call.descriptorPath;
      this.#durableNames = applyNames(this.#durableNames, this.#pendingNames.filter(isHere));
      this.#pendingNames = this.#pendingNames.filter((step) => !isHere(step));
    }
    return true;
  }

  #place({ name, paths: [from = "", to = ""] }: Call): true {
    const inode = this.#names.get(from);
    if (!inode || (name === "rename" && dirname(from) !== dirname(to)))
      throw new Error(`${name} from ${from} to ${to} is not modelled`);
    return this.#changeName({ folder: dirname(to), put: to, inode, ...(name === "rename" ? { remove: from } : {}) });
  }

  #remove(call: Call): boolean {
    // Folders only come and go below the temporary folder, which no crash state shows.
    if (call.flags.includes("AT_REMOVEDIR")) return false;
    const path = resolve(call.descriptorPath || "/", call.paths[0] ?? "");
    return this.#changeName({ folder: dirname(path), remove: path });
  }

  #changeName(step: NameStep): true {
    this.#names = applyNames(this.#names, [step]);
    this.#pendingNames.push(step);
    return true;
  }

  /** Number of writes that the file of the newest write waits to have synced; 0 after anything but a write. */
  get unsynced(): number {
    return this.#justWritten?.pending.length ?? 0;
  }

  /**
   * The files of a folder after a crash at this moment; undefined where there is nothing to tear. The same seed gives
   * the same state. Contents are valid until the next `apply`.
   */
  crash(folder: string, mode: CrashMode, seed: number): Map<string, CrashedFile> | undefined {
    if (mode === "torn" && !this.#justWritten) return undefined;
    const files = new Map<string, CrashedFile>();
    for (const [path, inode] of applyNames(this.#durableNames, this.#survivingNames(mode, seed))) {
      if (dirname(path) === folder) files.set(path, this.#crashFile(inode, mode, seed));
    }
    return files;
  }

  #survivingNames(mode: CrashMode, seed: number): NameStep[] {
    if (mode === "dropped" || mode === "data only") return [];
    if (mode !== "mixed") return this.#pendingNames;
    const random = createRandom(spread(seed, 0));
    return this.#pendingNames.filter(() => random.next(2) === 0);
  }

  #crashFile(inode: Inode, mode: CrashMode, seed: number): CrashedFile {
    const { id, syncs, synced, pending } = inode;
    const fates = this.#fates(inode, mode, seed);
    const steps = (): DataStep[] => pending.flatMap((step, i) => leave(step, fates[i] ?? "lost"));
    return { stamp: `${id}.${syncs}${nameFates(fates)}`, bytes: () => replay(synced, steps()) };
  }

  #fates(inode: Inode, mode: CrashMode, seed: number): Fate[] {
    if (mode === "dropped" || mode === "names only") return [];
    if (mode === "mixed") return mix(inode.pending, createRandom(spread(seed, inode.id)));
    if (mode === "torn" && inode === this.#justWritten)
      return tear(inode.pending, createRandom(spread(seed, inode.id)));
    return inode.pending.map(() => "whole");
  }
}
