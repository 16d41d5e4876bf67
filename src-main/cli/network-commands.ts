import { refuse } from "../engine/refusal.ts";
import type { Call, Command, Reply } from "./call.ts";
import { waitForJob } from "./session.ts";
import * as words from "./words.ts";

/** Where checks are made from. */
export const networkCommands: Record<string, Command> = {
  network: {
    usage: "network",
    summary:
      "look at this network and say what it does to checks: portals, rewritten names, intercepted or closed ports",
    takes: 0,
    run: lookAtNetwork,
  },
};

async function lookAtNetwork({ session, json }: Call): Promise<Reply> {
  const { job } = await session.client.vantage.test({});
  await waitForJob(session, job, json);
  const { latest } = await session.client.vantage.get({});
  if (latest === null) return refuse("INTERNAL");
  return { data: latest, text: words.vantage(latest), ok: !latest.findings.some(({ verdict }) => verdict === "fail") };
}
