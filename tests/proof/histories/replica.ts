import assert, { AssertionError } from "node:assert/strict";
import { type NewOp, spaceOfOps, type Writer } from "../../../src-main/journal/authoring.ts";
import { type SignedBytes, signEntry } from "../../../src-main/journal/core/entry.ts";
import type { Ledger, Receipt } from "../../../src-main/journal/core/ledger.ts";
import type { Op, Space } from "../../../src-main/journal/core/ops.ts";
import type { State } from "../../../src-main/journal/core/state.ts";
import { Undo } from "../../../src-main/journal/core/undo.ts";
import { type DeviceKey, generateDeviceKey } from "../../../src-main/journal/device-key.ts";
import type { JournalDeps } from "../../../src-main/journal/index.ts";
import { currentProgram, type Program } from "./programs.ts";

const ENGAGEMENT = "019a0000-0000-7000-8000-000000000001";
export const FORM = "f".repeat(64);
const START = Date.UTC(2026, 10, 23, 9, 0, 0);

/** A clock that moves a second with every look, and random bytes that repeat from run to run. */
export function createTestDeps(name = "Anna", device: DeviceKey = generateDeviceKey().key): JournalDeps {
  let ticks = 0;
  let state = [...name].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) >>> 0;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  };
  return {
    clock: { now: () => new Date(START + 1000 * ticks++), mono: () => ticks },
    random: { bytes: (count) => Uint8Array.from({ length: count }, next) },
    device,
    author: { name },
    appVersion: "0.1.0",
  };
}

/** Signs nothing: for the tests where signatures are not looked at, because real ones are slow by the ten thousand. */
function createUnsigningKey(name: string): DeviceKey {
  const publicKey = Buffer.from(name).toString("hex").padEnd(64, "0").slice(0, 64);
  return { publicKey, sign: () => new Uint8Array(64), derive: () => new Uint8Array(32) };
}

/** Numbers the streams of one history, so that the same history has the same hashes each time it is played. */
export interface Streams {
  count: number;
}
const sharedStreams: Streams = { count: 0 };

/** What a replica is made with; each part has a default. */
export interface ReplicaSetting {
  isSigning?: boolean;
  program?: Program;
  streams?: Streams;
}

/** One copy of an engagement in memory with one author, built on the same core as the file. */
export class Replica {
  readonly ledger: Ledger;
  readonly state: State;
  readonly raws: SignedBytes[] = [];
  readonly writers: { [space in Space]: Writer };
  readonly deps: JournalDeps;
  readonly setting: Required<ReplicaSetting>;

