import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import type { LockView } from "../contract/lock.ts";
import { decryptFile, encryptFile, isVaultPath, JournalFailure, PLAIN_ENDING, VAULT_ENDING } from "../journal/index.ts";
import type { JobControl, Jobs } from "./jobs.ts";
import type { Lock } from "./lock.ts";
import { Refusal } from "./refusal.ts";

export interface VaultOptions {
  /** Folder of the engagement files. */
  engagements: string;
  /** Folder with a folder of snapshots for each engagement. */
  snapshots: string;
  lock: Lock;
  jobs: Jobs;
  /** Closes the file, if it is open here. */
  letGo(path: string): void;
  /** Resolves when nobody is reading a snapshot. */
  settled(): Promise<void>;
  changed(): void;
}

const isOwnFile = (name: string): boolean =>
  (name.endsWith(PLAIN_ENDING) || name.endsWith(VAULT_ENDING)) && !name.startsWith(".");

const filesIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter(isOwnFile)
        .map((name) => join(folder, name))
    : [];

/** Brings the files of this installation, engagements and snapshots, into the form that was asked for. */
export class Vault {
  readonly #options: VaultOptions;

  constructor(options: VaultOptions) {
    this.#options = options;
  }

  count(): LockView["files"] {
    const files = this.#files();
    const encrypted = files.filter(isVaultPath).length;
    return { plain: files.length - encrypted, encrypted };
  }

  /** Goes on with a change of all files that was cut off, or could not be made for some. */
  resume(): void {
    if (this.#options.lock.view().state === "unlocked" && this.#wrongFiles().length > 0) this.start();
  }

  /** Changes one file after the other; each is as it was, or changed and verified, whenever the work ends. */
  start(): string {
    const { jobs, lock } = this.#options;
    return jobs.start({
      kind: "protect",
      title: lock.isEncrypted ? "Encrypting the engagement files" : "Decrypting the engagement files",
      engagement: null,
      step: null,
      work: async (control) => {
        await this.#changeAll(control);
        return null;
      },
    }).job;
  }

  /** Ends the keeping of a key that no file needs any more. */
  settleKey(): void {
    if (this.count().encrypted === 0) this.#options.lock.endEncryption();
  }

  async #changeAll({ signal, progress }: JobControl): Promise<void> {
    const { lock, changed, settled } = this.#options;
    await settled();
    const paths = this.#wrongFiles();
    const problems: string[] = [];
    try {
      for (const [index, path] of paths.entries()) {
        progress(index, paths.length, basename(path));
        // Between two files everything else gets its turn.
        await new Promise((resolve) => setImmediate(resolve));
        signal.throwIfAborted();
        const problem = this.#change(path, lock.vaultKey());
        if (problem) problems.push(`${basename(path)}: ${problem}`);
      }
    } finally {
      changed();
    }
    if (problems.length > 0) throw unchanged(problems);
    this.settleKey();
  }

  #change(path: string, key: Uint8Array | undefined): string | null {
    if (!key || !existsSync(path)) return null;
    this.#options.letGo(path);
    try {
      if (isVaultPath(path)) decryptFile(path, key);
      else encryptFile(path, key);
      return null;
    } catch (error) {
      if (error instanceof JournalFailure) return error.message;
      throw error;
    }
  }

  #files(): string[] {
    const { engagements, snapshots } = this.#options;
    const folders = existsSync(snapshots) ? readdirSync(snapshots).map((name) => join(snapshots, name)) : [];
    return [engagements, ...folders].flatMap(filesIn);
  }

  #wrongFiles(): string[] {
    return this.#files().filter((path) => isVaultPath(path) !== this.#options.lock.isEncrypted);
  }
}

function unchanged(problems: string[]): Refusal {
  const one = problems.length === 1;
  return new Refusal("IO", {
    happened: `${one ? "One file" : `${problems.length} files`} could not be changed.`,
    kept: one ? "It is as it was." : "They are as they were.",
    todo: "Look at the files named, then start again.",
    details: problems,
  });
}

/** Gives a plain file that was just made the form that the files here have. Returns its path. */
export function takeForm(path: string, lock: Lock): string {
  const key = lock.vaultKey();
  return lock.isEncrypted && key ? encryptFile(path, key) : path;
}
