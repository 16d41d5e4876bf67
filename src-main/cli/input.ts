import type * as z from "zod";

/** The command line itself is wrong: exit code 2, with the usage. */
export class BadUsage extends Error {}

/** A value from the command line or a file that has passed its schema, or a BadUsage that names what does not fit. */
export function readInput<Value>(schema: z.ZodType<Value>, value: unknown, name: string): Value {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, 8).map((issue) => `${[name, ...issue.path].join(".")}: ${issue.message}`);
  throw new BadUsage(issues.join("\n"));
}
