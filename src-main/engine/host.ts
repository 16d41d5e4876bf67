import { join } from "node:path";
import { createDeviceKey, forkReader, generateDeviceKey } from "../journal/index.ts";
import { loadDeviceKeyFile } from "./device.ts";
import { createEngine, type Engine } from "./engine.ts";
import { type HostMessage, hostMessage } from "./host-messages.ts";
import { toRefusal } from "./refusal.ts";
import { RemoteReaders } from "./remote-readers.ts";
import { createPortServer, type FramePort } from "./transports/port.ts";
import { createSystemWorld } from "./world.ts";

interface TransferredPort {
  on(event: "message", listener: (event: { data: unknown }) => void): void;
  on(event: "close", listener: () => void): void;
  postMessage(data: unknown): void;
  start(): void;
}
interface ParentPort {
  on(event: "message", listener: (event: { data: unknown; ports: TransferredPort[] }) => void): void;
  postMessage(message: unknown): void;
}
interface Relay {
  frame: (data: unknown) => void;
  close: () => void;
}

/** Connects this process to its host and serves the contract until told to stop. */
export function serveHost(): void {
  const parent = (process as unknown as { parentPort?: ParentPort }).parentPort;
  const send = (message: unknown) => (parent ? parent.postMessage(message) : process.send?.(message));
  const session = new HostSession(send, parent !== undefined);
  if (parent) parent.on("message", ({ data, ports }) => session.receive(data, ports));
  else {
    process.on("message", (data) => session.receive(data, []));
    process.on("disconnect", () => session.stop());
  }
}

class HostSession {
  readonly #send: (message: unknown) => void;
  #engine: Engine | null = null;
  #serve: ((port: FramePort) => void) | null = null;
  readonly #relays = new Map<string, Relay>();
  readonly #readers: RemoteReaders;
  readonly #isUtilityProcess: boolean;
  constructor(send: (message: unknown) => void, isUtilityProcess: boolean) {
    this.#send = send;
    this.#readers = new RemoteReaders(send);
    this.#isUtilityProcess = isUtilityProcess;
  }

  receive(data: unknown, ports: TransferredPort[]): void {
    const parsed = hostMessage.safeParse(data);
    if (!parsed.success) return;
    const message = parsed.data;
    const engine = this.#engine;
    if (message.type === "init") this.#start(message);
    else if (message.type === "shutdown") this.stop();
    else if (!engine) return;
    else if (message.type === "connect") this.#connect(message.id, ports[0]);
    else if (message.type === "frame") this.#relays.get(message.id)?.frame(message.data);
    else if (message.type === "disconnect") this.#disconnect(message.id);
    else if (message.type === "reader-started" || message.type === "reader-message" || message.type === "reader-exit")
      this.#readers.take(message);
    else engine.context.files.grant(message.path, message.purpose, message.token);
  }

  #start({ home, assets, deviceKey, protection, appVersion }: Extract<HostMessage, { type: "init" }>): void {
    try {
      const device = this.#device(deviceKey, protection, home);
      const engine = createEngine({
        world: createSystemWorld(),
        home,
        assets,
        reportWorker: new URL("./report-worker.mjs", import.meta.url),
        spawnReader: () =>
          this.#isUtilityProcess ? this.#readers.spawn() : forkReader(new URL("./intake.mjs", import.meta.url)),
        device,
        protection,
        appVersion,
      });
      this.#engine = engine;
      this.#serve = createPortServer(engine.router);
      this.#reportEvents(engine);
      engine.context.vantage.watch();
      this.#send({ type: "ready", version: appVersion });
      // Opening files must not hold up the first page.
      setTimeout(() => engine.context.watches.stay(), 3_000).unref();
    } catch (error) {
      this.#send({
        type: "fatal",
        sentence: toRefusal(error)?.message ?? (error instanceof Error ? error.message : String(error)),
      });
      // The open channel to the host would keep a broken engine alive; the host needs the message first.
      setTimeout(() => process.exit(1), 200);
    }
  }

  /** The key comes decrypted from the host's secret store; without one it is made and handed back, or kept in a 0600 file. */
  #device(pem: string | undefined, protection: string, home: string) {
    if (pem) return createDeviceKey(pem);
    if (protection !== "os-store") return loadDeviceKeyFile(join(home, "device.key"));
    const made = generateDeviceKey();
    this.#send({ type: "device-key", pem: made.pem });
    return made.key;
  }

  #reportEvents({ context: { jobs } }: Engine): void {
    jobs.events.subscribe("event", (event) => {
      if (event.type === "notice") this.#send({ type: "notice", title: event.title, text: event.text });
      if (event.type !== "job") return;
      const running = jobs.pressing();
      const total = running.reduce((sum, job) => sum + job.total, 0);
      const done = running.reduce((sum, job) => sum + job.done, 0);
      this.#send({ type: "jobs", running: running.length, fraction: total > 0 ? done / total : 0 });
    });
  }

  #connect(id: string, port: TransferredPort | undefined): void {
    if (port) {
      this.#serve?.({
        post: (data) => port.postMessage(data),
        onFrame: (listener) => port.on("message", ({ data }) => listener(data)),
        onClose: (listener) => port.on("close", listener),
      });
      port.start();
      return;
    }
    const frames: ((data: unknown) => void)[] = [];
    const closings: (() => void)[] = [];
    this.#serve?.({
      post: (data) => this.#send({ type: "frame", id, data }),
      onFrame: (listener) => frames.push(listener),
      onClose: (listener) => closings.push(listener),
    });
    this.#relays.set(id, {
      frame: (data) => {
        for (const listener of frames) listener(data);
      },
      close: () => {
        for (const listener of closings) listener();
      },
    });
  }

  #disconnect(id: string): void {
    this.#relays.get(id)?.close();
    this.#relays.delete(id);
  }

  stop(): void {
    const closed = this.#engine?.close() ?? Promise.resolve();
    void closed.finally(() => process.exit(process.exitCode ?? 0));
  }
}
