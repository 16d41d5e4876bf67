import type * as z from "zod";
import { fc } from "../../support/fast-check.ts";

/** Values of real records by the name of their key; they are mixed into new combinations. */
export type Harvest = Map<string, unknown[]>;

/** Collects the leaves of plain data under the names of their keys. */
export function harvest(value: unknown, into: Harvest, key = ""): void {
  if (Array.isArray(value)) for (const item of value) harvest(item, into, key);
  else if (typeof value === "object" && value !== null)
    for (const [name, item] of Object.entries(value)) harvest(item, into, name);
  else {
    const known = into.get(key) ?? [];
    if (known.length < 400) known.push(value);
    into.set(key, known);
  }
}

interface Def {
  type: string;
  shape?: Record<string, z.ZodType>;
  element?: z.ZodType;
  innerType?: z.ZodType;
  options?: z.ZodType[];
  entries?: Record<string, string | number>;
  values?: unknown[];
  in?: z.ZodType;
  valueType?: z.ZodType;
  items?: z.ZodType[];
}
const defOf = (schema: z.ZodType): Def => schema.def as unknown as Def;

/**
 * Arbitrary values that a schema takes: its structure at random, its leaves from the harvest of real values under the same key where there
 * are any. Leaves that the schema refuses are left out, so that the values fit. Fails for a kind of schema that records do not use.
 */
export function schemaToArbitrary(schema: z.ZodType, known: Harvest, key = ""): fc.Arbitrary<unknown> {
  const def = defOf(schema);
  const within = (inner: z.ZodType | undefined, name = key) => {
    if (!inner) throw new Error(`A schema of ${def.type} at ${key} has no inner schema.`);
    return schemaToArbitrary(inner, known, name);
  };
  switch (def.type) {
    case "object":
      return fc.record(
        Object.fromEntries(Object.entries(def.shape ?? {}).map(([name, inner]) => [name, within(inner, name)])),
      );
    case "array":
      return fc.array(within(def.element), { maxLength: 3 }).filter((list) => schema.safeParse(list).success);
    case "tuple":
      return fc.tuple(...(def.items ?? []).map((item) => within(item)));
    case "record":
      return fc.dictionary(fc.constantFrom("acme.example", "other.example"), within(def.valueType), { maxKeys: 2 });
    case "nullable":
      return fc.option(within(def.innerType), { nil: null, freq: 4 });
    case "optional":
    case "default":
    case "prefault":
    case "readonly":
    case "catch":
      return within(def.innerType);
    case "union":
      return fc.oneof(...(def.options ?? []).map((option) => within(option)));
    case "enum":
      return fc.constantFrom(...Object.values(def.entries ?? {}));
    case "literal":
      return fc.constantFrom(...(def.values ?? []));
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "pipe":
      return within(def.in);
    default:
      return leaf(schema, def.type, known.get(key) ?? []);
  }
}

/** Real values of the key, plain ones, and a few odd ones: whatever the schema takes. */
function leaf(schema: z.ZodType, type: string, real: readonly unknown[]): fc.Arbitrary<unknown> {
  const plain: unknown[] =
    type === "number"
      ? [0, 1, 5, 25, 250, 443, 550]
      : [
          "",
          "acme.example",
          "192.0.2.1",
          "127.0.0.1:53",
          "2026-11-23T10:00:00.000Z",
          "TIMEOUT",
          "text",
          "00ff",
          "AAAA",
          "a".repeat(64),
        ];
  const fitting = [...new Set([...real, ...plain])].filter((value) => schema.safeParse(value).success);
  if (fitting.length === 0) throw new Error(`No value is known for a schema of ${type}.`);
  return fc.constantFrom(...fitting);
}
