/** Steps that take a change back, for the case that the file could not keep it. */
export class Undo {
  readonly #steps: (() => void)[] = [];

  do(step: () => void): void {
    this.#steps.push(step);
  }

  keep<T, K extends keyof T>(owner: T, key: K): void {
    const old = owner[key];
    this.do(() => {
      owner[key] = old;
    });
  }

  put<K, V>(map: Map<K, V>, key: K, value: V): void {
    const hadKey = map.has(key);
    const old = map.get(key);
    map.set(key, value);
    this.do(() => (hadKey ? map.set(key, old as V) : map.delete(key)));
  }

  drop<K, V>(map: Map<K, V>, key: K): void {
    const old = map.get(key);
    if (map.delete(key)) this.do(() => map.set(key, old as V));
  }

  insert<T>(set: Set<T>, item: T): void {
    if (set.has(item)) return;
    set.add(item);
    this.do(() => set.delete(item));
  }

  remove<T>(set: Set<T>, item: T): void {
    if (set.delete(item)) this.do(() => set.add(item));
  }

  push<T>(list: T[], item: T): void {
    list.push(item);
    this.do(() => list.pop());
  }

  /** Takes everything back, last step first. */
  run(): void {
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) step();
  }
}
