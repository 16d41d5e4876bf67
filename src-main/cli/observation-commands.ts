import { refuse } from "../engine/refusal.ts";
import { type Command, open, refuseUsage, step } from "./call.ts";
import * as words from "./observation-words.ts";
import { waitForJob } from "./session.ts";

/** Commands that look at the outside around a change. */
export const observationCommands: Record<string, Command> = {
  observe: {
    usage: "observe FILE STEP --before | --after | --later",
    summary: "take a snapshot of records, greetings, certificates and ports around the step's change",
    takes: 2,
    options: { before: "boolean", after: "boolean", later: "boolean" },
    run: async (call) => {
      const { client } = call.session;
      const chosen = (["before", "after", "later"] as const).filter((moment) => call.options[moment] === true);
      const [moment = refuseUsage("say --before, --after or --later"), ...more] = chosen;
      if (more.length > 0) refuseUsage("say only one of --before, --after and --later");
      const inStep = { engagement: open(call, "write"), step: step(call) };
      const { job } = await client.observations.take({ ...inStep, moment });
      await waitForJob(call.session, job, call.json);
      const { observations } = await client.observations.list(inStep);
      const taken = observations[0] ?? refuse("INTERNAL");
      return { data: taken, text: words.observation(taken) };
    },
  },
  diff: {
    usage: "diff FILE STEP [--since-signed]",
    summary: "what the step's change moved outside, or what has changed since the step was signed",
    takes: 2,
    options: { "since-signed": "boolean" },
    run: async (call) => {
      const { client } = call.session;
      const inStep = { engagement: open(call, "read"), step: step(call) };
      const difference = call.options["since-signed"]
        ? await client.observations.drift(inStep)
        : await client.observations.compare(inStep);
      return { data: difference, text: words.comparison(difference) };
    },
  },
  clock: {
    usage: "clock FILE",
    summary: "when caches have forgotten the old MX records, and which server gives what",
    takes: 1,
    run: async (call) => {
      const view = await call.session.client.observations.clock({ engagement: open(call, "read") });
      return { data: view, text: words.clock(view.clock) };
    },
  },
};
