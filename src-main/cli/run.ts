import { parseArgs } from "node:util";
import type * as z from "zod";
import { errorToFailure, type Failure } from "../contract/failures.ts";
import { contract } from "../contract/index.ts";
import { refuse, toRefusal } from "../engine/refusal.ts";
import type { Call, Command, Reply } from "./call.ts";
import { commands } from "./commands.ts";
import { BadUsage } from "./input.ts";
import { readInputText, readPassphrase } from "./secret.ts";
import { serve } from "./serve.ts";
import { openSession, type Session } from "./session.ts";

const usageExit = 2;
const refusedExit = 1;

/** Commands that belong to the terminal rather than to an engagement file. */
const terminalCommands: Record<string, Command> = {
  call: {
    usage: "call GROUP.COMMAND [JSON | -]",
    summary:
      "any command of the contract with its input as JSON (- reads it from the standard input), on the engagements of this installation",
    takes: 2,
    run: async (call) => {
      const [name = "", input = "{}"] = call.positionals;
      const data = await callByName(call.session, name, input === "-" ? readInputText() : input);
      // Printed also where the work it began fails: a recovery code is told only once.
      return { data, text: JSON.stringify(data, null, 2), ok: await waitForAll(call.session) };
    },
  },
  serve: {
    usage: "serve [FILE] [--sample] [--port N]",
    summary: "serve the program to the local browser until interrupted",
    takes: 1,
    options: { sample: "boolean", port: "string" },
    run: serve,
  },
};
const table: Record<string, Command> = { ...commands, ...terminalCommands };

/** Runs one command. Resolves to the exit code: 0 ok, 1 refused, 2 bad usage. */
export async function runCommandLine(args: string[]): Promise<number> {
  const json = args.includes("--json");
  const name = nameOf(args);
  const command = name === null ? undefined : table[name];
  if (!command || name === null) {
    const wantsHelp = args.length === 0 || args.includes("--help") || args[0] === "help";
    (wantsHelp ? process.stdout : process.stderr).write(help(wantsHelp ? null : `There is no command “${args[0]}”.`));
    return wantsHelp ? 0 : usageExit;
  }
  let session: Session | undefined;
  try {
    const { positionals, options } = parse(command, args.slice(name.split(" ").length));
    session = openSession(typeof options.home === "string" ? options.home : undefined);
    if (options.unlock) await session.client.lock.unlock({ passphrase: await readPassphrase() });
    const call: Call = { session, positionals, options, json };
    return print(await command.run(call), json);
  } catch (error) {
    return explain(error, command, json);
  } finally {
    await session?.engine.close();
  }
}

const howToUnlock =
  "Add --unlock: the passphrase is asked for, or read from the first line of the standard input. With the recovery code: fieldbook call lock.recover -";

function nameOf(args: string[]): string | null {
  const two = `${args[0]} ${args[1]}`;
  if (Object.hasOwn(table, two)) return two;
  return args[0] !== undefined && Object.hasOwn(table, args[0]) ? args[0] : null;
}

function parse(command: Command, args: string[]) {
  const own = Object.fromEntries(Object.entries(command.options ?? {}).map(([option, type]) => [option, { type }]));
  try {
    const { positionals, values } = parseArgs({
      args,
      allowPositionals: true,
      options: { ...own, json: { type: "boolean" }, home: { type: "string" }, unlock: { type: "boolean" } },
    });
    if (positionals.length > command.takes)
      throw new BadUsage(`There are ${positionals.length} arguments; at most ${command.takes} are taken.`);
    return { positionals, options: values as Call["options"] };
  } catch (error) {
    throw error instanceof BadUsage ? error : new BadUsage(error instanceof Error ? error.message : String(error));
  }
}

function print({ data, text, ok = true }: Reply, json: boolean): number {
  process.stdout.write(json ? `${JSON.stringify(data, null, 2)}\n` : `${text}\n`);
  return ok ? 0 : refusedExit;
}

function explain(error: unknown, command: Command, json: boolean): number {
  if (error instanceof BadUsage) {
    if (json)
      process.stdout.write(`${JSON.stringify({ code: "BAD_USAGE", happened: error.message, usage: command.usage })}\n`);
    else process.stderr.write(`${error.message}\nUsage: fieldbook ${command.usage}\n`);
    return usageExit;
  }
  const refusal = toRefusal(error);
  if (!refusal && errorToFailure(error).code === "INTERNAL")
    process.emitWarning(error instanceof Error ? error : String(error));
  const known: Failure = refusal ? { code: refusal.code, ...refusal.detail } : errorToFailure(error);
  const failure = known.code === "LOCKED_BY_PASSPHRASE" ? { ...known, details: [howToUnlock] } : known;
  if (json) process.stdout.write(`${JSON.stringify(failure)}\n`);
  else
    process.stderr.write(
      `${failure.happened} ${failure.kept} ${failure.todo}\n${(failure.details ?? []).map((line) => `  - ${line}\n`).join("")}`,
    );
  return refusedExit;
}

/** Lets the work that a command began come to its end, which the end of this process would cut off. False when some of it failed. */
async function waitForAll({ engine }: Session): Promise<boolean> {
  const { jobs } = engine.context;
  const ended = await Promise.all(jobs.running().map(({ job }) => jobs.finished(job)));
  const failures = ended.flatMap(({ failure }) => failure ?? []);
  for (const { happened, kept, details = [] } of failures)
    process.stderr.write(`${happened} ${kept}
${details
  .map(
    (line) => `  - ${line}
`,
  )
  .join("")}`);
  return failures.length === 0;
}

/** Calls a contract command by its dotted name. Only own names of the contract are reachable. */
async function callByName({ client }: Session, name: string, input: string): Promise<unknown> {
  const [group = "", command = "", ...rest] = name.split(".");
  const groups = contract as Record<string, Record<string, unknown>>;
  const isKnown = rest.length === 0 && Object.hasOwn(groups, group) && Object.hasOwn(groups[group] ?? {}, command);
  if (!isKnown) return refuse("UNKNOWN_COMMAND", { happened: `There is no command “${name}”.` });
  let parsed: z.core.util.JSONType;
  try {
    parsed = JSON.parse(input);
  } catch {
    throw new BadUsage("The input is not JSON.");
  }
  const call = (client as unknown as Record<string, Record<string, (value: unknown) => Promise<unknown>>>)[group]?.[
    command
  ];
  return call?.(parsed);
}

function help(problem: string | null): string {
  const lines = Object.values(table).map(({ usage, summary }) => `  fieldbook ${usage}\n      ${summary}`);
  return [
    ...(problem ? [problem, ""] : []),
    "Connect Fieldbook, command line. Exit codes: 0 ok, 1 refused, 2 bad usage. Add --json for machines, --home FOLDER for another installation, --unlock where it is locked by a passphrase.",
    "",
    ...lines,
    "",
  ].join("\n");
}
