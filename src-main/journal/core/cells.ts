import type { Author } from "./entry.ts";
import { comparePlaces, type Place, splitOpId } from "./ids.ts";
import { canonicalJson, type Json } from "./json.ts";
import { spaceOfEntity } from "./ops.ts";
import type { Undo } from "./undo.ts";

/** One present version of a cell. */
export interface Head {
  /** `entryHash:index`. */
  op: string;
  value: Json;
  lam: number;
  /** Wall time as claimed by the author's device, ISO 8601. */
  wall: string;
  author: Author;
  /** Public key of the device that signed it. */
  device: string;
  deleted?: boolean;
}

export interface Cell {
  entity: string;
  field: string;
  /** The settled value, or while in conflict the provisional one: highest (lam, hash). Null when that version is a deletion. */
  value: Json;
  /** Present versions, highest (lam, hash) first. */
  heads: readonly Head[];
  /** True when versions that did not know each other hold different values. */
  conflict: boolean;
}

/** The present versions of one cell after an op. */
export interface CellChange {
  entity: string;
  field: string;
  after: readonly Head[];
}

export interface EntityRecord {
  id: string;
  /** Place of the first write in the total order; undefined while only deletions are known. */
  first: Place | undefined;
  cells: Map<string, Cell>;
  /** Deletions no later deletion replaced: they count as a version of every cell of the entity, also of cells yet to come. */
  tombstones: readonly Head[];
}

export function headPlace(head: Head): Place {
  return { lam: head.lam, ...splitOpId(head.op) };
}

/** Equal for two versions exactly when a person sees the same thing. */
export function headMeaning(head: Head): string {
  return head.deleted ? "deleted" : canonicalJson(head.value);
}

export function isCellLive(cell: Cell): boolean {
  return cell.heads.some((head) => !head.deleted);
}

function replaceHeads(heads: readonly Head[], over: readonly string[], added: Head): readonly Head[] {
  const kept = over.length === 0 ? heads : heads.filter((head) => !over.includes(head.op));
  if (kept.length === 0) return [added];
  return [...kept, added].sort((a, b) => comparePlaces(headPlace(b), headPlace(a)));
}

function createCell(entity: string, field: string, heads: readonly Head[]): Cell {
  const meaning = heads[0] && heads.length > 1 ? headMeaning(heads[0]) : "";
  const conflict = heads.length > 1 && heads.some((head) => headMeaning(head) !== meaning);
  return { entity, field, value: heads[0]?.value ?? null, heads, conflict };
}

/**
 * The cells of one engagement. The versions of a cell are the ops that write it and that no other op writing it names
 * in `over`; a `delete` writes every cell of its entity.
 */
export class Cells {
  readonly records = new Map<string, EntityRecord>();
  readonly conflicts = new Map<string, Cell>();
  #ordered: EntityRecord[] | undefined;

  write(entity: string, field: string, head: Head, over: readonly string[], undo: Undo): CellChange {
    const record = this.#open(entity, undo);
    const place = headPlace(head);
    if (!record.first || comparePlaces(place, record.first) < 0) {
      undo.keep(record, "first");
      record.first = place;
      this.#forgetOrder(undo);
    }
    const heads = record.cells.get(field)?.heads ?? record.tombstones;
    return this.#replace(record, field, replaceHeads(heads, over, head), undo);
  }

  delete(entity: string, head: Head, over: readonly string[], undo: Undo): CellChange[] {
    const record = this.#open(entity, undo);
    undo.keep(record, "tombstones");
    record.tombstones = replaceHeads(record.tombstones, over, head);
    return [...record.cells.values()].map((cell) =>
      this.#replace(record, cell.field, replaceHeads(cell.heads, over, head), undo),
    );
  }

  get(entity: string, field: string): Cell | undefined {
    return this.records.get(entity)?.cells.get(field);
  }

  /** Present versions a new write of the cell would replace. */
  headsOf(entity: string, field: string): readonly Head[] {
    const record = this.records.get(entity);
    return record?.cells.get(field)?.heads ?? record?.tombstones ?? [];
  }

  /** All entities that were ever written, in order of first appearance. */
  inOrder(): readonly EntityRecord[] {
    this.#ordered ??= [...this.records.values()]
      .filter((record) => record.first)
      .sort((a, b) => comparePlaces(a.first as Place, b.first as Place));
    return this.#ordered;
  }

  /** Cells in a sign-off's scope: an item with `#` names one cell, any other is a prefix of entity ids. */
  *inScope(scope: readonly string[]): Iterable<Cell> {
    const isInScope = createScopeTest(scope);
    for (const record of this.records.values()) {
      for (const cell of record.cells.values()) if (isInScope(cell.entity, cell.field)) yield cell;
    }
  }

  #open(entity: string, undo: Undo): EntityRecord {
    const known = this.records.get(entity);
    if (known) return known;
    const record: EntityRecord = { id: entity, first: undefined, cells: new Map(), tombstones: [] };
    undo.put(this.records, entity, record);
    return record;
  }

  #replace(record: EntityRecord, field: string, after: readonly Head[], undo: Undo): CellChange {
    const cell = createCell(record.id, field, after);
    const key = `${record.id}#${field}`;
    undo.put(record.cells, field, cell);
    if (cell.conflict) undo.put(this.conflicts, key, cell);
    else undo.drop(this.conflicts, key);
    return { entity: record.id, field, after };
  }

  #forgetOrder(undo: Undo): void {
    this.#ordered = undefined;
    undo.do(() => {
      this.#ordered = undefined;
    });
  }
}

/** Tests whether a cell lies in a scope; see {@link Cells.inScope}. No scope reaches the internal space: who signs has not seen it. */
export function createScopeTest(scope: readonly string[]): (entity: string, field: string) => boolean {
  const exact = new Set(scope.filter((item) => item.includes("#")));
  const prefixes = scope.filter((item) => !item.includes("#"));
  return (entity, field) =>
    spaceOfEntity(entity) === "shared" &&
    (prefixes.some((prefix) => entity.startsWith(prefix)) || (exact.size > 0 && exact.has(`${entity}#${field}`)));
}
