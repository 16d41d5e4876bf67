import { EventPublisher } from "@orpc/server";
import type { EngineEvent, Job } from "../contract/jobs.ts";
import type { StepId } from "../contract/names.ts";
import { Refusal, refuse, toRefusal } from "./refusal.ts";
import { createId, type World } from "./world.ts";

/** What running work may say about itself. */
export interface JobControl {
  readonly signal: AbortSignal;
  progress(done: number, total: number, message: string, active?: Job["active"]): void;
}
export interface JobRequest {
  kind: Job["kind"];
  title: string;
  engagement: string | null;
  step: StepId | null;
  /** Returns the id of the download made, if any. */
  work(control: JobControl): Promise<string | null>;
}

/** Long work: one live record each, with progress and cancel, kept after the end until the engine closes. */
export class Jobs {
  readonly events = new EventPublisher<{ event: EngineEvent }>();
  readonly #records = new Map<string, Job>();
  readonly #aborts = new Map<string, AbortController>();
  readonly #settled = new Map<string, Promise<void>>();
  readonly #world: World;
  constructor(world: World) {
    this.#world = world;
  }

  start(request: JobRequest): Job {
    const { kind, title, engagement, step } = request;
    const id = createId(this.#world.random);
    const record: Job = {
      job: id,
      kind,
      title,
      engagement,
      step,
      state: "running",
      done: 0,
      total: 1,
      message: "",
      active: [],
      startedAt: this.#now(),
      finishedAt: null,
      failure: null,
      download: null,
    };
    this.#records.set(id, record);
    const abort = new AbortController();
    this.#aborts.set(id, abort);
    this.#publish(record);
    this.#settled.set(id, this.#run(record, request, abort.signal));
    return { ...record };
  }

  async #run(record: Job, request: JobRequest, signal: AbortSignal): Promise<void> {
    // The record is handed to the caller before the work can end, so that a client never misses the last event.
    await Promise.resolve();
    const progress: JobControl["progress"] = (done, total, message, active = []) => {
      Object.assign(record, { done, total, message, active });
      this.#publish(record);
    };
    try {
      signal.throwIfAborted();
      record.download = await request.work({ signal, progress });
      record.state = "done";
      record.done = record.total;
    } catch (error) {
      const refusal = signal.aborted ? new Refusal("CANCELLED") : (toRefusal(error) ?? new Refusal("INTERNAL"));
      record.state = refusal.code === "CANCELLED" ? "cancelled" : "failed";
      record.failure = { code: refusal.code, ...refusal.detail };
      if (refusal.code === "INTERNAL") process.emitWarning(error instanceof Error ? error : String(error));
    }
    record.finishedAt = this.#now();
    record.active = [];
    this.#aborts.delete(record.job);
    this.#publish(record);
  }

  list(): Job[] {
    return [...this.#records.values()].reverse().slice(0, 100);
  }
  get(id: string): Job {
    return this.#records.get(id) ?? refuse("NOT_FOUND", { happened: "There is no such job." });
  }
  running(): Job[] {
    return [...this.#records.values()].filter((record) => record.state === "running");
  }
  /** Running work that a person waits for. A watch goes on for days and holds up nothing. */
  pressing(): Job[] {
    return this.running().filter(({ kind }) => kind !== "watch");
  }
  cancel(id: string): Job {
    const record = this.get(id);
    this.#aborts.get(id)?.abort();
    return record;
  }
  /** Resolves when the job has ended, however it ended. */
  async finished(id: string): Promise<Job> {
    await this.#settled.get(id);
    return this.get(id);
  }
  async stopAll(): Promise<void> {
    for (const abort of this.#aborts.values()) abort.abort();
    await Promise.all(this.#settled.values());
  }

  #now(): string {
    return this.#world.clock.now().toISOString();
  }
  #publish(record: Job): void {
    this.events.publish("event", { type: "job", job: { ...record } });
  }
}
