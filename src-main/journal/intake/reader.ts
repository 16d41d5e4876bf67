import { JournalFailure } from "../file/failure.ts";
import { type Answer, answer } from "./answers.ts";
import { type ChildPort, readUsage } from "./process.ts";
import type { Request } from "./wire.ts";

export interface IntakeLimits {
  /** Physical memory of the reading process, in bytes. Watched on Linux; elsewhere its own heap limit stands. */
  memoryBytes: number;
  /** Processor time for the whole file, in milliseconds; a large file has more, see `cpuLimit`. Watched on Linux. */
  cpuMs: number;
  /** Longest wait for one answer, in milliseconds. */
  answerMs: number;
}

export const INTAKE_LIMITS: IntakeLimits = { memoryBytes: 512 * 1024 * 1024, cpuMs: 60_000, answerMs: 60_000 };

/** Twice what was measured: 9 ms to check, hash and hand over one MiB of blobs. */
const CPU_MS_PER_MIB = 20;

/** Processor time that a file of this size may take, in milliseconds: an honest 8 GiB needs more than a minute. */
export function cpuLimit(limits: IntakeLimits, fileBytes: number): number {
  return Math.max(limits.cpuMs, (fileBytes / 1024 ** 2) * CPU_MS_PER_MIB);
}

const WATCH_MS = 100;

export const NOTHING_TAKEN = "Nothing was taken from the file.";

const stops = {
  MEMORY: ["DAMAGED", "Reading the file took more memory than any engagement file needs, so reading was stopped."],
  TIME: ["DAMAGED", "Reading the file took longer than any engagement file needs, so reading was stopped."],
  CRASH: ["DAMAGED", "The process that read the file broke down over it."],
  PROTOCOL: ["DAMAGED", "The process that read the file gave an answer that no engagement file leads to."],
  START: ["IO", "The process that reads files from outside could not be started."],
} as const;
export type Stop = keyof typeof stops;

export function createStop(stop: Stop): JournalFailure {
  const [code, sentence] = stops[stop];
  return new JournalFailure(code, sentence, NOTHING_TAKEN);
}

interface Waiting {
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/** The reading process as its parent holds it: one question at a time, watched, and ended by the first thing that is wrong. */
export class Reader {
  readonly #port: ChildPort;
  readonly #limits: IntakeLimits;
  readonly #gone: Promise<void>;
  readonly #watch: NodeJS.Timeout;
  #timer: NodeJS.Timeout | undefined;
  #waiting: Waiting | undefined;
  #failure: { error: unknown } | undefined;
  #isReady = false;

  constructor(port: ChildPort, limits: IntakeLimits) {
    this.#port = port;
    this.#limits = limits;
    this.#gone = new Promise((resolve) => port.onExit(resolve));
    void this.#gone.then(() => this.#fail(createStop(this.#isReady ? "CRASH" : "START")));
    port.onMessage((message) => this.#receive(message));
    this.#watch = setInterval(() => this.#look(), WATCH_MS);
  }

  /** Sends a request that has no answer. */
  tell(request: Request): void {
    this.#port.send(request);
  }

  /** Waits for the next answer, asking for it where one must be asked for. */
  ask(request?: Request): Promise<Answer> {
    if (this.#failure) return Promise.reject(this.#failure.error);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#timer = setTimeout(() => this.stop(createStop("TIME")), this.#limits.answerMs);
      if (request) this.#port.send(request);
    });
  }

  /** Ends the process; a question that is open, and any later one, fails with `error`. */
  stop(error: unknown): void {
    this.#fail(error);
    this.#port.kill();
  }

  /** Ends the process and waits until it is gone. */
  async close(): Promise<void> {
    clearInterval(this.#watch);
    this.stop(createStop("CRASH"));
    await this.#gone;
  }

  #fail(error: unknown): void {
    clearTimeout(this.#timer);
    this.#failure ??= { error };
    this.#waiting?.reject(this.#failure.error);
    this.#waiting = undefined;
  }

  #receive(message: unknown): void {
    if (this.#failure) return;
    const waiting = this.#waiting;
    const parsed = answer.safeParse(message);
    if (!waiting || !parsed.success) {
      this.stop(createStop("PROTOCOL"));
      return;
    }
    clearTimeout(this.#timer);
    this.#waiting = undefined;
    this.#isReady = true;
    // Usage is looked at with every answer too, so that a short peak right before one is not missed.
    this.#look();
    if (this.#failure) waiting.reject((this.#failure as { error: unknown }).error);
    else waiting.resolve(parsed.data);
  }

  #look(): void {
    const usage = this.#port.pid === undefined ? null : readUsage(this.#port.pid);
    if (!usage) return;
    if (usage.memoryBytes > this.#limits.memoryBytes) this.stop(createStop("MEMORY"));
    else if (usage.cpuMs > this.#limits.cpuMs) this.stop(createStop("TIME"));
  }
}
