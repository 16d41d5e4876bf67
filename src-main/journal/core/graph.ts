import { type Entry, isEntrySignedBy, type Rejection } from "./entry.ts";
import { type Hash, isOpId, splitOpId } from "./ids.ts";
import type { JsonObject } from "./json.ts";
import { type OpenOp, type Space, spaceOfEntity } from "./ops.ts";
import type { Undo } from "./undo.ts";

/**
 * An admitted entry with its place in the causal order. A run is an unbranched stretch of one stream; `past` says how
 * far into each other run the entry's knowledge reaches, so "did A know B" is one look-up even where streams fork.
 */
export interface Node {
  entry: Entry;
  sig: Uint8Array;
  device: string;
  space: Space;
  run: number;
  index: number;
  past: ReadonlyMap<number, number>;
}

/** Two entries that claim the same place of one stream; both are kept. */
export interface Fork {
  stream: string;
  seq: number;
  entry: Hash;
}

/** The admitted entries of one engagement and who knew what. */
export class Graph {
  readonly engagement: string;
  readonly nodes = new Map<Hash, Node>();
  readonly forks: Fork[] = [];
  genesis: Hash | undefined;
  lam = 0;
  /** Entries that no admitted entry names as prev or dep: together they fix everything known. */
  readonly frontier = new Set<Hash>();
  /** The same for the shared space alone, whose entries know nothing of the internal one. */
  readonly #sharedFrontier = new Set<Hash>();
  /** Last entry of each run, by run number. */
  readonly #tips: Hash[] = [];
  readonly #streams = new Set<string>();

  constructor(engagement: string) {
    this.engagement = engagement;
  }

  /** True when `earlier` lies strictly in the causal past of `later`; both must be admitted. */
  isKnownTo(later: Hash, earlier: Hash): boolean {
    const a = this.nodes.get(later);
    const b = this.nodes.get(earlier);
    if (!a || !b) return false;
    return a.run === b.run ? b.index < a.index : (a.past.get(b.run) ?? -1) >= b.index;
  }

  /** What a new entry of this space rests on. */
  frontierOf(space: Space): ReadonlySet<Hash> {
    return space === "shared" ? this.#sharedFrontier : this.frontier;
  }

  /** Lamport depth of an entry that rests on these admitted entries. */
  depthOver(causes: Iterable<Hash>): number {
    let deepest = 0;
    for (const hash of causes) deepest = Math.max(deepest, (this.nodes.get(hash) as Node).entry.body.lam);
    return deepest + 1;
  }

  /** The entries `entry` rests on that are not here yet. */
  findMissing(entry: Entry): Hash[] {
    return causesOf(entry).filter((hash) => !this.nodes.has(hash));
  }

