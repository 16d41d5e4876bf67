import { once } from "node:events";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";

/**
 * Lets one thread per core answer requests until `nextRequest` has no more. The module at `url` answers each message
 * with one message; an error it throws ends the run.
 */
export async function runInThreads<Request, Answer>(
  url: URL,
  nextRequest: () => Request | undefined,
  take: (answer: Answer) => void,
): Promise<void> {
  const work = async (): Promise<void> => {
    // The core leaves much behind at once; a larger nursery spares the collector work.
    const worker = new Worker(url, { resourceLimits: { maxYoungGenerationSizeMb: 64 } });
    try {
      for (let request = nextRequest(); request !== undefined; request = nextRequest()) {
        worker.postMessage(request);
        const [answer] = await once(worker, "message");
        take(answer as Answer);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
}

/** Adds counts to others of the same names. */
export function addCounts(sum: { [name: string]: number }, more: { [name: string]: number }): void {
  for (const [name, count] of Object.entries(more)) sum[name] = (sum[name] ?? 0) + count;
}
