import { type Head, headPlace } from "./core/cells.ts";
import type { Author } from "./core/entry.ts";
import { comparePlaces, type Hash } from "./core/ids.ts";
import type { Json, JsonObject } from "./core/json.ts";
import type { Ledger } from "./core/ledger.ts";
import { ATTACHMENT_FIELD, type Op, type OpaqueOp } from "./core/ops.ts";

interface HistoryOp {
  /** `entryHash:index`. */
  id: string;
  kind: string;
  entity?: string;
  field?: string;
  /** The value this op replaced; absent for a first value. */
  before?: Json;
  /** The value it wrote; absent for a deletion. */
  after?: Json;
  /** The op as stored. */
  op: JsonObject;
}

export interface HistoryItem {
  entry: Hash;
  lam: number;
  wall: string;
  author: Author;
  device: string;
  ops: HistoryOp[];
}

export interface HistoryFilter {
  /** Only ops on entities with this prefix. */
  entityPrefix?: string;
  /** Only entries by the author of this name. */
  author?: string;
  limit?: number;
  /** Continue below this entry. */
  before?: { lam: number; hash: Hash };
}

function describeOp(id: string, op: Op | OpaqueOp, raw: JsonObject, ledger: Ledger): HistoryOp {
  const item: HistoryOp = { id, kind: typeof raw.kind === "string" ? raw.kind : "unknown", op: raw };
  if (op.kind !== "set" && op.kind !== "attach" && op.kind !== "delete") return item;
  item.entity = op.entity;
  if (op.kind === "set") item.field = op.field;
  if (op.kind === "attach") item.field = ATTACHMENT_FIELD;
  const head = ledger.findHead(id);
  if (head && !head.deleted) item.after = head.value;
  if (op.kind === "delete") return item;
  const replaced = op.over.map((over) => ledger.findHead(over)).filter((old): old is Head => old !== undefined);
  const newest = replaced.sort((a, b) => comparePlaces(headPlace(b), headPlace(a)))[0];
  if (newest && !newest.deleted) item.before = newest.value;
  return item;
}

/** The journal as a person reads it, newest first in the total order (lam, hash). */
export function listHistory(ledger: Ledger, filter: HistoryFilter = {}): HistoryItem[] {
  const { entityPrefix, author, before, limit = Number.POSITIVE_INFINITY } = filter;
  const end = before && { lam: before.lam, entry: before.hash, index: 0 };
  const nodes = [...ledger.graph.nodes.values()]
    .map((node) => ({ node, place: { lam: node.entry.body.lam, entry: node.entry.hash, index: 0 } }))
    .filter(({ node, place }) => {
      const isBelow = !end || comparePlaces(place, end) < 0;
      return isBelow && (author === undefined || node.entry.body.user.name === author);
    })
    .sort((a, b) => comparePlaces(b.place, a.place));
  const items: HistoryItem[] = [];
  for (const { node } of nodes) {
    if (items.length >= limit) break;
    const { hash, body, ops } = node.entry;
    const described = ops
      .map((op, i) => describeOp(`${hash}:${i}`, op, body.ops[i] ?? {}, ledger))
      .filter((op) => entityPrefix === undefined || op.entity?.startsWith(entityPrefix));
    if (described.length === 0) continue;
    items.push({ entry: hash, lam: body.lam, wall: body.wall, author: body.user, device: node.device, ops: described });
  }
  return items;
}
