import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Examination, FilePlace } from "../contract/copies.ts";
import type { StepId } from "../contract/names.ts";
import {
  type ChildPort,
  createFromEntries,
  type Journal,
  type JournalDeps,
  type MergePreview,
  openJournal,
  readForeignFile,
  type SignedBytes,
} from "../journal/index.ts";
import type { Titles } from "./describe.ts";
import { readIdentity } from "./facts.ts";
import type { JobControl } from "./jobs.ts";
import { placeOf } from "./places.ts";
import { refuse } from "./refusal.ts";
import { isSealedFile, openSealedFile } from "./sealing.ts";
import type { Trust } from "./trust.ts";
import { createId } from "./world.ts";

/** Above these a person looks before copies are united (engagement-file design, fail-safes). */
const MOST_CONFLICTS = 50;
const LARGEST_SHARE = 0.3;

export interface IncomingOptions {
  /** Where foreign copies wait; emptied when the program starts. */
  folder: string;
  deps(): JournalDeps;
  spawnReader(): ChildPort;
  trust: Trust;
  titles: Titles;
  /** The copy of an engagement that is here, if any. */
  findPresent(engagement: string): Journal | null;
}

/** A foreign copy, read in a process of its own and written anew from what held. */
export interface Candidate {
  id: string;
  examination: Examination;
  /** A clean file of our own making with the entries and files of the foreign one. */
  path: string;
}

interface Received {
  engagement: string;
  genesis: string;
  entries: SignedBytes[];
  blobs: Set<string>;
  problems: string[];
}

/** Foreign copies between the moment they are chosen and the moment somebody decides about them. */
export class Incoming {
  readonly #options: IncomingOptions;
  readonly #candidates = new Map<string, Candidate>();

  constructor(options: IncomingOptions) {
    this.#options = options;
    rmSync(options.folder, { recursive: true, force: true });
  }

