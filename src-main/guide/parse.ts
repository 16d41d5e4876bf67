import { parseDocument } from "yaml";
import type * as z from "zod";
import { type PlatformFamily, platformFamilies } from "../contract/names.ts";
import { findBadPlaceholders } from "./fill.ts";
import {
  connectFile,
  type Playbook,
  type PlaybookTask,
  policiesFile,
  regionsFile,
  repliesFile,
  servicesFile,
  stepFile,
} from "./playbook.ts";

export type ParsedPlaybook = { ok: true; playbook: Playbook } | { ok: false; problems: string[] };

/**
 * Reads the playbook's files (path relative to the playbook's folder -> YAML text) and checks them: closed schemas, unique names, known
 * placeholders, known steps. Every problem names its file and place.
 */
export function parsePlaybook(texts: Record<string, string>): ParsedPlaybook {
  const problems: string[] = [];
  const read = <Schema extends z.ZodType>(name: string, schema: Schema): z.infer<Schema> | null => {
    const text = texts[name];
    if (text === undefined) problems.push(`${name}: the file is missing.`);
    return text === undefined ? null : readFile(name, text, schema, problems);
  };
  const connect = read("connect.yaml", connectFile);
  const regions = read("regions.yaml", regionsFile);
  const services = read("services.yaml", servicesFile);
  const policies = read("policies.yaml", policiesFile);
  const replies = read("replies.yaml", repliesFile);
  const steps = (connect?.order ?? []).map((step) => read(`steps/${step}.yaml`, stepFile));
  if (!connect || !regions || !services || !policies || !replies || steps.includes(null))
    return { ok: false, problems };
  const playbook: Playbook = {
    title: connect.title,
    asOf: connect.asOf,
    checks: connect.checks,
    steps: steps.filter((step) => step !== null),
    regions,
    services,
    policies,
    replies,
  };
  problems.push(...findSlips(playbook));
  return problems.length > 0 ? { ok: false, problems } : { ok: true, playbook };
}

function readFile<Schema extends z.ZodType>(
  name: string,
  text: string,
  schema: Schema,
  problems: string[],
): z.infer<Schema> | null {
  const document = parseDocument(text, { uniqueKeys: true, strict: true });
  problems.push(...document.errors.map((error) => `${name}: ${error.message}`));
  if (document.errors.length > 0) return null;
  const data = toPlainData(document);
  if (data === undefined) problems.push(`${name}: aliases are not used in the playbook; write the text out.`);
  if (data === undefined) return null;
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  problems.push(...parsed.error.issues.map(({ path, message }) => `${name}, ${toPlace(data, path)}: ${message}`));
  return null;
}

/** Plain data, or undefined for a file with aliases: they can make a small file huge, and the playbook needs none. */
function toPlainData(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch {
    return undefined;
  }
}

/** A place as a person finds it: entries of a list by their name where they have one, else counted from one. */
function toPlace(data: unknown, path: readonly PropertyKey[]): string {
  let current = data;
  const parts = path.map((key) => {
    current = (current as Record<PropertyKey, unknown> | null | undefined)?.[key];
    if (typeof key !== "number") return String(key);
    const { task, region, step, check } = (current ?? {}) as Record<string, unknown>;
    return String(task ?? region ?? step ?? check ?? key + 1);
  });
  return parts.join(" › ") || "top";
}

/** What a schema cannot see. */
function findSlips(playbook: Playbook): string[] {
  return playbook.steps.flatMap((step, index) => {
    const earlierSteps = playbook.steps.slice(0, index).map((before) => before.step);
    const knownChecks = step.checks.map(({ check }) => check);
    return [
      ...findTwice(step.tasks.map(({ task }) => task)).map((task) => `“${task}” stands there twice`),
      ...without(step.after, earlierSteps).map((earlier) => `after: ${earlier} is no earlier step`),
      ...without(
        step.values.map(({ key }) => key),
        Object.keys(playbook.regions.labels),
      ).map((key) => `values: the region table has no “${key}”`),
      ...without(knownChecks, Object.keys(playbook.checks)).map(
        (check) => `checks: connect.yaml names no check “${check}”`,
      ),
      ...step.tasks.flatMap((task) => [
        ...without(task.checks, knownChecks).map((check) => `${task.task}: the step has no check “${check}”`),
        ...findWithoutInstructions(task).map((family) => `${task.task}: there are no instructions for ${family}`),
      ]),
      ...textsOf(step).flatMap((text) => findBadPlaceholders(playbook, text)),
    ].map((problem) => `steps/${step.step}.yaml, ${problem}.`);
  });
}

const without = (names: readonly string[], known: readonly string[]): string[] =>
  names.filter((name) => !known.includes(name));

const findTwice = (names: readonly string[]): string[] => names.filter((name, index) => names.indexOf(name) !== index);

type Nested = string | number | boolean | undefined | Nested[] | { [key: string]: Nested };

/** Every text inside nested data. */
const textsOf = (value: Nested): string[] =>
  typeof value === "string" ? [value] : typeof value === "object" ? Object.values(value).flatMap(textsOf) : [];

/** Families that a task is shown to and tells nothing. */
function findWithoutInstructions({ when, instructions }: PlaybookTask): PlatformFamily[] {
  const { first, last, default: others, exchange } = instructions;
  if (first || last || others) return [];
  return (when?.families ?? platformFamilies).filter(
    (family) => !instructions[family] && !(family === "hybrid" && exchange),
  );
}
