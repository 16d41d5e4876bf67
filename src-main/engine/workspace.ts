import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EngineEvent } from "../contract/jobs.ts";
import {
  type Author,
  createJournal,
  type DeviceKey,
  type Journal,
  type JournalDeps,
  type NewOp,
  openJournal,
  readEngagementSummary,
  verifyFile,
} from "../journal/index.ts";
import { toFileName } from "./files.ts";
import { type Refusal, refuse, toRefusal } from "./refusal.ts";
import { createId, type World } from "./world.ts";

type Topic = Extract<EngineEvent, { type: "changed" }>["topics"][number];

export interface WorkspaceOptions {
  world: World;
  folder: string;
  device: DeviceKey;
  appVersion: string;
  formHash: string;
  author(): Author;
  publish(event: EngineEvent): void;
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
  /** Engagement id by path, for files whose header has been read once in this session. */
  readonly #known = new Map<string, { stamp: string; engagement: string }>();

  constructor(options: WorkspaceOptions) {
    this.#options = options;
    mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  }

  get folder(): string {
    return this.#options.folder;
  }
  #deps(): JournalDeps {
    const { world, device, appVersion } = this.#options;
    return { clock: world.clock, random: world.random, device, appVersion, author: this.#options.author() };
  }

  /** Makes a new engagement file; in the program's own folder unless a path is given. */
  create(reference: string, path = this.#freePath(reference)): Journal {
    const journal = createJournal(path, this.#deps(), { form: this.#options.formHash });
    this.#open.set(journal.engagement, journal);
    return journal;
  }

  #freePath(reference: string): string {
    return join(this.folder, `${toFileName(reference)}-${createId(this.#options.world.random).slice(0, 8)}.fieldbook`);
  }

  /** Opens a file where it lies (command line), or returns the journal already open for it. */
  openPath(path: string, mode: "write" | "read" = "write"): Journal {
    const journal = openJournal(path, this.#deps(), { mode });
    const already = this.#open.get(journal.engagement);
    if (already) {
      journal.close();
      return already;
    }
    this.#open.set(journal.engagement, journal);
    return journal;
  }

  /** The journal of an engagement, opened when first asked for. */
  journal(engagement: string): Journal {
    const open = this.#open.get(engagement);
    if (open) return open;
    const path = this.#paths().find((candidate) => this.#identify(candidate) === engagement);
    if (!path) return refuse("NOT_FOUND", { happened: "There is no such engagement here." });
    return this.openPath(path);
  }

  /** Every engagement of the folder with its state, or why it cannot be read. */
  *all(): Generator<Journal | UnreadableFile> {
    const seen = new Set<string>();
    for (const path of this.#paths()) {
      try {
        const journal = this.journal(this.#identify(path));
        if (!seen.has(journal.engagement)) yield journal;
        seen.add(journal.engagement);
      } catch (error) {
        const refusal = toRefusal(error);
        if (!refusal) throw error;
        yield { path, changedAt: statSync(path).mtime, refusal };
      }
    }
    for (const journal of this.#open.values()) if (!seen.has(journal.engagement)) yield journal;
  }

  #paths(): string[] {
    return readdirSync(this.folder)
      .filter((name) => name.endsWith(".fieldbook") && !name.startsWith("."))
      .map((name) => join(this.folder, name));
  }

  #identify(path: string): string {
    for (const journal of this.#open.values()) if (journal.path === path) return journal.engagement;
    const { mtimeMs, size } = statSync(path);
    const stamp = `${mtimeMs}:${size}`;
    const known = this.#known.get(path);
    if (known?.stamp === stamp) return known.engagement;
    const { engagement } = readEngagementSummary(path);
    this.#known.set(path, { stamp, engagement });
    return engagement;
  }

  /**
   * Takes a foreign file into the folder, verified first. A file that holds nothing new opens the copy that is here; one with
   * entries that are not here is refused, since uniting two copies is a decision of its own.
   */
  takeIn(bytes: Uint8Array): Journal {
    const path = this.#freePath("engagement");
    writeFileSync(path, bytes, { flag: "wx" });
    try {
      const { engagement, hashes } = this.#inspect(path);
      const present = this.#present(engagement, path);
      if (!present) return this.openPath(path);
      if (!isSubset(hashes, hashesOf(present))) refuse("ENGAGEMENT_EXISTS");
      rmSync(path, { force: true });
      return present;
    } catch (error) {
      rmSync(path, { force: true });
      throw error;
    }
  }

  #inspect(path: string): { engagement: string; hashes: ReadonlySet<string> } {
    const { problems } = verifyFile(path);
    const [problem] = problems;
    if (problem) refuse(takeInCode(problem.code), { details: problems.slice(0, 5).map((found) => found.sentence) });
    const foreign = openJournal(path, this.#deps(), { mode: "read" });
    try {
      return { engagement: foreign.engagement, hashes: hashesOf(foreign) };
    } finally {
      foreign.close();
    }
  }

  #present(engagement: string, except: string): Journal | null {
    const open = this.#open.get(engagement);
    if (open) return open;
    const path = this.#paths().find((other) => other !== except && this.#quietly(other) === engagement);
    return path ? this.openPath(path) : null;
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

  close(): void {
    for (const journal of this.#open.values()) journal.close();
    this.#open.clear();
  }
}

const hashesOf = (journal: Journal): ReadonlySet<string> => new Set(journal.history().map(({ entry }) => entry));
const isSubset = (some: ReadonlySet<string>, all: ReadonlySet<string>): boolean =>
  [...some].every((hash) => all.has(hash));

const takeInCode = (code: string) => (code === "NOT_A_FIELDBOOK" || code === "NEWER_VERSION" ? code : "DAMAGED");
