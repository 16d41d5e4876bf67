import { parseDocument } from "yaml";
import type * as z from "zod";
import { findBadPlaceholder, placeholderPattern } from "./fill.ts";
import {
  connectFile,
  type Playbook,
  type PlaybookStep,
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
  const parsed = schema.safeParse(toPlainData(document));
  if (parsed.success) return parsed.data;
  problems.push(...parsed.error.issues.map((issue) => `${name}, ${issue.path.join(".") || "top"}: ${issue.message}`));
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

/** What a schema cannot see. */
function findSlips(playbook: Playbook): string[] {
  return playbook.steps.flatMap((step, index) => [
    ...findTwice(
      `steps/${step.step}.yaml`,
      step.tasks.map(({ task }) => task),
    ),
    ...step.after
      .filter((earlier) => !playbook.steps.slice(0, index).some((before) => before.step === earlier))
      .map((earlier) => `steps/${step.step}.yaml, after: ${earlier} is no earlier step.`),
    ...step.values
      .filter((key) => !Object.hasOwn(playbook.regions.labels, key))
      .map((key) => `steps/${step.step}.yaml, values: the region table has no “${key}”.`),
    ...step.tasks.flatMap(({ task, checks }) =>
      checks
        .filter((check) => !step.checks.some((known) => known.check === check))
        .map((check) => `steps/${step.step}.yaml, ${task}: the step has no check “${check}”.`),
    ),
    ...findPlaceholderSlips(playbook, step),
  ]);
}

const findTwice = (where: string, names: string[]): string[] =>
  names.filter((name, index) => names.indexOf(name) !== index).map((name) => `${where}: “${name}” stands there twice.`);

function findPlaceholderSlips(playbook: Playbook, step: PlaybookStep): string[] {
  return [...JSON.stringify(step).matchAll(placeholderPattern)].flatMap(([whole, kind = "", path = "", form]) => {
    const problem = findBadPlaceholder(playbook, kind, path, form);
    return problem ? [`steps/${step.step}.yaml, ${whole}: ${problem}.`] : [];
  });
}
