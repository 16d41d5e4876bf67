import type { EngineContext } from "../context.ts";
import type { Implementer } from "../implementer.ts";

/** What this network does to checks made from here. */
export function createVantageService({ vantage }: EngineContext, os: Implementer) {
  return os.vantage.router({
    get: os.vantage.get.handler(() => ({ latest: vantage.latest(), running: vantage.running() })),
    test: os.vantage.test.handler(() => ({ job: vantage.test() })),
  });
}
