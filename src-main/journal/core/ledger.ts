import { type CellChange, Cells, type Head } from "./cells.ts";
import { type Entry, isRejection, type Rejection, readEntry, type SignedBytes } from "./entry.ts";
import { Graph, type Node } from "./graph.ts";
import { type Hash, splitOpId } from "./ids.ts";
import type { Json } from "./json.ts";
import {
  ATTACHMENT_FIELD,
  attachValue,
  type ExportOp,
  type Op,
  type OpaqueOp,
  type ReopenOp,
  type SignOp,
} from "./ops.ts";
import type { Origin, Recorded } from "./signoffs.ts";
import { Undo } from "./undo.ts";

/** An entry that took its place, and what it changed. */
export interface Admitted {
  hash: Hash;
  raw: SignedBytes;
  changes: CellChange[];
}

export type Receipt =
  /**
   * Took its place, and with it entries of the inbox that had waited for it, in causal order. `dropped` waited too and
   * proved wrong once their causes were known: no honest program wrote them.
   */
  | { status: "admitted"; admitted: Admitted[]; dropped: Hash[] }
  | { status: "known"; hash: Hash }
  /** Kept in the inbox until the missing entries arrive. */
  | { status: "waiting"; hash: Hash; raw: SignedBytes; missing: Hash[] }
  | ({ status: "rejected" } & Rejection);

interface Waiting {
  entry: Entry;
  raw: SignedBytes;
  isSignatureChecked: boolean;
}

function opToHead(op: Op | OpaqueOp, origin: Origin): Head | undefined {
  const { id, lam, wall, author, device } = origin;
  const head = (value: Json): Head => ({ op: id, value, lam, wall, author, device });
  if (op.kind === "set") return head(op.value);
  if (op.kind === "attach") return head(attachValue(op));
  return op.kind === "delete" ? { ...head(null), deleted: true } : undefined;
}

/** The set of admitted entries and everything computed from it. The same set gives the same ledger in any order of arrival. */
export class Ledger {
  readonly graph: Graph;
  readonly cells = new Cells();
  readonly signs: Recorded<SignOp>[] = [];
  readonly reopens: Recorded<ReopenOp>[] = [];
  readonly exports: Recorded<ExportOp>[] = [];
  /** Ops of newer programs that this one keeps but does not understand. */
  readonly opaque: OpaqueOp[] = [];
  /** Grows with every change; a key for caches. */
  version = 0;
  readonly #inbox = new Map<Hash, Waiting>();
  readonly #waitingFor = new Map<Hash, Set<Hash>>();

  constructor(engagement: string) {
    this.graph = new Graph(engagement);
  }

  get inbox(): ReadonlyMap<Hash, { raw: SignedBytes }> {
    return this.#inbox;
  }

  isKnownTo(later: Hash, earlier: Hash): boolean {
    return this.graph.isKnownTo(later, earlier);
  }

  /**
   * Takes in one entry from anywhere. It is admitted when its prev and deps are; it waits in the inbox while one is
   * missing; it is rejected for good when it breaks the format. `undo` collects the way back.
   */
  receive(raw: SignedBytes, isSignatureChecked = true, undo = new Undo()): Receipt {
    const entry = readEntry(raw.bytes);
    if (isRejection(entry)) return { status: "rejected", ...entry };
    const { hash } = entry;
    if (this.graph.nodes.has(hash) || this.#inbox.has(hash)) return { status: "known", hash };
    const missing = this.graph.findMissing(entry);
    if (missing.length > 0) {
      if (entry.body.eng !== this.graph.engagement) return { status: "rejected", rejected: "WRONG_ENGAGEMENT" };
      this.#await({ entry, raw, isSignatureChecked }, missing, undo);
      return { status: "waiting", hash, raw, missing };
    }
    const rejection = this.graph.check(entry, raw.sig, isSignatureChecked);
    if (rejection) return { status: "rejected", ...rejection };
    const admitted = [this.#admit(entry, raw, undo)];
    const dropped: Hash[] = [];
    // The list grows while it is walked: each admission may release entries that release others.
    for (const { hash: cause } of admitted) this.#release(cause, admitted, dropped, undo);
    return { status: "admitted", admitted, dropped };
  }

  /** The version an op wrote, also when it was replaced since. */
  findHead(id: string): Head | undefined {
    const { entry, index } = splitOpId(id);
    const node = this.graph.nodes.get(entry);
    const op = node?.entry.ops[index];
    return node && op ? opToHead(op, originOf(node, index)) : undefined;
  }

  readonly #moveOn = (): void => {
    this.version++;
  };

  #await(waiting: Waiting, missing: Hash[], undo: Undo): void {
    const { hash } = waiting.entry;
    undo.put(this.#inbox, hash, waiting);
    for (const cause of missing) {
      const others = this.#waitingFor.get(cause) ?? new Set();
      undo.put(this.#waitingFor, cause, others);
      undo.insert(others, hash);
    }
  }

  #release(cause: Hash, admitted: Admitted[], dropped: Hash[], undo: Undo): void {
    for (const hash of this.#waitingFor.get(cause) ?? []) {
      const waiting = this.#inbox.get(hash);
      if (!waiting || this.graph.findMissing(waiting.entry).length > 0) continue;
      undo.drop(this.#inbox, hash);
      const { entry, raw, isSignatureChecked } = waiting;
      if (this.graph.check(entry, raw.sig, isSignatureChecked)) dropped.push(hash);
      else admitted.push(this.#admit(entry, raw, undo));
    }
    undo.drop(this.#waitingFor, cause);
  }

  #admit(entry: Entry, raw: SignedBytes, undo: Undo): Admitted {
    const node = this.graph.add(entry, raw.sig, undo);
    const changes = entry.ops.flatMap((op, index) => this.#apply(op, originOf(node, index), undo));
    this.version++;
    undo.do(this.#moveOn);
    return { hash: entry.hash, raw, changes };
  }

  #apply(op: Op | OpaqueOp, origin: Origin, undo: Undo): CellChange[] {
    const head = opToHead(op, origin);
    if (head && op.kind === "set") return [this.cells.write(op.entity, op.field, head, op.over, undo)];
    if (head && op.kind === "attach") return [this.cells.write(op.entity, ATTACHMENT_FIELD, head, op.over, undo)];
    if (head && op.kind === "delete") return this.cells.delete(op.entity, head, op.over, undo);
    if (op.kind === "sign") undo.push(this.signs, { origin, op });
    else if (op.kind === "reopen") undo.push(this.reopens, { origin, op });
    else if (op.kind === "export") undo.push(this.exports, { origin, op });
    else if (op.kind === "opaque") undo.push(this.opaque, op);
    return [];
  }
}

function originOf(node: Node, index: number): Origin {
  const { hash, body } = node.entry;
  const { lam, wall, user } = body;
  return { id: `${hash}:${index}`, entry: hash, lam, wall, author: user, device: node.device };
}
