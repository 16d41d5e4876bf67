/** The entry of a table under a name from outside. Names that every object inherits, such as `constructor`, are no entries. */
export const lookUp = <Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;
