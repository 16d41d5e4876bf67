import { createHash } from "node:crypto";
import type { SignedBytes } from "../../../src-main/journal/core/entry.ts";

/**
 * The semantics of the engagement file once more, in the plainest form and without any code of the program: sets of
 * ancestors instead of runs, definitions instead of increments. Slow, and meant to be read.
 */
interface RawOp {
  kind: string;
  entity: string;
  field: string;
  value: unknown;
  over: string[];
  step: string;
  scope: string[];
  covers: Record<string, string[]>;
  voids: string[];
  reason: string;
  space: string;
}
interface Known {
  hash: string;
  lam: number;
  stream: string;
  prev: string | null;
  causes: string[];
  ops: RawOp[];
  space: string;
  ancestors: Set<string>;
}
interface Write {
  id: string;
  entry: string;
  lam: number;
  index: number;
  op: RawOp;
}

/** What a reader of a set of entries must see. */
export interface OracleView {
  /** By cell name. */
  cells: { [cell: string]: { heads: string[]; value: unknown; conflict: boolean } };
  /** By id; each reason is the cell, the version there and the version that was signed. */
  signOffs: { [id: string]: { state: string; reasons: string[]; reopen: string | null } };
  /** Live entities in order of first appearance. */
  entities: string[];
  exports: string[];
  frontier: string[];
  sharedFrontier: string[];
  counts: { entries: number; lam: number; forks: number; opaque: number };
}

export interface Oracle {
  view: OracleView;
  /** Writes that are no version of their cell although no causal successor names them. */
  vanished: string[];
  isKnownTo(later: string, earlier: string): boolean;
}

const KINDS = new Set(["open", "set", "attach", "delete", "sign", "reopen", "export"]);
/** Entries do not change, so each is read once. */
const readings = new WeakMap<SignedBytes, Known>();

function read(raw: SignedBytes, known: Map<string, Known>): Known {
  const body = JSON.parse(Buffer.from(raw.bytes).toString("utf8"));
  const hash = createHash("sha256").update(raw.bytes).digest("hex");
  const { lam, stream, prev, ops } = body;
  const causes: string[] = [...(prev ? [prev] : []), ...body.deps];
  const ancestors = new Set(causes);
  for (const cause of causes) for (const earlier of known.get(cause)?.ancestors ?? []) ancestors.add(earlier);
  const space = known.get(prev)?.space ?? ops[0].space;
  return { hash, lam, stream, prev, causes, ops: ops.map(readOp), space, ancestors };
}

function readOp(op: RawOp & { [member: string]: unknown }): RawOp {
  if (op.kind !== "attach") return op;
  const { blob, name, type, size, meta } = op;
  return { ...op, field: "attachment", value: { blob, name, type, size, meta } };
}

function readAll(raws: readonly SignedBytes[]): Map<string, Known> {
  const known = new Map<string, Known>();
  for (const raw of raws) {
    const entry = readings.get(raw) ?? read(raw, known);
    readings.set(raw, entry);
    known.set(entry.hash, entry);
  }
  return known;
}

/** Equal for values that differ in the order of their members only. */
function spell(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spell)}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${name}=${spell(member)}`)}}`;
}

const meaningOf = ({ op }: Write): string => (op.kind === "delete" ? "deleted" : spell(op.value));
const writesValue = ({ op }: Write): boolean => op.kind === "set" || op.kind === "attach";
const cellOf = ({ op }: Write): string => `${op.entity}#${op.field}`;
const isShared = (key: string): boolean => !key.startsWith("internal/");
const entityOf = (key: string): string => key.slice(0, key.indexOf("#"));

/** Lamport depth, then hash, then place in the entry. */
function compareWrites(a: Write, b: Write): number {
  if (a.lam !== b.lam) return a.lam - b.lam;
  if (a.entry !== b.entry) return a.entry < b.entry ? -1 : 1;
  return a.index - b.index;
}

interface Past {
  known: Map<string, Known>;
  /** Ops this version of the program understands. */
  writes: Write[];
  /** Present versions by cell, highest first. */
  heads: Map<string, Write[]>;
}

const isIn = (known: Map<string, Known>, earlier: string, later: string): boolean =>
  known.get(later)?.ancestors.has(earlier) ?? false;

/** The versions of every cell: what writes it and is not named by anything else that writes it. */
function findHeads(past: Past, vanished: string[]): void {
  const deletes = past.writes.filter(({ op }) => op.kind === "delete");
  const values = past.writes.filter(writesValue);
  for (const key of new Set(values.map(cellOf))) {
    const writers = [
      ...values.filter((write) => cellOf(write) === key),
      ...deletes.filter(({ op }) => op.entity === entityOf(key)),
    ];
    const named = new Set(writers.flatMap(({ op }) => op.over));
    const present = writers.filter(({ id }) => !named.has(id)).sort((a, b) => compareWrites(b, a));
    past.heads.set(key, present);
    for (const { id, entry } of writers) {
      const isReplaced = writers.some((by) => by.op.over.includes(id) && isIn(past.known, entry, by.entry));
      if (named.has(id) && !isReplaced) vanished.push(id);
    }
  }
}

