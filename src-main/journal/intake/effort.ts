import type { Entry } from "../core/entry.ts";
import { ATTACHMENT_FIELD } from "../core/ops.ts";

/**
 * Steps that taking in a whole file may cost; measured, this many take about 2 s and 300 MB. Work over some thousand
 * sessions stays below. A file made for the purpose can ask for a thousand times as many with a few megabytes.
 */
const MOST_STEPS = 5_000_000;

/**
 * Adds up what a ledger would do with the entries of a file, without doing it: versions of one cell are compared with
 * each other, and what an entry knew of every stream is copied, so both grow with the square of their number. Entries
 * are counted in the order they are read in.
 */
export class Effort {
  readonly #cells = new Map<string, Map<string, Set<string>>>();
  readonly #continued = new Set<string>();
  #runs = 0;
  #steps = 0;

  /** False once the entries up to this one cost more than any engagement does. */
  add(entry: Entry): boolean {
    const { prev, deps } = entry.body;
    const isNewRun = prev === null || this.#continued.has(prev);
    if (isNewRun) this.#runs++;
    if (prev !== null) this.#continued.add(prev);
    if (isNewRun || deps.length > 0) this.#steps += (deps.length + 1) * this.#runs;
    for (const [index, op] of entry.ops.entries()) {
      const raw = entry.body.ops[index];
      if (Array.isArray(raw?.over)) this.#steps += raw.over.length * (deps.length + 1);
      const id = `${entry.hash}:${index}`;
      if (op.kind === "set") this.#write(op.entity, op.field, id, op.over);
      else if (op.kind === "attach") this.#write(op.entity, ATTACHMENT_FIELD, id, op.over);
      else if (op.kind === "delete") {
        for (const field of this.#fieldsOf(op.entity).keys()) this.#write(op.entity, field, id, op.over);
      }
      if (this.#steps > MOST_STEPS) return false;
    }
    return true;
  }

  #fieldsOf(entity: string): Map<string, Set<string>> {
    const fields = this.#cells.get(entity) ?? new Map<string, Set<string>>();
    this.#cells.set(entity, fields);
    return fields;
  }

  #write(entity: string, field: string, id: string, over: readonly string[]): void {
    const fields = this.#fieldsOf(entity);
    const versions = fields.get(field) ?? new Set<string>();
    fields.set(field, versions);
    this.#steps += 1 + versions.size * (1 + over.length);
    for (const replaced of over) versions.delete(replaced);
    versions.add(id);
  }
}
