import { type CheckDefinition, judgeAgain, runCheck } from "../../../src-main/checks/index.ts";
import type { CheckOutcome } from "../../../src-main/checks/run.ts";
import { createRandom } from "../proof.ts";
import { createFuzzNet } from "./fuzz-net.ts";
import { findDnsDisagreements } from "./second-opinion.ts";
import { context, directoryPassword, sites } from "./sites.ts";
import { findWrongPass } from "./wrong-pass.ts";

export type SiteName = keyof typeof sites;

/** Longest time a check may take where no waiting takes time, milliseconds. */
const longest = 10_000;

/** Runs one check against one site, with one in `oneIn` replies spoilt, and names what must never be. */
export async function examine(
  definition: CheckDefinition,
  site: SiteName,
  { seed, oneIn }: { seed: number; oneIn: number },
): Promise<{ faults: string[]; verdict: string; spoilt: number }> {
  const net = createFuzzNet(sites[site], createRandom(seed), oneIn);
  const outcome = await runWithin(definition, net);
  if (typeof outcome === "string") return { faults: [outcome], verdict: "none", spoilt: net.spoilt };
  const { judgement, record } = outcome;
  const kept = JSON.parse(JSON.stringify(record));
  const faults = [...findDnsDisagreements(kept), ...findWrongPass(definition.id, judgement, kept)];
  if (JSON.stringify(judgeAgain(definition.id, kept)) !== JSON.stringify(judgement))
    faults.push("judged again, the record gives another verdict");
  if (JSON.stringify(outcome).includes(directoryPassword)) faults.push("the password is in the outcome");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/.test(wordsOf(judgement)))
    faults.push("a control character of the reply reaches the reader");
  return { faults, verdict: judgement.verdict, spoilt: net.spoilt };
}

const wordsOf = ({ reason, todo, findings, transcript }: CheckOutcome["judgement"]): string =>
  [reason, todo, transcript, ...findings.flatMap(({ subject, text, todo: what }) => [subject, text, what])].join("\n");

async function runWithin(definition: CheckDefinition, net: ReturnType<typeof createFuzzNet>) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(new Error(`no end within ${longest} ms`)), longest);
  try {
    const outcome = await runCheck(definition, context, {
      signal: abort.signal,
      secrets: { directoryPassword },
      now: () => new Date("2026-11-27T12:00:00Z"),
      progress: () => undefined,
      net,
    });
    return "blocked" in outcome ? `the check is blocked: ${outcome.blocked}` : outcome;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  } finally {
    clearTimeout(timer);
  }
}
