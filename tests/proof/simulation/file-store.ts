import assert from "node:assert/strict";
import { copyFileSync, existsSync } from "node:fs";
import type { NewOp } from "../../../src-main/journal/authoring.ts";
import type { SignedBytes } from "../../../src-main/journal/core/entry.ts";
import { type Hash, hashBytes } from "../../../src-main/journal/core/ids.ts";
import type { State } from "../../../src-main/journal/core/state.ts";
import { type Journal, type JournalDeps, JournalFailure, openJournal } from "../../../src-main/journal/index.ts";
import { DRAWING, FORM, type Store } from "./store.ts";

/** The product's journal on a real file. */
export class FileStore implements Store {
  readonly #deps: JournalDeps;
  readonly #path: string;
  #journal: Journal;

  constructor(deps: JournalDeps, path: string) {
    this.#deps = deps;
    this.#path = path;
    this.#journal = this.#open();
  }

  get state(): State {
    return this.#journal.state();
  }

  append(ops: NewOp[]): Hash | undefined {
    try {
      return this.#journal.append(ops).hash;
    } catch (error) {
      if (error instanceof JournalFailure && error.code === "REJECTED") return undefined;
      throw error;
    }
  }

  receive(entries: readonly SignedBytes[]): void {
    this.#journal.receive(entries);
  }

  knows(hash: Hash): boolean {
    return this.#journal.knows(hash);
  }

  hashes(): ReadonlySet<Hash> {
    return new Set(this.entries().map(({ bytes }) => hashBytes(bytes)));
  }

  entries(): SignedBytes[] {
    return this.#journal.entries();
  }

  restart(): void {
    this.#journal.close();
    this.#journal = this.#open();
  }

  backUp(): void {
    this.#journal.close();
    copyFileSync(this.#path, `${this.#path}.backup`);
    this.#journal = this.#open();
  }

  restoreBackUp(): void {
    if (!existsSync(`${this.#path}.backup`)) return;
    this.#journal.close();
    copyFileSync(`${this.#path}.backup`, this.#path);
    this.#journal = this.#open();
  }

  close(): void {
    assert.equal(this.#journal.verify().ok, true, "the file verifies at the end");
    this.#journal.close();
  }

  #open(): Journal {
    const journal = openJournal(this.#path, this.#deps, { mode: "write", form: FORM });
    journal.putBlob(DRAWING);
    return journal;
  }
}
