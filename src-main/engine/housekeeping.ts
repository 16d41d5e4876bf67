import { type ChildPort, type Journal, readForeignFile } from "../journal/index.ts";
import type { Snapshots } from "./snapshots.ts";
import type { Workspace } from "./workspace.ts";

const TICK_MS = 60_000;
/** Signatures verified before other work gets its turn: about 20 ms. */
const SLICE = 200;

export interface HousekeepingOptions {
  workspace: Workspace;
  snapshots: Snapshots;
  spawnReader(): ChildPort;
  /** Something about the snapshots or notices of an engagement is different now. */
  changed(engagement: string): void;
}

/** What the program does for the files by itself: regular snapshots, proving the newest, signatures left to verify. */
export class Housekeeping {
  readonly #options: HousekeepingOptions;
  readonly #written = new Set<string>();
  readonly #wrong = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;
  readonly #abort = new AbortController();
  #proving: Promise<void> = Promise.resolve();

  constructor(options: HousekeepingOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.tick(), TICK_MS);
    this.#timer.unref();
  }

  /** An engagement was written to: it will want a snapshot. */
  noteWrite(engagement: string): void {
    this.#written.add(engagement);
  }

  /** Entries taken in whose own signature turned out wrong. */
  wrongSignatures(engagement: string): number {
    return this.#wrong.get(engagement) ?? 0;
  }

  /** Takes what snapshots are due. */
  tick(): void {
    const { workspace, snapshots } = this.#options;
    for (const engagement of this.#written) {
      const reason = snapshots.due(engagement);
      if (!reason) continue;
      try {
        snapshots.take(workspace.journal(engagement), reason);
        this.#written.delete(engagement);
        void this.proveNewest(engagement);
      } catch {
        // Tried again with the next tick; the list of snapshots shows that none is recent.
      }
    }
  }

  /** Opens the newest snapshot in a process of its own and reads it as a whole. */
  proveNewest(engagement: string): Promise<void> {
    // What could not be noted is proven again with the next snapshot; until then the list shows it as unproven.
    this.#proving = this.#proving.then(() => this.#prove(engagement)).catch(() => undefined);
    return this.#proving;
  }

  async #prove(engagement: string): Promise<void> {
    const { snapshots, spawnReader: spawn } = this.#options;
    const newest = snapshots.list(engagement).find(({ proof }) => proof === "unproven");
    if (!newest || this.#abort.signal.aborted) return;
    const { vaultKey } = this.#options.workspace.deps();
    try {
      const { signal } = this.#abort;
      let entries = 0;
      let leftOut = 0;
      for await (const chunk of readForeignFile(snapshots.path(engagement, newest.snapshot), {
        spawn,
        signal,
        vaultKey,
      })) {
        if (chunk.type === "entries") entries += chunk.entries.length;
        if (chunk.type === "end") leftOut = chunk.leftOut;
      }
      const problem = leftOut === 0 ? null : `${leftOut} parts of it do not hold.`;
      snapshots.noteProof(engagement, newest.snapshot, { entries, problem });
    } catch (error) {
      if (this.#abort.signal.aborted) return;
      const problem = error instanceof Error ? error.message : "It could not be read.";
      snapshots.noteProof(engagement, newest.snapshot, { entries: 0, problem });
    }
    this.#options.changed(engagement);
  }

  /** Resolves when no snapshot is being read. */
  settled(): Promise<void> {
    return this.#proving;
  }

  /** Looks at every signature of a journal, a slice at a time, after entries came in of which only the newest were verified. */
  verifySignatures(journal: Journal): void {
    const verdicts = journal.verifySignatures();
    const slice = () => {
      for (let i = 0; i < SLICE; i++) {
        const next = verdicts.next();
        if (next.done) return;
        if (!next.value) this.#wrong.set(journal.engagement, this.wrongSignatures(journal.engagement) + 1);
      }
      if (!this.#abort.signal.aborted) setImmediate(slice).unref();
    };
    slice();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#abort.abort(new Error("The program is closing."));
    await this.#proving;
  }
}
