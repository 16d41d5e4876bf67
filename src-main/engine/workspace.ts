import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { type EngineEvent, type Topic, topics } from "../contract/jobs.ts";
import {
  type Author,
  createJournal,
  createUuidV7,
  type DeviceKey,
  type Journal,
  type JournalDeps,
  JournalFailure,
  moveIntoPlace,
  type NewOp,
  openJournal,
  PLAIN_ENDING,
  readEngagementSummary,
  removeQuietly,
  VAULT_ENDING,
} from "../journal/index.ts";
import { toFileName } from "./files.ts";
import type { Lock } from "./lock.ts";
import { type Refusal, refuse, toRefusal } from "./refusal.ts";
import { takeForm } from "./vault.ts";
import { createId, type World } from "./world.ts";

export interface WorkspaceOptions {
  world: World;
  folder: string;
  device: DeviceKey;
  appVersion: string;
  formHash: string;
  author(): Author;
  /** What this device writes with; see `Trust`. */
  certificate(): Uint8Array;
  /** Makes a sound file of a damaged one; null when that cannot be done. */
  repair(path: string): string | null;
  publish(event: EngineEvent): void;
  lock: Lock;
}

/** In the program's own folder a file without a header is a damaged one, too, and one whose first page no key opens. */
const damage: readonly string[] = ["DAMAGED", "NOT_A_FIELDBOOK", "ENCRYPTED"];
const isDamage = (error: unknown): boolean => error instanceof JournalFailure && damage.includes(error.code);

/** A copy or snapshot that is looked at. */
interface View {
  journal: Journal;
  /** What it is, in words. */
  of: string;
  /** Folder that goes when the view is closed; null when the file stays. */
  folder: string | null;
}

/** Sits in the list in place of an engagement whose file cannot be read. */
export interface UnreadableFile {
  path: string;
  changedAt: Date;
  refusal: Refusal;
}

/** The engagement files of this installation: which there are, which are open, and the one way to write to them. */
export class Workspace {
  readonly #options: WorkspaceOptions;
  readonly #open = new Map<string, Journal>();
  /** Copies and snapshots that are only looked at, by an id of their own. */
  readonly #views = new Map<string, View>();
  /** Engagement id by path, for files whose header has been read once in this session. */
  readonly #known = new Map<string, { stamp: string; engagement: string }>();

  constructor(options: WorkspaceOptions) {
    this.#options = options;
    mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  }

  get folder(): string {
    return this.#options.folder;
  }

  /** Who writes, with what. Refused while the program is locked: nothing is opened or made without it. */
  deps(): JournalDeps {
    const { world, device, appVersion, author, certificate, lock } = this.#options;
    const { clock, random } = world;
    const vaultKey = lock.vaultKey();
    const deps = { clock, random, device, appVersion, author: author(), certificate: certificate() };
    return vaultKey ? { ...deps, vaultKey } : deps;
  }

