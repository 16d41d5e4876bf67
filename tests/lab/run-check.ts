import { text } from "node:stream/consumers";
import { checkCatalog, runCheck } from "../../src-main/checks/index.ts";
import type { CheckContext, Probing } from "../../src-main/checks/types.ts";

/** A check to be run where this program is started, such as in a network namespace. */
export interface Order {
  check: string;
  context: CheckContext;
  secrets: Probing["secrets"];
}

/** Reads one order from standard input, runs it, and prints its outcome as JSON. */
async function obey(): Promise<void> {
  const { check, context, secrets }: Order = JSON.parse(await text(process.stdin));
  const definition = checkCatalog.find(({ id }) => id === check);
  if (!definition) throw new Error(`There is no check ${check}.`);
  const signal = new AbortController().signal;
  const outcome = await runCheck(definition, context, {
    ...{ signal, secrets, now: () => new Date(), progress: () => undefined },
  });
  console.log(JSON.stringify(outcome));
}

await obey();
