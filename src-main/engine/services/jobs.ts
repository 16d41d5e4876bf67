import type { EngineContext } from "../context.ts";
import type { Implementer } from "../implementer.ts";

/** Jobs and the stream of events that open screens listen to. */
export function createJobService({ jobs }: EngineContext, os: Implementer) {
  return os.jobs.router({
    list: os.jobs.list.handler(() => ({ jobs: jobs.list() })),
    get: os.jobs.get.handler(({ input }) => jobs.get(input.job)),
    cancel: os.jobs.cancel.handler(({ input }) => jobs.cancel(input.job)),
    events: os.jobs.events.handler(async function* ({ signal }) {
      yield* jobs.events.subscribe("event", signal ? { signal } : {});
    }),
  });
}
