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
}
interface Known {
  hash: string;
  lam: number;
  ops: RawOp[];
  ancestors: Set<string>;
}
interface Write {
  id: string;
  entry: string;
  lam: number;
  index: number;
  op: RawOp;
}

function readAll(raws: SignedBytes[]): Map<string, Known> {
  const known = new Map<string, Known>();
  for (const { bytes } of raws) {
    const body = JSON.parse(Buffer.from(bytes).toString("utf8"));
    const hash = createHash("sha256").update(bytes).digest("hex");
    const causes: string[] = [...(body.prev ? [body.prev] : []), ...body.deps];
    const ancestors = new Set(causes.flatMap((cause) => [cause, ...(known.get(cause)?.ancestors ?? [])]));
    known.set(hash, { hash, lam: body.lam, ops: body.ops, ancestors });
  }
  return known;
}

const meaningOf = ({ op }: Write): string => (op.kind === "delete" ? "deleted" : JSON.stringify(op.value));

function isBefore(a: Write, b: Write): boolean {
  if (a.lam !== b.lam) return a.lam < b.lam;
  return a.entry === b.entry ? a.index < b.index : a.entry < b.entry;
}

export interface OracleView {
  cells: Map<string, { heads: string[]; conflict: boolean }>;
  signOffs: Map<string, string>;
  /** Writes that are no head although no causal successor names them. */
  vanished: string[];
}

interface Signing {
  sign: Write;
  known: Map<string, Known>;
  writes: Write[];
}

const isIn = (known: Map<string, Known>, earlier: string, later: string): boolean =>
  known.get(later)?.ancestors.has(earlier) ?? false;

function isReopened({ sign, known }: Signing): boolean {
  return [...known.values()].some(
    ({ ops, hash }) =>
      isIn(known, sign.entry, hash) && ops.some((op) => op.kind === "reopen" && op.voids.includes(sign.id)),
  );
}

function judgeCell({ sign, known, writes }: Signing, key: string, heads: Write[]): string[] {
  const covered = writes.filter(({ id, entry }) => sign.op.covers[key]?.includes(id) && isIn(known, entry, sign.entry));
  const signed = covered.length === 0 ? ["deleted"] : covered.map(meaningOf);
  return heads
    .filter((head) => !covered.includes(head) && !signed.includes(meaningOf(head)))
    .map((head) => (isIn(known, sign.entry, head.entry) ? "stale" : "contested"));
}

function judge(signing: Signing, cells: Map<string, Write[]>): string {
  if (isReopened(signing)) return "reopened";
  const { scope } = signing.sign.op;
  const isSigned = (key: string) =>
    scope.some((item) => (item.includes("#") ? item === key : key.slice(0, key.indexOf("#")).startsWith(item)));
  const verdicts = [...cells]
    .filter(([key]) => isSigned(key))
    .flatMap(([key, heads]) => judgeCell(signing, key, heads));
  return verdicts.includes("stale") ? "stale" : (verdicts[0] ?? "valid");
}

/** Computes the whole view of a set of entries, given in an order where causes come first. */
export function consultOracle(raws: SignedBytes[]): OracleView {
  const known = readAll(raws);
  const writes: Write[] = [...known.values()].flatMap(({ hash, lam, ops }) =>
    ops.map((op, index) => ({ id: `${hash}:${index}`, entry: hash, lam, index, op })),
  );
  const sets = writes.filter(({ op }) => op.kind === "set");
  const deletes = writes.filter(({ op }) => op.kind === "delete");
  const heads = new Map<string, Write[]>();
  const view: OracleView = { cells: new Map(), signOffs: new Map(), vanished: [] };
  for (const key of new Set(sets.map(({ op }) => `${op.entity}#${op.field}`))) {
    const writers = [
      ...sets.filter(({ op }) => `${op.entity}#${op.field}` === key),
      ...deletes.filter(({ op }) => op.entity === key.slice(0, key.indexOf("#"))),
    ];
    const present = writers.filter(({ id }) => !writers.some(({ op }) => op.over.includes(id)));
    present.sort((a, b) => (isBefore(a, b) ? 1 : -1));
    heads.set(key, present);
    view.cells.set(key, { heads: present.map(({ id }) => id), conflict: new Set(present.map(meaningOf)).size > 1 });
    for (const write of writers) {
      const isNamed = writers.some(
        ({ op, entry }) => op.over.includes(write.id) && known.get(entry)?.ancestors.has(write.entry),
      );
      if (!present.includes(write) && !isNamed) view.vanished.push(write.id);
    }
  }
  for (const sign of writes.filter(({ op }) => op.kind === "sign")) {
    view.signOffs.set(sign.id, judge({ sign, known, writes }, heads));
  }
  return view;
}
