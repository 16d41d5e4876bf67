import { completeOps, composeEntry, type NewOp, type Session, spaceOfOps, type Writer } from "../authoring.ts";
import { type Author, isEntrySignedBy, MAX_ENTRY_BYTES, type SignedBytes, signEntry } from "../core/entry.ts";
import { comparePlaces, type Hash, hashBytes, isHash } from "../core/ids.ts";
import type { Ledger, Receipt } from "../core/ledger.ts";
import type { OpenOp, Space } from "../core/ops.ts";
import { createState, type State } from "../core/state.ts";
import { Undo } from "../core/undo.ts";
import { type HistoryFilter, type HistoryItem, listHistory } from "../history.ts";
import { type MergePreview, previewMerge, type Reception, receiveAll } from "../merge.ts";
import { Blobs } from "./blobs.ts";
import { Commits } from "./commits.ts";
import { type Connection, closeDatabase } from "./database.ts";
import type { JournalDeps } from "./deps.ts";
import { Entries } from "./entries.ts";
import { exportFile, snapshotFile } from "./export.ts";
import { createFailure, guardDisk, JournalFailure } from "./failure.ts";
import { loadLedger } from "./load.ts";
import { closeAndSeal } from "./seal.ts";
import { createStream } from "./streams.ts";
import { type Progress, referencedBlobs, type VerifyReport, verifyContent } from "./verify.ts";

export type { JournalDeps };

export type JournalMode = "write" | "read";

export interface AppendedEntry {
  hash: Hash;
  lam: number;
  wall: string;
  /** Ids of the ops as they were asked for, in that order. */
  ids: string[];
}

/** What one device has written. */
export interface DeviceWork {
  entries: number;
  name: string;
  /** Hashes of the certificates its streams name; the content is a blob. */
  certificates: Set<Hash>;
}

/** What a journal is built from; see `openJournal`. */
export interface JournalParts {
  db: Connection;
  path: string;
  mode: JournalMode;
  /** Forms of the program that writes; undefined repeats those of the first entry. */
  form: Hash | undefined;
  session: Session | undefined;
  release(): void;
}

/** An open engagement file. */
export class Journal {
  readonly engagement: string;
  readonly genesis: Hash;
  readonly path: string;
  readonly mode: JournalMode;
  readonly #db: Connection;
  readonly #entries: Entries;
  readonly #blobs: Blobs;
  readonly #ledger: Ledger;
  readonly #state: State;
  readonly #deps: JournalDeps;
  readonly #form: Hash | undefined;
  readonly #release: () => void;
  readonly #sessions = new Map<Space, Session>();
  readonly #commits: Commits;

