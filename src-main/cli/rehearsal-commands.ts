import { type RehearsalView, scenarioId, scenarioIds } from "../contract/rehearsal.ts";
import { type Call, type Command, optional, type Reply } from "./call.ts";
import { readInput } from "./input.ts";
import { serveUntilInterrupted } from "./serve.ts";
import { waitForJob } from "./session.ts";
import * as words from "./words.ts";

/** Practising without a network. */
export const rehearsalCommands: Record<string, Command> = {
  rehearse: {
    usage: "rehearse [SCENARIO] [--list] [--check] [--port N]",
    summary:
      "practise on servers of this machine that misbehave on demand: serves the program to the local browser until interrupted; --check runs the checks of the scenario's step and ends, --list names the scenarios",
    takes: 1,
    options: { list: "boolean", check: "boolean", port: "string" },
    run: rehearse,
  },
};

async function rehearse(call: Call): Promise<Reply> {
  const { client } = call.session;
  if (call.options.list) {
    const { scenarios } = await client.rehearsal.get({});
    return { data: scenarios, text: words.scenarios(scenarios) };
  }
  const scenario = readInput(scenarioId, call.positionals[0] ?? scenarioIds[0], "SCENARIO");
  const { running } = await client.rehearsal.start({ scenario });
  if (!running) throw new Error("The rehearsal started and is not running.");
  return call.options.check ? check(call, running) : serve(call, running);
}

type Running = NonNullable<RehearsalView["running"]>;

async function check(call: Call, { engagement, step, password }: Running): Promise<Reply> {
  const { client } = call.session;
  const { job } = await client.checks.run({ engagement, step, directoryPassword: password });
  await waitForJob(call.session, job, call.json);
  const { checks } = await client.checks.list({ engagement, step });
  const ran = checks.filter(({ latest }) => latest !== null);
  return { data: ran, text: words.checks(ran) };
}

const serve = (call: Call, { engagement, step, password }: Running): Promise<Reply> =>
  serveUntilInterrupted(
    call.session,
    { port: Number(optional(call, "port") ?? 0), page: `/e/${engagement}/step/${step}/checks` },
    `The password of the rehearsal's directory is “${password}”. What misbehaves is chosen on the rehearsal page.`,
  );
