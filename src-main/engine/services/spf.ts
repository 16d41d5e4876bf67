import { examineSpf, planSpfRequest, proposeSpf, readWish } from "../../checks/index.ts";
import { type EngineContext, toCheckContext } from "../context.ts";
import { readFacts } from "../facts.ts";
import type { Implementer } from "../implementer.ts";
import { refuse } from "../refusal.ts";

/** A call ends after this many milliseconds, whatever the resolver does. */
const longestCall = 60_000;

/**
 * The SPF planner. Plain calls, not jobs: they write nothing and their answer is their whole result, which a job has no place for;
 * the caller stops one by aborting it, and what it asks is bounded in number and time.
 */
export function createSpfService(engine: EngineContext, os: Implementer) {
  const contextOf = (engagement: string) => toCheckContext(engine, readFacts(engine.workspace.journal(engagement)));
  return os.spf.router({
    subjects: os.spf.subjects.handler(({ input }) => {
      const { domains, includes, addresses } = planSpfRequest(contextOf(input.engagement));
      return { domains, includes, addresses };
    }),
    examine: os.spf.examine.handler(({ input, signal }) => {
      const { network } = contextOf(input.engagement);
      const { domain, ip, sender = "" } = input;
      const overlay = new Map((input.changes ?? []).map((change) => [change.domain, change.record]));
      const from = sender === "" ? `postmaster@${domain}` : sender;
      const asked = ip === undefined ? null : { ip, sender: from, helo: domain };
      return withinTime(signal, (within) =>
        examineSpf({ domain, overlay, input: asked }, network, { net: engine.net, signal: within }),
      );
    }),
    propose: os.spf.propose.handler(({ input, signal }) => {
      const context = contextOf(input.engagement);
      const { includes, globalIncludes } = planSpfRequest(context);
      const add = (input.add ?? includes.slice(0, 1)).map(readWish);
      const wrong = add.find((wish) => typeof wish === "string");
      if (typeof wrong === "string") refuse("INVALID_INPUT", { happened: wrong });
      if (input.add === undefined && includes.length === 0)
        refuse("INVALID_INPUT", {
          happened: "The region's SPF include is not confirmed yet.",
          todo: "Confirm or enter it on the page of step 3, or name what to add.",
        });
      const request = {
        add: add.flatMap((wish) => (typeof wish === "string" ? [] : [wish])),
        removeGlobal: input.removeGlobal ?? false,
        includes,
        globalIncludes,
      };
      return withinTime(signal, (within) =>
        proposeSpf(input.domain, request, context.network, { net: engine.net, signal: within }),
      );
    }),
  });
}

async function withinTime<T>(signal: AbortSignal | undefined, work: (within: AbortSignal) => Promise<T>): Promise<T> {
  const late = AbortSignal.timeout(longestCall);
  try {
    return await work(signal ? AbortSignal.any([signal, late]) : late);
  } catch (error) {
    if (late.aborted && signal?.aborted !== true)
      refuse("CANCELLED", {
        happened: `The names could not be looked up within ${longestCall / 1_000} s.`,
        kept: "Nothing was changed.",
        todo: "Check the resolver in the settings and this machine's network, then ask again.",
      });
    throw error;
  }
}