/** What was signed of a cell, as far as the signer had seen it. */
function coveredBy(sign: Write, key: string, { known, writes }: Past): Write[] {
  return (sign.op.covers[key] ?? [])
    .map((id) => writes.find((write) => write.id === id))
    .filter((write) => write !== undefined)
    .filter((write) => (writesValue(write) || write.op.kind === "delete") && isIn(known, write.entry, sign.entry));
}

function isSigned(sign: Write, key: string): boolean {
  const { scope, covers } = sign.op;
  const isInScope = scope.some((item) => (item.includes("#") ? item === key : entityOf(key).startsWith(item)));
  return isShared(key) && (isInScope || Object.hasOwn(covers, key));
}

function judge(sign: Write, past: Past): OracleView["signOffs"][string] {
  const reasons: string[] = [];
  let isStale = false;
  for (const key of [...past.heads.keys()].filter((cell) => isSigned(sign, cell)).sort()) {
    const covered = coveredBy(sign, key, past);
    const signed = covered.length === 0 ? ["deleted"] : covered.map(meaningOf);
    for (const head of past.heads.get(key) ?? []) {
      if (signed.includes(meaningOf(head))) continue;
      reasons.push(`${key} ${head.id} ${covered[0]?.id}`);
      isStale ||= isIn(past.known, sign.entry, head.entry);
    }
  }
  const [reopen] = past.writes
    .filter(
      ({ op, entry }) => op.kind === "reopen" && op.voids.includes(sign.id) && isIn(past.known, sign.entry, entry),
    )
    .sort(compareWrites);
  const state = reopen ? "reopened" : isStale ? "stale" : reasons.length > 0 ? "contested" : "valid";
  return { state, reasons, reopen: reopen?.op.reason ?? null };
}

function findFrontier(entries: Known[]): string[] {
  const causes = new Set(entries.flatMap((entry) => entry.causes));
  return entries
    .map(({ hash }) => hash)
    .filter((hash) => !causes.has(hash))
    .sort();
}

/** A stream forks where two entries follow the same one, or where it begins twice. */
function countForks(entries: Known[]): number {
  return entries.length - new Set(entries.map(({ stream, prev }) => `${stream} ${prev}`)).size;
}

function orderEntities({ writes, heads }: Past): string[] {
  const live = [...heads].filter(([, versions]) => versions.some(writesValue)).map(([key]) => entityOf(key));
  const byAppearance = writes.filter(writesValue).sort(compareWrites);
  return [...new Set(byAppearance.map(({ op }) => op.entity))].filter((entity) => live.includes(entity));
}

/**
 * Computes the whole view of a set of entries, given in an order where causes come first, for a program that does not
 * know the `unknown` kinds of ops.
 */
export function consultOracle(raws: readonly SignedBytes[], unknown: ReadonlySet<string> = new Set()): Oracle {
  const known = readAll(raws);
  const entries = [...known.values()];
  const all: Write[] = entries.flatMap(({ hash, lam, ops }) =>
    ops.map((op, index) => ({ id: `${hash}:${index}`, entry: hash, lam, index, op })),
  );
  const writes = all.filter(({ op }) => KINDS.has(op.kind) && !unknown.has(op.kind));
  const past: Past = { known, writes, heads: new Map() };
  const vanished: string[] = [];
  findHeads(past, vanished);
  const cells = [...past.heads].map(([key, heads]): [string, OracleView["cells"][string]] => {
    const [top] = heads;
    const value = top && writesValue(top) ? top.op.value : null;
    return [key, { heads: heads.map(({ id }) => id), value, conflict: new Set(heads.map(meaningOf)).size > 1 }];
  });
  const ofKind = (kind: string): Write[] => writes.filter(({ op }) => op.kind === kind).sort(compareWrites);
  return {
    view: {
      cells: Object.fromEntries(cells.sort(([a], [b]) => (a < b ? -1 : 1))),
      signOffs: Object.fromEntries(ofKind("sign").map((sign) => [sign.id, judge(sign, past)])),
      entities: orderEntities(past),
      exports: ofKind("export").map(({ id }) => id),
      frontier: findFrontier(entries),
      sharedFrontier: findFrontier(entries.filter(({ space }) => space === "shared")),
      counts: {
        entries: entries.length,
        lam: Math.max(0, ...entries.map(({ lam }) => lam)),
        forks: countForks(entries),
        opaque: all.length - writes.length,
      },
    },
    vanished,
    isKnownTo: (later, earlier) => isIn(known, earlier, later),
  };
}
