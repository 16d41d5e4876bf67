import type { Allowed } from "./check.ts";
import type { Call } from "./trace.ts";

/** What a file holds from the moment this line was written; nothing of it may ever be lost. */
export interface Acknowledged {
  file: string;
  /** Hashes of all its entries, in their order. */
  entries: string[];
  /** Number of entries whose causes are missing. */
  waiting: number;
  /** Hashes of all its blobs. */
  blobs: string[];
  /** `Journal.head()`. */
  head: string;
  /** True when the file was finished and verifies, with its seal, before anything opens it. */
  isSealed: boolean;
}

/** A line of the workload on its standard output. */
export type Line = { phase: string } | { done: Acknowledged };

/** The line a call wrote to standard output, if it did. */
export function readLine(call: Call): Line | undefined {
  return call.name === "write" && call.descriptor === 1 ? JSON.parse(call.bytes.toString()) : undefined;
}

/** All that is ever acknowledged of each file, in order, and how far the replay has come. */
export class Progress {
  phase = "start";
  readonly #promises = new Map<string, Acknowledged[]>();
  readonly #kept = new Map<string, number>();

  constructor(calls: Call[]) {
    for (const call of calls) {
      const line = readLine(call);
      if (!line || !("done" in line)) continue;
      const { file } = line.done;
      this.#promises.set(file, [...(this.#promises.get(file) ?? []), line.done]);
    }
  }

  take(line: Line): void {
    if ("phase" in line) this.phase = line.phase;
    else this.#kept.set(line.done.file, this.keptOf(line.done.file) + 1);
  }

  get files(): string[] {
    return [...this.#promises.keys()];
  }

  /** Number of acknowledgements of the file so far. */
  keptOf(file: string): number {
    return this.#kept.get(file) ?? 0;
  }

  /** What a crash now may leave of the file. */
  allowed(file: string): Allowed {
    const promises = this.#promises.get(file) ?? [];
    const kept = this.keptOf(file);
    return { newest: promises[kept - 1], coming: promises[kept] };
  }
}