  constructor(parts: JournalParts, deps: JournalDeps) {
    this.#db = parts.db;
    this.path = parts.path;
    this.mode = parts.mode;
    this.#deps = deps;
    this.#form = parts.form;
    if (parts.session) this.#sessions.set("shared", parts.session);
    this.#release = parts.release;
    this.#entries = new Entries(parts.db);
    this.#blobs = new Blobs(parts.db);
    this.#ledger = loadLedger(parts.db, this.#entries);
    this.#state = createState(this.#ledger);
    this.#commits = new Commits({
      db: parts.db,
      entries: this.#entries,
      ledger: this.#ledger,
      // The session did not hear that its entry is there: the next one begins a stream of its own.
      tookAgain: () => this.#sessions.clear(),
    });
    this.engagement = this.#ledger.graph.engagement;
    this.genesis = this.#ledger.graph.genesis ?? "";
  }

  /** The live view; it follows every append. */
  state(): State {
    return this.#state;
  }

  /**
   * Records one user action: one entry, one transaction, on the disk when this returns.
   * @throws JournalFailure REJECTED, BLOB_MISSING, DISK_FULL, READ_ONLY, IO; file and state are then as before.
   */
  append(ops: NewOp[], author: Author = this.#deps.author): AppendedEntry {
    this.#requireWritable();
    for (const hash of ops.flatMap(blobsOf)) if (!this.hasBlob(hash)) throw createFailure("BLOB_MISSING");
    const completed = completeOps(ops, this.#ledger);
    if ("refused" in completed) throw new JournalFailure("REJECTED", completed.refused);
    const space = spaceOfOps(ops) ?? "shared";
    if (!this.#sessions.has(space) && this.#deps.certificate) this.putBlob(this.#deps.certificate);
    const body = composeEntry(completed, this.#writer(author, space), this.#ledger);
    const raw = signEntry(body, this.#deps.device);
    if (raw.bytes.length > MAX_ENTRY_BYTES)
      throw new JournalFailure("REJECTED", "The action is too large for one entry.");
    const undo = new Undo();
    const receipt = this.#ledger.receive(raw, false, undo);
    const [entry] = receipt.status === "admitted" ? receipt.admitted : [];
    if (receipt.status !== "admitted" || !entry)
      throw new Error(`own entry was not admitted: ${JSON.stringify(receipt)}`);
    this.#commits.keep([receipt], undo);
    this.#sessions.set(space, { stream: body.stream, prev: entry.hash, seq: body.seq });
    const first = body.ops.length - completed.length;
    return {
      hash: entry.hash,
      lam: body.lam,
      wall: body.wall,
      ids: completed.map((_, i) => `${entry.hash}:${first + i}`),
    };
  }

  /**
   * Takes in entries of another copy of the engagement, in any order, in one transaction. Known ones are skipped, ones
   * whose causes are missing wait, ones that break the format are named in the receipts and not kept.
   * @throws JournalFailure DISK_FULL, READ_ONLY, IO; file and state are then as before.
   */
  receive(entries: Iterable<SignedBytes>): Receipt[] {
    return this.unite(entries).receipts;
  }

  /** As `receive`; also says whether all signatures were verified, or some are left for `verify`. */
  unite(entries: Iterable<SignedBytes>): Reception {
    this.#requireWritable();
    const undo = new Undo();
    const reception = receiveAll(this.#ledger, entries, undo);
    this.#commits.keep(reception.receipts, undo);
    return reception;
  }

  /** Takes in everything another copy has and this one lacks: content first, so that no entry refers to what is not here. */
  uniteWith(copy: Journal): Reception {
    for (const hash of copy.blobs()) {
      const bytes = this.hasBlob(hash) ? undefined : copy.getBlob(hash);
      if (bytes) this.putBlob(bytes);
    }
    return this.unite([...copy.entries(), ...copy.waitingEntries()]);
  }

  /** Verifies the signature of one entry after the other; false for a wrong one. For the background: 0.1 ms each. */
  *verifySignatures(): Generator<boolean> {
    for (const { device, entry, sig } of [...this.#ledger.graph.nodes.values()]) {
      yield isEntrySignedBy(device, entry.hash, sig);
    }
  }

  /** The content that entries of one space name. */
  blobsOfSpace(space: Space): Set<Hash> {
    return referencedBlobs([...this.#ledger.graph.nodes.values()].filter((node) => node.space === space));
  }

  /** What `receive` would do with these entries; changes nothing. */
  preview(entries: Iterable<SignedBytes>): MergePreview {
    return previewMerge(this.#ledger, this.#state, entries);
  }

  /** True when the entry is here, admitted or waiting. */
  knows(hash: Hash): boolean {
    return this.#ledger.graph.nodes.has(hash) || this.#ledger.inbox.has(hash);
  }

  /** The entries as they are exchanged, each after its causes; of one space, or all. */
  entries(space?: Space): SignedBytes[] {
    const isWanted = (hash: Buffer) =>
      space === undefined || this.#ledger.graph.nodes.get(hash.toString("hex"))?.space === space;
    const rows = guardDisk(() => [...this.#entries.all()]);
    return rows.filter(({ hash }) => isWanted(hash)).map(({ bytes, sig }) => ({ bytes, sig }));
  }

  /** Entries whose causes are not here. */
  waitingEntries(): SignedBytes[] {
    return guardDisk(() => [...this.#entries.inbox()].map(({ bytes, sig }) => ({ bytes, sig })));
  }

  /** The hashes of all content in the file. */
  blobs(): Hash[] {
    return guardDisk(() => this.#blobs.hashes());
  }

  /** Every device that wrote here, by public key: how much, under which name last, and with which certificates. */
  devices(): Map<string, DeviceWork> {
    const devices = new Map<string, DeviceWork>();
    for (const { device, entry } of this.#ledger.graph.nodes.values()) {
      const work = devices.get(device) ?? { entries: 0, name: "", certificates: new Set() };
      devices.set(device, work);
      work.entries++;
      work.name = entry.body.user.name;
      const [open] = entry.ops;
      if (open?.kind === "open" && isHash(open.certificate)) work.certificates.add(open.certificate);
    }
    return devices;
  }

  /**
   * Stores content under its SHA-256; content that is there already is not stored twice.
   * @throws JournalFailure DISK_FULL, READ_ONLY, IO
   */
  putBlob(bytes: Uint8Array): Hash {
    this.#requireWritable();
    const hash = hashBytes(bytes);
    if (!this.hasBlob(hash)) guardDisk(() => this.#putBlob(hash, bytes));
    return hash;
  }

  /** @throws JournalFailure DAMAGED when the stored content does not have this hash. */
  getBlob(hash: Hash): Uint8Array | undefined {
    return guardDisk(() => this.#blobs.get(hash));
  }

  hasBlob(hash: Hash): boolean {
    return guardDisk(() => this.#blobs.has(hash));
  }

  /**
   * The journal head that is printed on documents. It fixes every entry: the hash of the newest entry, or where
   * several entries have no successor, SHA-256 over their sorted hashes.
   */
  head(): Hash {
    const heads = [...this.#ledger.graph.frontier].sort();
    return heads.length === 1 && heads[0] !== undefined ? heads[0] : hashBytes(Buffer.from(heads.join(""), "hex"));
  }

  /** What was done, newest first. */
  history(filter?: HistoryFilter): HistoryItem[] {
    return listHistory(this.#ledger, filter);
  }

  /** Checks every hash, chain link, signature, blob and derived row of the open file. */
  verify(progress?: Progress): VerifyReport {
    return guardDisk(() => verifyContent(this.#db, progress));
  }

  /** Drops the derived tables and makes them again from the entries. */
  rebuild(): void {
    this.#requireWritable();
    guardDisk(() => this.#commits.commit(() => this.#entries.rebuildHeads(this.#ledger)));
  }

  /**
   * Writes a verified, sealed copy for hand-over; never overwrites.
   * @throws JournalFailure ALREADY_EXISTS, DISK_FULL, READ_ONLY, DAMAGED, IO; nothing is left at the target then.
   */
  exportCopy(target: string): void {
    guardDisk(() => exportFile(this.#db, target, this.#deps.random));
  }

  /**
   * Writes a compacted copy beside the other snapshots of this disk; what it is worth is found out by opening it.
   * @throws JournalFailure ALREADY_EXISTS, DISK_FULL, READ_ONLY, IO
   */
  snapshot(target: string): void {
    guardDisk(() => snapshotFile(this.#db, target));
  }

  /** Closes and seals the file. Closing twice is harmless. */
  close(): void {
    if (!this.#db.open) return;
    try {
      if (this.mode === "write") closeAndSeal(this.#db, this.path);
    } catch {
      // The entries are on the disk; only the seal is missing, and the next close sets it.
    } finally {
      closeDatabase(this.#db);
      this.#release();
    }
  }

  /** Content whose commit failed in its last sync is there, see `Commits`; it needs no more than that sync. */
  #putBlob(hash: Hash, bytes: Uint8Array): void {
    try {
      this.#commits.commit(() => this.#blobs.put(hash, bytes));
    } catch (error) {
      if (!this.hasBlob(hash)) throw error;
      this.#commits.syncAgain();
    }
  }

  #requireWritable(): void {
    if (this.mode === "read") throw createFailure("READ_ONLY");
    this.#commits.settleDoubt();
  }

  #writer(author: Author, space: Space): Writer {
    const { clock } = this.#deps;
    return { clock, author, session: this.#sessions.get(space), space, openStream: () => this.#openStream(space) };
  }

  #openStream(space: Space): { stream: string; open: OpenOp } {
    const forms = this.#form === undefined ? this.#genesisForms() : [this.#form];
    return createStream(this.#deps, forms, this.#lastOfDevice(space), space);
  }

  #genesisForms(): Hash[] {
    const [open] = this.#ledger.graph.nodes.get(this.genesis)?.entry.ops ?? [];
    return open?.kind === "open" && Array.isArray(open.forms) ? open.forms : [];
  }

  /** A shared stream names no internal entry: the customer's copy would refer to something it does not have. */
  #lastOfDevice(space: Space): Hash | null {
    const own = [...this.#ledger.graph.tips()]
      .filter((node) => node.device === this.#deps.device.publicKey && node.space === space)
      .map(({ entry }) => ({ lam: entry.body.lam, entry: entry.hash, index: 0 }));
    return own.sort(comparePlaces).at(-1)?.entry ?? null;
  }
}

function blobsOf(op: NewOp): Hash[] {
  if (op.kind === "attach") return [op.blob];
  return op.kind === "sign" ? [...op.evidence, op.drawing, op.strokes] : [];
}