  /** Checks everything the format demands of an entry whose causes are all admitted. */
  check(entry: Entry, sig: Uint8Array, isSignatureChecked: boolean): Rejection | undefined {
    const { body } = entry;
    if (body.eng !== this.engagement) return { rejected: "WRONG_ENGAGEMENT" };
    const isRoot = body.prev === null && body.deps.length === 0;
    if (isRoot && this.genesis !== undefined && this.genesis !== entry.hash) return { rejected: "WRONG_GENESIS" };
    const prev = this.#prevOf(entry);
    if (body.prev !== null && (prev?.entry.body.stream !== body.stream || prev.entry.body.seq !== body.seq - 1)) {
      return { rejected: "BAD_CHAIN" };
    }
    if (body.lam !== this.depthOver(causesOf(entry))) return { rejected: "BAD_LAM" };
    if (!this.#isWithinSpace(entry)) return { rejected: "BAD_SPACE" };
    if (!this.#isEveryOverKnown(entry)) return { rejected: "NOT_IN_PAST" };
    if (isSignatureChecked && !isEntrySignedBy(this.#deviceOf(entry), entry.hash, sig)) {
      return { rejected: "BAD_SIGNATURE" };
    }
    return undefined;
  }

  /** Adds a checked entry. */
  add(entry: Entry, sig: Uint8Array, undo: Undo): Node {
    const { hash, body } = entry;
    const prev = this.#prevOf(entry);
    const isContinued = prev !== undefined && this.#tips[prev.run] === prev.entry.hash;
    const run = isContinued ? prev.run : this.#tips.length;
    const past = this.#pastOf(entry, prev, run);
    const index = isContinued ? prev.index + 1 : 0;
    const node = { entry, sig, device: this.#deviceOf(entry), space: this.#spaceOf(entry), run, index, past };
    this.#noteFork(entry, prev, isContinued, undo);
    if (this.genesis === undefined) {
      undo.keep(this, "genesis");
      this.genesis = hash;
    }
    undo.keep(this, "lam");
    this.lam = Math.max(this.lam, body.lam);
    undo.put(this.nodes, hash, node);
    if (isContinued) {
      undo.keep(this.#tips, run);
      this.#tips[run] = hash;
    } else undo.push(this.#tips, hash);
    this.#advance(this.frontier, entry, undo);
    if (node.space === "shared") this.#advance(this.#sharedFrontier, entry, undo);
    return node;
  }

  /** Every run's newest entry; its signature vouches for the whole run through the chain of hashes. */
  *tips(): Iterable<Node> {
    for (const hash of this.#tips) yield this.nodes.get(hash) as Node;
  }

  #noteFork(entry: Entry, prev: Node | undefined, isContinued: boolean, undo: Undo): void {
    const { stream, seq } = entry.body;
    const isFork = prev ? !isContinued : this.#streams.has(stream);
    if (isFork) {
      undo.push(this.forks, { stream, seq, entry: entry.hash });
    }
    if (!prev) undo.insert(this.#streams, stream);
  }

  #advance(frontier: Set<Hash>, entry: Entry, undo: Undo): void {
    for (const cause of causesOf(entry)) undo.remove(frontier, cause);
    undo.insert(frontier, entry.hash);
  }

  #prevOf(entry: Entry): Node | undefined {
    return entry.body.prev === null ? undefined : this.nodes.get(entry.body.prev);
  }

  #deviceOf(entry: Entry): string {
    return this.#prevOf(entry)?.device ?? (entry.ops[0] as OpenOp).device;
  }

  #spaceOf(entry: Entry): Space {
    return this.#prevOf(entry)?.space ?? (entry.ops[0] as OpenOp).space;
  }

  /** The shared space is whole without the internal one: it rests on itself and each writes its own entities. */
  #isWithinSpace(entry: Entry): boolean {
    const space = this.#spaceOf(entry);
    const causes = causesOf(entry);
    if (space === "internal" && causes.length === 0) return false;
    if (space === "shared" && causes.some((hash) => this.nodes.get(hash)?.space === "internal")) return false;
    return entry.body.ops.every(({ entity }) => typeof entity !== "string" || spaceOfEntity(entity) === space);
  }

  /** An entry without deps shares its predecessor's map: most entries of a session do. */
  #pastOf(entry: Entry, prev: Node | undefined, run: number): ReadonlyMap<number, number> {
    if (prev && prev.run === run && entry.body.deps.length === 0) return prev.past;
    const past = new Map(prev?.past);
    const learn = (node: Node): void => {
      for (const [other, index] of node.past) past.set(other, Math.max(past.get(other) ?? -1, index));
      past.set(node.run, Math.max(past.get(node.run) ?? -1, node.index));
    };
    for (const hash of entry.body.deps) learn(this.nodes.get(hash) as Node);
    if (prev && prev.run !== run) learn(prev);
    return past;
  }

  /** Holds for ops of any kind, so that every version of the program admits the same entries. */
  #isEveryOverKnown(entry: Entry): boolean {
    return entry.body.ops.every((op: JsonObject) => {
      if (!Array.isArray(op.over)) return true;
      return op.over.every((id) => isOpId(id) && this.#isOpInPast(entry, id));
    });
  }

  #isOpInPast(entry: Entry, id: string): boolean {
    const target = splitOpId(id);
    const node = this.nodes.get(target.entry);
    if (!node || target.index >= node.entry.ops.length) return false;
    return causesOf(entry).some((cause) => cause === target.entry || this.isKnownTo(cause, target.entry));
  }
}

function causesOf({ body: { prev, deps } }: Entry): Hash[] {
  return prev === null ? deps : [prev, ...deps];
}
