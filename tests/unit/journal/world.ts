import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import { completeOps, composeEntry, type NewOp, type Writer } from "../../../src-main/journal/authoring.ts";
import { type SignedBytes, signEntry } from "../../../src-main/journal/core/entry.ts";
import { type DeviceKey, generateDeviceKey } from "../../../src-main/journal/core/keys.ts";
import { Ledger, type Receipt } from "../../../src-main/journal/core/ledger.ts";
import type { Op } from "../../../src-main/journal/core/ops.ts";
import { createState, type State } from "../../../src-main/journal/core/state.ts";
import { Undo } from "../../../src-main/journal/core/undo.ts";
import type { JournalDeps } from "../../../src-main/journal/index.ts";

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

/** A new folder for each test, removed after it. */
export function createFolders(): () => string {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
  return () => {
    const folder = mkdtempSync(join(tmpdir(), "fieldbook-test-"));
    folders.push(folder);
    return folder;
  };
}

/** Signs nothing: for the tests where signatures are not looked at, because real ones are slow by the ten thousand. */
function createUnsigningKey(name: string): DeviceKey {
  const publicKey = Buffer.from(name).toString("hex").padEnd(64, "0").slice(0, 64);
  return { publicKey, sign: () => new Uint8Array(64), derive: () => new Uint8Array(32) };
}

let streams = 0;

/** One copy of an engagement in memory with one author, built on the same core as the file. */
export class Replica {
  ledger = new Ledger(ENGAGEMENT);
  state: State = createState(this.ledger);
  raws: SignedBytes[] = [];
  writer: Writer;
  readonly deps: JournalDeps;
  readonly isSigning: boolean;

  constructor(name: string, genesis?: SignedBytes, isSigning = false) {
    this.isSigning = isSigning;
    this.deps = createTestDeps(name, isSigning ? undefined : createUnsigningKey(name));
    this.writer = {
      clock: this.deps.clock,
      author: { name },
      session: undefined,
      openStream: () => this.#openStream(),
    };
    if (genesis) this.receive(genesis);
    else this.write([]);
  }

  #openStream(): ReturnType<Writer["openStream"]> {
    const stream = (++streams).toString(16).padStart(32, "0");
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
        space: "shared",
        application_id: 1,
        user_version: 1,
      },
    };
  }

  get genesis(): SignedBytes {
    return this.raws[0] as SignedBytes;
  }

  /** A fresh replica that has received everything this one has. */
  copy(name: string): Replica {
    const copy = new Replica(name, this.genesis, this.isSigning);
    copy.receive(...this.raws);
    return copy;
  }

  receive(...raws: SignedBytes[]): Receipt[] {
    return raws.map((raw) => {
      const receipt = this.ledger.receive(raw, this.isSigning);
      if (receipt.status === "admitted") this.raws.push(...receipt.admitted.map((entry) => entry.raw));
      return receipt;
    });
  }

  /** Writes ops as given, without the checks of an honest program. Returns the ids of the ops. */
  write(ops: Op[]): string[] {
    const body = composeEntry(ops, this.writer, this.ledger);
    const raw = signEntry(body, this.deps.device);
    const [receipt] = this.receive(raw);
    if (receipt?.status !== "admitted") throw new Error(JSON.stringify(receipt));
    const hash = receipt.admitted[0]?.hash ?? "";
    this.writer.session = { stream: body.stream, prev: hash, seq: body.seq };
    return ops.map((_, i) => `${hash}:${body.ops.length - ops.length + i}`);
  }

  /** Does what the journal does with a user action; returns the ids of the ops, or the refusal. */
  act(...ops: NewOp[]): string[] | string {
    const completed = completeOps(ops, this.ledger);
    return "refused" in completed ? completed.refused : this.write(completed);
  }

  /** Takes in an action and takes it back, as when the disk is full. */
  fail(...ops: NewOp[]): void {
    const completed = completeOps(ops, this.ledger);
    if ("refused" in completed) return;
    const undo = new Undo();
    this.ledger.receive(signEntry(composeEntry(completed, this.writer, this.ledger), this.deps.device), false, undo);
    undo.run();
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
    .map((s) => [s.id, s.state, s.reasons.map((r) => [r.cell, r.head.op]), s.reopen ?? null]);
  const conflicts = state.conflicts().map((cell) => `${cell.entity}#${cell.field}`);
  const frontier = [...ledger.graph.frontier].sort();
  const forks = state
    .forks()
    .map(({ stream, seq }) => `${stream}:${seq}`)
    .sort();
  const counts = [state.entries, state.lam, state.opaque, state.waiting];
  return JSON.stringify({
    cells,
    signOffs,
    conflicts,
    entities: state.entities(""),
    exports: state.exports(),
    frontier,
    forks,
    counts,
  });
}