  /** Makes a new engagement file; in the program's own folder unless a path is given. */
  create(reference: string, path = this.#freePath(reference)): Journal {
    const journal = createJournal(path, this.deps(), { form: this.#options.formHash });
    this.#open.set(journal.engagement, journal);
    return journal;
  }

  /** Takes back a new engagement that could not be filled. Nobody has been told of it. */
  abandon(journal: Journal): void {
    this.#open.delete(journal.engagement);
    journal.close();
    for (const made of [journal.path, `${journal.path}-journal`]) removeQuietly(made);
  }

  #freePath(reference: string): string {
    const ending = this.#options.lock.isEncrypted ? VAULT_ENDING : PLAIN_ENDING;
    const suffix = createId(this.#options.world.random).slice(0, 8);
    return join(this.folder, `${toFileName(reference)}-${suffix}${ending}`);
  }

  /** Opens a file where it lies (command line), or returns the journal already open for it. */
  openPath(path: string, mode: "write" | "read" = "write"): Journal {
    const journal = openJournal(path, this.deps(), { mode });
    const already = this.#open.get(journal.engagement);
    if (already) {
      journal.close();
      return already;
    }
    this.#open.set(journal.engagement, journal);
    return journal;
  }

  /** Opens a file for reading beside everything else; the id stands for it until it is closed. */
  openView(path: string, of: string, folder: string | null): string {
    const { clock, random } = this.#options.world;
    const id = createUuidV7(clock, random);
    this.#views.set(id, { journal: openJournal(path, this.deps(), { mode: "read" }), of, folder });
    return id;
  }

  closeView(id: string): void {
    const view = this.#views.get(id);
    view?.journal.close();
    if (view?.folder) rmSync(view.folder, { recursive: true, force: true });
    this.#views.delete(id);
  }

  /** The id by which screens know a journal, and what is looked at when it is a view. */
  describeJournal(journal: Journal): { id: string; viewOf: string | null } {
    for (const [id, view] of this.#views) if (view.journal === journal) return { id, viewOf: view.of };
    return { id: journal.engagement, viewOf: null };
  }

  /** The journal of an engagement, opened when first asked for. */
  journal(engagement: string): Journal {
    const open = this.#views.get(engagement)?.journal ?? this.#open.get(engagement);
    if (open) return open;
    const path = this.#pathOf(engagement);
    if (!path) return refuse("NOT_FOUND", { happened: "There is no such engagement here." });
    return this.#openOwn(path);
  }

  #pathOf(engagement: string): string | undefined {
    return this.#paths().find((candidate) => this.#quietly(candidate) === engagement);
  }

  /** Opens a file of the folder. A damaged one is replaced by what can be saved of it and of its snapshots. */
  #openOwn(path: string): Journal {
    try {
      return this.openPath(path);
    } catch (error) {
      const saved = isDamage(error) ? this.#options.repair(path) : null;
      if (saved === null) throw error;
      const open = [...this.#open.values()].find((journal) => journal.path === saved);
      return open ?? this.openPath(saved);
    }
  }

  /** Every engagement of the folder with its state, or why it cannot be read. */
  *all(): Generator<Journal | UnreadableFile> {
    const seen = new Set<string>();
    for (const path of this.#paths()) {
      try {
        const engagement = this.#quietly(path);
        const journal = engagement === null ? this.#openOwn(path) : this.journal(engagement);
        if (!seen.has(journal.engagement)) yield journal;
        seen.add(journal.engagement);
      } catch (error) {
        const refusal = toRefusal(error);
        if (!refusal) throw error;
        // A damaged file may have been put aside before that what was saved of it could not be opened.
        const changedAt = statSync(path, { throwIfNoEntry: false })?.mtime ?? this.#options.world.clock.now();
        yield { path, changedAt, refusal };
      }
    }
    for (const journal of this.#open.values()) if (!seen.has(journal.engagement)) yield journal;
  }

  #paths(): string[] {
    const names = new Set(readdirSync(this.folder).filter((name) => !name.startsWith(".")));
    const isOwn = (name: string) =>
      name.endsWith(PLAIN_ENDING) ||
      // Where a change of form was cut off, the plain file counts; see journal/file/convert.ts.
      (name.endsWith(VAULT_ENDING) && !names.has(name.slice(0, -VAULT_ENDING.length) + PLAIN_ENDING));
    return [...names].filter(isOwn).map((name) => join(this.folder, name));
  }

  #identify(path: string): string {
    for (const journal of this.#open.values()) if (journal.path === path) return journal.engagement;
    const { mtimeMs, size } = statSync(path);
    const stamp = `${mtimeMs}:${size}`;
    const known = this.#known.get(path);
    if (known?.stamp === stamp) return known.engagement;
    const { engagement } = readEngagementSummary(path, this.#options.lock.vaultKey());
    this.#known.set(path, { stamp, engagement });
    return engagement;
  }

  /** Gives a clean file of a new engagement its place in the folder and opens it. */
  adopt(file: string, reference: string): Journal {
    const path = this.#freePath(reference);
    const finished = takeForm(file, this.#options.lock);
    moveIntoPlace(finished, path);
    try {
      return this.openPath(path);
    } catch (error) {
      // Whoever offered it can try again.
      renameSync(path, finished);
      throw error;
    }
  }

  /** The copy of an engagement that is here, or null. */
  findPresent(engagement: string): Journal | null {
    const open = this.#open.get(engagement);
    if (open) return open;
    const path = this.#pathOf(engagement);
    return path ? this.#openOwn(path) : null;
  }

  /** Tells open screens that entries came in. */
  announce(journal: Journal): void {
    const savedAt = this.#options.world.clock.now().toISOString();
    this.#options.publish({ type: "changed", engagement: journal.engagement, topics: [...topics], savedAt });
  }

  #quietly(path: string): string | null {
    try {
      return this.#identify(path);
    } catch {
      return null;
    }
  }

  /** One user action: one entry, one transaction; then open screens are told. */
  append(journal: Journal, ops: NewOp[], topics: Topic[]): void {
    journal.append(ops, this.#options.author());
    const savedAt = this.#options.world.clock.now().toISOString();
    this.#options.publish({
      type: "changed",
      engagement: journal.engagement,
      topics: [...new Set<Topic>([...topics, "history", "engagements"])],
      savedAt,
    });
  }

  /** How many engagement files the folder holds. */
  count(): number {
    return this.#paths().length;
  }

  /** Closes a file of the folder, if it is open; it is opened again when it is asked for. */
  letGo(path: string): void {
    for (const [engagement, journal] of this.#open) {
      if (journal.path !== path) continue;
      journal.close();
      this.#open.delete(engagement);
    }
    for (const [id, { journal }] of this.#views) if (journal.path === path) this.closeView(id);
  }

  close(): void {
    for (const id of [...this.#views.keys()]) this.closeView(id);
    for (const journal of this.#open.values()) journal.close();
    this.#open.clear();
  }
}
