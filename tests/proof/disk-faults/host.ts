import { fileURLToPath } from "node:url";
import { createEngine, type Engine } from "../../../src-main/engine/engine.ts";
import { Refusal } from "../../../src-main/engine/refusal.ts";
import { type Client, createInProcessClient } from "../../../src-main/engine/transports/in-process.ts";
import { createSystemWorld, type World } from "../../../src-main/engine/world.ts";
import { type ChildPort, generateDeviceKey, type JournalDeps } from "../../../src-main/journal/index.ts";
import { readForeignRows } from "../../../src-main/journal/intake/rows.ts";
import { createSeededDeps } from "../power-loss/world.ts";
import { describeJournal } from "./describe.ts";

const assets = fileURLToPath(new URL("../../../assets", import.meta.url));
export const { key: device, pem } = generateDeviceKey();

/** Reads foreign files in this process: a child for each of thousands of trials would take minutes, and writes nothing. */
function readHere(): ChildPort {
  const listeners: ((message: unknown) => void)[] = [];
  const exits: (() => void)[] = [];
  const tell = (message: unknown) =>
    queueMicrotask(() => {
      for (const listener of listeners) listener(message);
    });
  let rows: ReturnType<typeof readForeignRows> | undefined;
  tell({ type: "ready" });
  return {
    pid: undefined,
    onMessage: (listener) => listeners.push(listener),
    onExit: (listener) => exits.push(listener),
    send: (message) => {
      if ("path" in message) rows = readForeignRows(String(message.path));
      else tell(rows?.next().value);
    },
    kill: () => {
      rows?.return(undefined);
      for (const exit of exits) exit();
    },
  };
}

/** The engine's minute of housekeeping would write into whatever trial it falls. */
function withoutTimers<T>(make: () => T): T {
  const real = globalThis.setInterval;
  globalThis.setInterval = (() => real(() => undefined, 2 ** 30)) as unknown as typeof setInterval;
  try {
    return make();
  } finally {
    globalThis.setInterval = real;
  }
}

/** One engine for all trials of a process, because reading the playbook takes longer than a trial. Each trial starts it on fresh files. */
export class Host {
  #deps: JournalDeps = createSeededDeps("Anna", 1);
  readonly engine: Engine;
  readonly client: Client;
  readonly #told: string[] = [];

  constructor(home: string) {
    const world: World = {
      ...createSystemWorld(),
      clock: { now: () => this.#deps.clock.now(), mono: () => this.#deps.clock.mono() },
      random: { bytes: (count) => this.#deps.random.bytes(count) },
    };
    const reportWorker = new URL("../../../src-main/reports/worker.ts", import.meta.url);
    const made = {
      world,
      home,
      assets,
      reportWorker,
      spawnReader: readHere,
      device,
      protection: "file",
      appVersion: "0.1.0",
    };
    this.engine = withoutTimers(() => createEngine(made));
    this.client = createInProcessClient(this.engine.router);
    this.engine.context.jobs.events.subscribe("event", (event) => {
      if (event.type === "changed" && event.savedAt && event.engagement) this.#told.push(event.engagement);
    });
  }

  begin(session: number): void {
    this.#deps = createSeededDeps("Anna", 700 + session);
    this.#told.length = 0;
  }

  /** What the list of engagements shows, and how often screens were told that something in them was saved. */
  believed() {
    const found = [...this.engine.context.workspace.all()].map((item) => {
      if ("refusal" in item) return { content: `unreadable: ${item.refusal.message}`, head: "" };
      const { content, head } = describeJournal(item);
      const told = this.#told.filter((engagement) => engagement === item.engagement).length;
      return { content: `${content}\ntold ${told} times`, head };
    });
    found.sort((a, b) => (a.content < b.content ? -1 : 1));
    return { content: found.map(({ content }) => content).join("\n"), head: found.map(({ head }) => head).join() };
  }

  async finish(job: string): Promise<string> {
    const { failure, download } = await this.engine.context.jobs.finished(job);
    if (failure) throw new Refusal(failure.code, failure);
    return download ?? "";
  }

  grant(path: string, purpose: "open" | "save"): string {
    return this.engine.context.files.grant(path, purpose);
  }

  async examine(path: string): Promise<string> {
    const { job } = await this.client.copies.examine({ source: { kind: "token", token: this.grant(path, "open") } });
    await this.finish(job);
    return (await this.client.copies.examined({ job })).candidate;
  }
}