  constructor(name: string, genesis?: SignedBytes, setting: ReplicaSetting = {}) {
    this.setting = { isSigning: false, program: currentProgram, streams: sharedStreams, ...setting };
    const { isSigning, program } = this.setting;
    this.ledger = new program.Ledger(ENGAGEMENT);
    this.state = program.createState(this.ledger);
    this.deps = createTestDeps(name, isSigning ? undefined : createUnsigningKey(name));
    this.writers = { shared: this.#createWriter("shared"), internal: this.#createWriter("internal") };
    if (genesis) this.receive(genesis);
    else this.write([]);
  }

  /** Writes into the shared space. */
  get writer(): Writer {
    return this.writers.shared;
  }

  get genesis(): SignedBytes {
    return this.raws[0] as SignedBytes;
  }

  /** A fresh replica that has received everything this one has. */
  copy(name: string): Replica {
    const copy = new Replica(name, this.genesis, this.setting);
    copy.receive(...this.raws);
    return copy;
  }

  receive(...raws: SignedBytes[]): Receipt[] {
    return raws.map((raw) => {
      const receipt = this.#take(raw, new Undo());
      if (receipt.status === "admitted") this.raws.push(...receipt.admitted.map((entry) => entry.raw));
      return receipt;
    });
  }

  /** Takes in entries, looks, and takes them back: what a dry run does, and a full disk. */
  receiveInVain(...raws: SignedBytes[]): void {
    const undo = new Undo();
    for (const raw of raws) this.#take(raw, undo);
    describeState(this);
    undo.run();
  }

  /** The next entry of this replica, signed and not yet received. */
  compose(ops: Op[], space: Space = "shared"): SignedBytes {
    return signEntry(this.setting.program.composeEntry(ops, this.writers[space], this.ledger), this.deps.device);
  }

  /**
   * Writes ops as given, without the checks of an honest program. Returns the ids of the ops.
   * @throws AssertionError when the replica's own entry is not admitted.
   */
  write(ops: Op[], space: Space = "shared"): string[] {
    const body = this.setting.program.composeEntry(ops, this.writers[space], this.ledger);
    const [receipt] = this.receive(signEntry(body, this.deps.device));
    assert(receipt?.status === "admitted", `the own entry is admitted: ${JSON.stringify(receipt)}`);
    const hash = receipt.admitted[0]?.hash ?? "";
    this.writers[space].session = { stream: body.stream, prev: hash, seq: body.seq };
    return ops.map((_, i) => `${hash}:${body.ops.length - ops.length + i}`);
  }

  /** Does what the journal does with a user action; returns the ids of the ops, or the refusal. */
  act(...ops: NewOp[]): string[] | string {
    const completed = this.setting.program.completeOps(ops, this.ledger);
    return "refused" in completed ? completed.refused : this.write(completed, spaceOfOps(ops));
  }

  /** Takes in an action and takes it back, as when the disk is full. */
  fail(...ops: NewOp[]): void {
    const completed = this.setting.program.completeOps(ops, this.ledger);
    if (!("refused" in completed)) this.receiveInVain(this.compose(completed, spaceOfOps(ops)));
  }

  set(entity: string, field: string, value: string | number): string {
    const ids = this.act({ kind: "set", entity, field, value });
    if (typeof ids === "string") throw new Error(ids);
    return ids[0] as string;
  }

  sign(step: string, scope: string[]): string {
    const ids = this.act(createSign(step, scope));
    if (typeof ids === "string") throw new Error(ids);
    return ids[0] as string;
  }

  /** Whatever arrives is admitted, waits or is rejected; it never makes the program throw. */
  #take(raw: SignedBytes, undo: Undo): Receipt {
    try {
      return this.ledger.receive(raw, this.setting.isSigning, undo);
    } catch (error) {
      throw new AssertionError({ message: `taking in an entry throws nothing, not: ${error}` });
    }
  }

  #createWriter(space: Space): Writer {
    const { clock, author } = this.deps;
    return { clock, author, session: undefined, space, openStream: () => this.#openStream(space) };
  }

  #openStream(space: Space): ReturnType<Writer["openStream"]> {
    const stream = (++this.setting.streams.count).toString(16).padStart(32, "0");
    return {
      stream,
      open: {
        kind: "open",
        device: this.deps.device.publicKey,
        certificate: null,
        app: "0.1.0",
        forms: [FORM],
        clock: this.deps.clock.now().toISOString(),
        zone: "UTC",
        last: null,
        space,
        application_id: 1,
        user_version: 1,
      },
    };
  }
}

export function createSign(step: string, scope: string[]): Extract<NewOp, { kind: "sign" }> {
  return {
    kind: "sign",
    step,
    scope,
    evidence: [],
    form: FORM,
    statement: "This was done and seen.",
    signer: { name: "Jan Novak", role: "IT manager", organisation: "Example Ltd" },
    method: "drawn",
    drawing: "d".repeat(64),
    strokes: "e".repeat(64),
    zone: "Europe/Prague",
  };
}

/** Everything a reader can see of a replica, as text. */
export function describeState(replica: Pick<Replica, "ledger" | "state">): string {
  const { ledger, state } = replica;
  const cells = [...ledger.cells.records.values()]
    .flatMap((record) => [...record.cells.values()])
    .map(({ entity, field, value, heads, conflict }) => [`${entity}#${field}`, value, conflict, heads.map((h) => h.op)])
    .sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));
  const signOffs = state
    .signOffs()
    .map((s) => [s.id, s.state, s.reasons.map((r) => [r.cell, r.head.op, r.signed?.op]), s.reopen ?? null]);
  return JSON.stringify({
    cells,
    signOffs,
    conflicts: state.conflicts().map((cell) => `${cell.entity}#${cell.field}`),
    entities: state.entities(""),
    exports: state.exports(),
    frontiers: [[...ledger.graph.frontier].sort(), [...ledger.graph.frontierOf("shared")].sort()],
    forks: state
      .forks()
      .map(({ stream, seq }) => `${stream}:${seq}`)
      .sort(),
    counts: [state.entries, state.lam, state.opaque, state.waiting],
  });
}
