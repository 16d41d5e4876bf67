import assert from "node:assert/strict";
import { type NewOp, type Session, spaceOfOps } from "../../../src-main/journal/authoring.ts";
import { type SignedBytes, signEntry } from "../../../src-main/journal/core/entry.ts";
import { type Hash, hashBytes } from "../../../src-main/journal/core/ids.ts";
import type { Ledger, Receipt } from "../../../src-main/journal/core/ledger.ts";
import type { OpenOp, Space } from "../../../src-main/journal/core/ops.ts";
import type { State } from "../../../src-main/journal/core/state.ts";
import { Undo } from "../../../src-main/journal/core/undo.ts";
import type { JournalDeps } from "../../../src-main/journal/index.ts";
import { receiveAll } from "../../../src-main/journal/merge.ts";
import { currentProgram, type Program } from "../histories/programs.ts";
import type { Disk } from "./disk.ts";

export const ENGAGEMENT = "019a0000-0000-7000-8000-000000000001";
export const FORM = "f".repeat(64);
/** Contents that ops name by their hash. */
export const DRAWING = Buffer.from("a drawn signature");
export const DRAWING_HASH = hashBytes(DRAWING);

/** One device's copy of the engagement, as the rest of the program sees it. */
export interface Store {
  readonly state: State;
  /**
   * Records an action; undefined when the program refuses it.
   * @throws DiskFault when it is not acknowledged; AssertionError when an honest action is rejected.
   */
  append(ops: NewOp[]): Hash | undefined;
  /** @throws DiskFault */
  receive(entries: readonly SignedBytes[]): void;
  knows(hash: Hash): boolean;
  hashes(): ReadonlySet<Hash>;
  entries(): SignedBytes[];
  /** The program ends and starts again, in the newest version when asked. */
  restart(isUpgraded?: boolean): void;
  backUp(): void;
  /** The file is replaced by its backup and the program starts again. */
  restoreBackUp(): void;
  close(): void;
}

/** The product's merge core and authoring over a simulated disk. */
export class MemoryStore implements Store {
  readonly #deps: JournalDeps;
  readonly #disk: Disk;
  #program: Program;
  #ledger: Ledger;
  state: State;
  readonly #sessions = new Map<Space, Session>();

  constructor(deps: JournalDeps, disk: Disk, program: Program) {
    this.#deps = deps;
    this.#disk = disk;
    this.#program = program;
    this.#ledger = new program.Ledger(ENGAGEMENT);
    this.state = program.createState(this.#ledger);
    this.restart();
  }

  append(ops: NewOp[]): Hash | undefined {
    const completed = this.#program.completeOps(ops, this.#ledger);
    if ("refused" in completed) return undefined;
    return this.#write(completed as unknown as NewOp[], spaceOfOps(ops) ?? "shared");
  }

  /** Writes the first entry of the engagement. */
  begin(): Hash {
    return this.#write([], "shared");
  }

  receive(entries: readonly SignedBytes[]): void {
    const undo = new Undo();
    const { receipts } = receiveAll(this.#ledger, entries, undo);
    this.#keep(receipts, undo);
  }

  knows(hash: Hash): boolean {
    return this.#ledger.graph.nodes.has(hash);
  }

  hashes(): ReadonlySet<Hash> {
    return new Set(this.#ledger.graph.nodes.keys());
  }

  entries(): SignedBytes[] {
    return this.#disk.entries();
  }

  restart(isUpgraded = false): void {
    if (isUpgraded) this.#program = currentProgram;
    this.#ledger = new this.#program.Ledger(ENGAGEMENT);
    this.state = this.#program.createState(this.#ledger);
    this.#sessions.clear();
    const receipts = [
      ...this.#disk.entries().map((raw) => this.#ledger.receive(raw, false)),
      ...this.#disk.inbox().map((raw) => this.#ledger.receive(raw)),
    ];
    const admissions = receipts.filter((receipt) => receipt.status === "admitted");
    this.#disk.settle(
      admissions.flatMap(({ admitted }) => admitted),
      admissions.flatMap(({ dropped }) => dropped),
    );
  }

  backUp(): void {
    this.#disk.backUp();
  }

  restoreBackUp(): void {
    this.#disk.restore();
    this.restart();
  }

  close(): void {
    this.#sessions.clear();
  }

  #write(completed: NewOp[], space: Space): Hash {
    const { clock, author, device } = this.#deps;
    const session = this.#sessions.get(space);
    const writer = { clock, author, session, space, openStream: () => this.#openStream(space) };
    const body = this.#program.composeEntry(completed as never, writer, this.#ledger);
    const undo = new Undo();
    const receipt = this.#ledger.receive(signEntry(body, device), false, undo);
    assert.equal(receipt.status, "admitted", `an honest action is recorded at any time: ${JSON.stringify(receipt)}`);
    this.#keep([receipt], undo);
    const hash = receipt.status === "admitted" ? (receipt.admitted[0]?.hash ?? "") : "";
    this.#sessions.set(space, { stream: body.stream, prev: hash, seq: body.seq });
    return hash;
  }

  #keep(receipts: readonly Receipt[], undo: Undo): void {
    const admissions = receipts.filter((receipt) => receipt.status === "admitted");
    const waiting = receipts.filter((receipt) => receipt.status === "waiting");
    if (admissions.length + waiting.length === 0) return;
    try {
      this.#disk.commit({
        admitted: admissions.flatMap(({ admitted }) => admitted),
        waiting,
        dropped: admissions.flatMap(({ dropped }) => dropped),
      });
    } catch (error) {
      undo.run();
      throw error;
    }
  }

  #openStream(space: Space): { stream: string; open: OpenOp } {
    const { device, clock, random, appVersion } = this.#deps;
    const open: OpenOp = {
      kind: "open",
      device: device.publicKey,
      certificate: null,
      app: appVersion,
      forms: [FORM],
      clock: clock.now().toISOString(),
      zone: "UTC",
      last: null,
      space,
      application_id: 1,
      user_version: 1,
    };
    return { stream: Buffer.from(random.bytes(16)).toString("hex"), open };
  }
}
