import type { CellChange } from "../core/cells.ts";
import type { Ledger, Receipt } from "../core/ledger.ts";
import { cellKey } from "../core/ops.ts";
import type { Undo } from "../core/undo.ts";
import type { Connection } from "./database.ts";
import type { Entries } from "./entries.ts";
import { createFailure, JournalFailure, toFailure } from "./failure.ts";
import { blankSeal } from "./seal.ts";

/** The one case in which nobody knows; see `#settle`. */
const UNCONFIRMED = "Whether this change was kept shows when the file is opened again; everything before it is safe.";

interface CommitsParts {
  db: Connection;
  entries: Entries;
  ledger: Ledger;
  /** Called when entries of a failed commit turn out to be in the file after all. */
  tookAgain(): void;
}

/** Brings changes to the disk, and keeps ledger and file together when that fails. */
export class Commits {
  readonly #db: Connection;
  readonly #entries: Entries;
  readonly #ledger: Ledger;
  readonly #tookAgain: () => void;
  #isSealBlank = false;
  /** What a failed commit may have brought into the file all the same. */
  #doubtful: Receipt[] | undefined;

  constructor({ db, entries, ledger, tookAgain }: CommitsParts) {
    this.#db = db;
    this.#entries = entries;
    this.#ledger = ledger;
    this.#tookAgain = tookAgain;
  }

  /** Finds out what became of a commit whose outcome nobody knew; until then nothing more may be written. */
  settleDoubt(): void {
    if (this.#doubtful) this.#settle(createFailure("IO"));
  }

  /** One transaction, on the disk when this returns. The seal is blank from the first change on. */
  commit(write: () => void): void {
    this.#db
      .transaction(() => {
        if (!this.#isSealBlank) blankSeal(this.#db);
        write();
      })
      .immediate();
    this.#isSealBlank = true;
  }

  /** Brings what the ledger has taken in to the disk, or takes it back out of the ledger. */
  keep(receipts: Receipt[], undo: Undo): void {
    if (!receipts.some(({ status }) => status === "admitted" || status === "waiting")) return;
    try {
      this.commit(() => this.#store(receipts));
    } catch (error) {
      undo.run();
      this.#doubtful = receipts;
      if (!this.#settle(error)) throw toFailure(error);
    }
  }

  /** A commit of the least change that SQLite brings to the disk; it syncs what the one before it left unsynced. */
  syncAgain(): void {
    this.commit(() => this.#db.pragma("user_version = 1"));
  }

  /**
   * Brings ledger and file together after a failed commit. SQLite empties the rollback journal and then syncs that: when
   * only this sync fails, the entries are in the file, and taken back in memory alone they would be written beside
   * themselves. True when they are there and one more commit has synced them.
   */
  #settle(error: unknown): boolean {
    if (!this.#doubtful) return false;
    try {
      const isThere = this.#isInFile(this.#doubtful);
      if (isThere) this.#takeAgain(this.#doubtful);
      this.#doubtful = undefined;
      if (isThere) this.syncAgain();
      return isThere;
    } catch {
      const failure = toFailure(error);
      throw failure instanceof JournalFailure
        ? new JournalFailure(failure.code, failure.message, UNCONFIRMED)
        : failure;
    }
  }

  #isInFile(receipts: Receipt[]): boolean {
    return receipts.every((receipt) => {
      if (receipt.status === "waiting") return this.#entries.isWaiting(receipt.hash);
      return receipt.status !== "admitted" || receipt.admitted.every(({ hash }) => this.#entries.has(hash));
    });
  }

  #takeAgain(receipts: Receipt[]): void {
    for (const receipt of receipts) {
      if (receipt.status === "waiting") this.#ledger.receive(receipt.raw, false);
      if (receipt.status === "admitted") for (const { raw } of receipt.admitted) this.#ledger.receive(raw, false);
    }
    this.#tookAgain();
  }

  #store(receipts: readonly Receipt[]): void {
    const taken = receipts.filter((receipt) => receipt.status === "admitted");
    const admitted = taken.flatMap((receipt) => receipt.admitted);
    this.#entries.insert(admitted);
    for (const receipt of receipts) {
      if (receipt.status === "waiting") this.#entries.wait(receipt.hash, receipt.raw);
    }
    // The first of a receipt came just now; the others had waited for it.
    for (const {
      admitted: [, ...released],
      dropped,
    } of taken) {
      for (const hash of [...released.map((entry) => entry.hash), ...dropped]) this.#entries.unwait(hash);
    }
    // Of a cell that changed many times only the last state is written.
    const last = new Map<string, CellChange>();
    for (const { changes } of admitted)
      for (const change of changes) last.set(cellKey(change.entity, change.field), change);
    this.#entries.writeHeads(last.values());
  }
}
