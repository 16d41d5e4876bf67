/** Ways back. `owner` is what was changed, `key` the place in it, `old` what was there. */
function setMember<T, K extends keyof T>(owner: T, key: K, old: T[K]): void {
  owner[key] = old;
}
const setKey = <K, V>(map: Map<K, V>, key: K, old: V): unknown => map.set(key, old);
const dropKey = <K, V>(map: Map<K, V>, key: K): unknown => map.delete(key);
const addItem = <T>(set: Set<T>, item: T): unknown => set.add(item);
const dropItem = <T>(set: Set<T>, item: T): unknown => set.delete(item);
const popItem = <T>(list: T[]): unknown => list.pop();
const call = (step: () => void): unknown => step();

type Way = (owner: unknown, key: unknown, old: unknown) => unknown;
/** Places of the list that one step takes: way, owner, key, old. */
const SIZE = 4;

/**
 * Steps that take a change back, for the case that the file could not keep it. A large merge has a million of them, and a
 * function of its own for each was a quarter of its time: they lie flat in one list, with few functions for all.
 */
export class Undo {
  readonly #steps: unknown[] = [];

  do(step: () => void): void {
    this.#note(call, step, undefined, undefined);
  }

  keep<T, K extends keyof T>(owner: T, key: K): void {
    this.#note(setMember, owner, key, owner[key]);
  }

  put<K, V>(map: Map<K, V>, key: K, value: V): void {
    if (map.has(key)) this.#note(setKey, map, key, map.get(key) as V);
    else this.#note(dropKey, map, key, undefined);
    map.set(key, value);
  }

  drop<K, V>(map: Map<K, V>, key: K): void {
    const old = map.get(key);
    if (map.delete(key)) this.#note(setKey, map, key, old as V);
  }

  insert<T>(set: Set<T>, item: T): void {
    if (set.has(item)) return;
    set.add(item);
    this.#note(dropItem, set, item, undefined);
  }

  remove<T>(set: Set<T>, item: T): void {
    if (set.delete(item)) this.#note(addItem, set, item, undefined);
  }

  push<T>(list: T[], item: T): void {
    list.push(item);
    this.#note(popItem, list, undefined, undefined);
  }

  /** Takes everything back, last step first. */
  run(): void {
    for (let at = this.#steps.length - SIZE; at >= 0; at -= SIZE) {
      const [way, owner, key, old] = this.#steps.splice(at, SIZE);
      (way as Way)(owner, key, old);
    }
  }

  #note<Owner, Key, Old>(way: (owner: Owner, key: Key, old: Old) => unknown, owner: Owner, key: Key, old: Old): void {
    this.#steps.push(way, owner, key, old);
  }
}