  /**
   * Reads a foreign file and says what taking it in would do. The source is only read.
   * @param fetch writes the chosen file to the path given and tells where it came from.
   */
  async examine(
    fetch: (target: string) => { name: string; path: string | null },
    passphrase: string | undefined,
    control: JobControl,
  ): Promise<Examination> {
    const id = createId(this.#options.deps().random);
    const folder = this.folderOf(id);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    try {
      const source = join(folder, "source");
      const { name, path } = fetch(source);
      if (path !== null) refuseUnfinished(path);
      const received = await this.#read(await this.#unseal(source, passphrase, control), folder, control);
      const copy = join(folder, "copy.fieldbook");
      createFromEntries(copy, this.#options.deps(), received.entries, blobsIn(folder, received.blobs));
      rmSync(source, { force: true });
      const examination = this.#examine(id, { name, place: path === null ? "sent" : placeOf(path) }, received, copy);
      this.#candidates.set(id, { id, examination, path: copy });
      return examination;
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  get(id: string): Candidate {
    return (
      this.#candidates.get(id) ??
      refuse("NOT_FOUND", { happened: "That copy is no longer held.", todo: "Choose it again." })
    );
  }

  discard(id: string): void {
    this.#candidates.delete(id);
    rmSync(this.folderOf(id), { recursive: true, force: true });
  }

  /** Hands a candidate over: whoever takes it removes its folder. */
  release(id: string): Candidate {
    const candidate = this.get(id);
    this.#candidates.delete(id);
    return candidate;
  }

  /** Lets go of every copy that nobody has decided about. */
  discardAll(): void {
    for (const id of [...this.#candidates.keys()]) this.discard(id);
  }

  folderOf(id: string): string {
    return join(this.#options.folder, id);
  }

  async #unseal(source: string, passphrase: string | undefined, { signal, progress }: JobControl): Promise<string> {
    if (!isSealedFile(source)) return source;
    progress(0, 1, "Opening the seal");
    const opened = `${source}-opened`;
    await openSealedFile(source, opened, { device: this.#options.deps().device, passphrase, signal });
    return opened;
  }

  async #read(path: string, folder: string, { signal, progress }: JobControl): Promise<Received> {
    const received: Received = { engagement: "", genesis: "", entries: [], blobs: new Set(), problems: [] };
    mkdirSync(join(folder, "blobs"));
    const { spawnReader: spawn } = this.#options;
    const report = (done: number, total: number) => progress(done, Math.max(1, total), "Reading the copy");
    for await (const chunk of readForeignFile(path, { spawn, signal, progress: report })) {
      if (chunk.type === "summary") Object.assign(received, { engagement: chunk.engagement, genesis: chunk.genesis });
      if (chunk.type === "entries" || chunk.type === "waiting") received.entries.push(...chunk.entries);
      if (chunk.type === "blob") {
        appendFileSync(join(folder, "blobs", chunk.hash), chunk.bytes);
        received.blobs.add(chunk.hash);
      }
      if (chunk.type !== "end") continue;
      received.problems.push(...chunk.problems.map(({ where, sentence }) => `${where}: ${sentence}`));
      if (chunk.leftOut > chunk.problems.length)
        received.problems.push(`${chunk.leftOut - chunk.problems.length} more parts were left out.`);
    }
    return received;
  }

  #examine(
    candidate: string,
    source: { name: string; place: FilePlace },
    received: Received,
    path: string,
  ): Examination {
    const copy = openJournal(path, this.#options.deps(), { mode: "read" });
    try {
      const present = this.#options.findPresent(copy.engagement);
      if (present && present.genesis !== copy.genesis) refuse("ANOTHER_HISTORY");
      const { customer, reference } = readIdentity(copy.state());
      const preview = present ? present.preview(received.entries) : previewOfNew(copy);
      const files = [...received.blobs].filter((hash) => !present?.hasBlob(hash)).length;
      const { rejected, devices, signOffs, ...counts } = preview;
      const { trust, titles } = this.#options;
      return {
        candidate,
        ...source,
        engagement: copy.engagement,
        customer,
        reference,
        relation: !present ? "new" : counts.incoming + files > 0 ? "adds" : "same",
        entries: copy.state().entries,
        ...counts,
        files,
        signOffs: signOffs.map(({ step, before, after }) => {
          return { step: step as StepId, title: titles.step(step as StepId), before, after };
        }),
        devices: trust.judgeDevices(copy).filter(({ device }) => device in devices),
        revoked: Object.entries(devices).reduce(
          (sum, [device, count]) => sum + (trust.isRevoked(device) ? count : 0),
          0,
        ),
        pause: present ? reasonToPause(counts) : null,
        problems: [...received.problems, ...describeRejected(rejected)],
      };
    } finally {
      copy.close();
    }
  }
}

/** A file beside which a journal of SQLite lies is being written to, or was left by a crash: alone it is not what it seems. */
function refuseUnfinished(path: string): void {
  const siblings = ["-journal", "-wal"].map((suffix) => path + suffix);
  if (!siblings.some((sibling) => existsSync(sibling) && statSync(sibling).size > 0)) return;
  refuse("LOCKED", {
    happened: "The file is being written to, or a program that wrote to it was cut off.",
    todo: "Close it there, or ask for a hand-over copy made with the program.",
  });
}

/** Everything in a copy of an engagement that is not here. */
function previewOfNew(copy: Journal): MergePreview {
  const state = copy.state();
  return {
    incoming: state.entries + state.waiting,
    waiting: state.waiting,
    rejected: {},
    cellsChanged: 0,
    cellsHere: 0,
    conflicts: state.conflicts().length,
    signOffs: state.signOffs().map(({ id, step, state: after }) => ({ id, step, before: null, after })),
    devices: countDevices(copy),
  };
}

function countDevices(journal: Journal): Record<string, number> {
  return Object.fromEntries([...journal.devices()].map(([device, { entries }]) => [device, entries]));
}

function reasonToPause({
  conflicts,
  cellsChanged,
  cellsHere,
}: Pick<MergePreview, "conflicts" | "cellsChanged" | "cellsHere">): string | null {
  if (conflicts > MOST_CONFLICTS)
    return `${conflicts} values would contradict those that are here. Look whether this is the right copy.`;
  const share = cellsHere === 0 ? 0 : cellsChanged / cellsHere;
  if (share > LARGEST_SHARE)
    return `${Math.round(share * 100)} % of what is here would change. Look whether this is the right copy.`;
  return null;
}

/** Why an entry is refused for good, in words; see the journal's rejection codes. */
const rejectionWords: Record<string, string> = {
  BAD_SIGNATURE: "the signature is not that of the device they name",
  BAD_CHAIN: "they do not follow the entry they name",
  BAD_LAM: "their place in the order is wrong",
  BAD_SPACE: "they mix shared and internal content",
  NOT_IN_PAST: "they replace what their author cannot have known",
  WRONG_ENGAGEMENT: "they belong to another engagement",
  WRONG_GENESIS: "they begin another engagement",
  NEWER_VERSION: "a newer version of the program wrote them",
};

const describeRejected = (rejected: MergePreview["rejected"]): string[] =>
  Object.entries(rejected).map(
    ([reason, count]) =>
      `${count === 1 ? "One entry" : `${count} entries`} would be left out: ${rejectionWords[reason] ?? "they are not entries as the program writes them"}.`,
  );

function* blobsIn(folder: string, hashes: Iterable<string>): Generator<{ hash: string; bytes: Uint8Array }> {
  for (const hash of hashes) {
    const path = join(folder, "blobs", hash);
    if (statSync(path).isFile()) yield { hash, bytes: readFileSync(path) };
  }
}
