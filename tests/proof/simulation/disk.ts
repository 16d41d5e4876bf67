import type { SignedBytes } from "../../../src-main/journal/core/entry.ts";
import type { Hash } from "../../../src-main/journal/core/ids.ts";
import { type Faults, happens, type Random } from "./faults.ts";

/** The disk did not do what it was asked, or says so. */
export class DiskFault extends Error {}

/** What one transaction changes. */
export interface Commit {
  admitted: readonly { hash: Hash; raw: SignedBytes }[];
  waiting: readonly { hash: Hash; raw: SignedBytes }[];
  dropped: readonly Hash[];
}

/** The part of the engagement file that outlives the program: entries, and those that wait. */
export class Disk {
  readonly #random: Random;
  faults: Faults;
  #entries = new Map<Hash, SignedBytes>();
  #inbox = new Map<Hash, SignedBytes>();
  #backup: { entries: Map<Hash, SignedBytes>; inbox: Map<Hash, SignedBytes> } | undefined;

  constructor(random: Random, faults: Faults) {
    this.#random = random;
    this.faults = faults;
  }

  /** @throws DiskFault before anything is kept, or after all of it is. */
  commit({ admitted, waiting, dropped }: Commit): void {
    if (happens(this.#random, this.faults.diskFull)) throw new DiskFault("disk full");
    for (const { hash, raw } of waiting) this.#inbox.set(hash, raw);
    this.settle(admitted, dropped);
    if (happens(this.#random, this.faults.errorAfterCommit)) throw new DiskFault("error after commit");
  }

  /**
   * What a start of the program finds to be admitted. After a fault it was not told the truth about, an entry may have
   * been set aside although its causes were there.
   */
  settle(admitted: Commit["admitted"], dropped: readonly Hash[]): void {
    for (const { hash, raw } of admitted) {
      this.#entries.set(hash, raw);
      this.#inbox.delete(hash);
    }
    for (const hash of dropped) this.#inbox.delete(hash);
  }

  entries(): SignedBytes[] {
    return [...this.#entries.values()];
  }

  inbox(): SignedBytes[] {
    return [...this.#inbox.values()];
  }

  backUp(): void {
    this.#backup = { entries: new Map(this.#entries), inbox: new Map(this.#inbox) };
  }

  /** Puts the backup in the place of what was there; without one everything stays. */
  restore(): void {
    if (!this.#backup) return;
    this.#entries = new Map(this.#backup.entries);
    this.#inbox = new Map(this.#backup.inbox);
  }
}
