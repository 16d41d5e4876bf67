import { MessageChannelMain, type MessagePortMain } from "electron";
import * as z from "zod";
import type { EngineState } from "../contract/bridge.ts";
import type { EngineProcess } from "./engine-process.ts";

const engineMessage = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("ready"), version: z.string() }),
  z.strictObject({ type: z.literal("device-key"), pem: z.string() }),
  z.strictObject({ type: z.literal("jobs"), running: z.number(), fraction: z.number() }),
  z.strictObject({ type: z.literal("notice"), title: z.string().max(300), text: z.string().max(2_000) }),
  z.strictObject({ type: z.literal("fatal"), sentence: z.string() }),
]);

export interface EngineHostOptions {
  start(): EngineProcess;
  /** First message: where things are, and the device key when the secret store gave one. */
  init(): Promise<Record<string, unknown>>;
  onState(state: EngineState): void;
  /** The engine has ended although nobody asked it to. */
  onEnded(code: number): void;
  onDeviceKey(pem: string): void;
  onJobs(running: number, fraction: number): void;
  /** Something a person waited for has come. */
  onNotice(title: string, text: string): void;
  /** Restarting has been given up; the sentence says why. */
  onGivenUp(sentence: string): void;
  schedule?(work: () => void, milliseconds: number): void;
  now?(): number;
}

const mostRestarts = 5;
const restartWindow = 60_000;
/** Grows with each restart of the last minute: 0.2, 0.4, 0.8 … seconds. */
const firstDelay = 200;

/** Keeps one engine running: starts it, hands out ports, restarts it with growing delays, and gives up with words. */
export class EngineHost {
  readonly #options: Required<EngineHostOptions>;
  #engine: EngineProcess | null = null;
  #hasStarted = false;
  #isReady = false;
  #isStopping = false;
  #fatal = "";
  #starts: number[] = [];
  #nextPort = 0;
  #waiting: (() => void)[] = [];

  constructor(options: EngineHostOptions) {
    this.#options = {
      schedule: (work, milliseconds) => void setTimeout(work, milliseconds),
      now: Date.now,
      ...options,
    };
  }

  start(): void {
    const { onState, start, init, now } = this.#options;
    this.#starts = [...this.#starts.filter((at) => now() - at < restartWindow), now()];
    // That it restarts has been said when it ended.
    if (!this.#hasStarted) onState("starting");
    this.#hasStarted = true;
    const engine = start();
    this.#engine = engine;
    engine.onMessage((message) => this.#receive(message));
    engine.onExit((code) => this.#exited(engine, code));
    init().then(
      (message) => engine.send({ type: "init", ...message }),
      (error: Error) => {
        this.#fatal = `The program could not read what it needs to start: ${error.message}.`;
        engine.kill();
      },
    );
  }

  #receive(message: unknown): void {
    const parsed = engineMessage.safeParse(message);
    if (!parsed.success) return;
    const { onDeviceKey, onJobs, onNotice, onState } = this.#options;
    const said = parsed.data;
    if (said.type === "device-key") onDeviceKey(said.pem);
    else if (said.type === "jobs") onJobs(said.running, said.fraction);
    else if (said.type === "notice") onNotice(said.title, said.text);
    else if (said.type === "fatal") {
      this.#fatal = said.sentence;
      this.#engine?.kill();
    } else {
      this.#isReady = true;
      for (const work of this.#waiting.splice(0)) work();
      onState("ready");
    }
  }

  #exited(engine: EngineProcess, code: number): void {
    if (engine !== this.#engine) return;
    this.#engine = null;
    this.#isReady = false;
    if (this.#isStopping) return;
    const { onState, onEnded, onGivenUp, schedule } = this.#options;
    onEnded(code);
    if (this.#fatal || this.#starts.length >= mostRestarts) {
      onState("gone");
      onGivenUp(
        this.#fatal ||
          `The part of the program that keeps the files ended ${this.#starts.length} times within a minute (code ${code}). Everything confirmed before is safe.`,
      );
      return;
    }
    onState("restarting");
    const restart = () => {
      if (!this.#isStopping) this.start();
    };
    schedule(restart, firstDelay * 2 ** (this.#starts.length - 1));
  }

  /** Runs now or as soon as the engine is ready. */
  whenReady(work: () => void): void {
    if (this.#isReady) work();
    else this.#waiting.push(work);
  }

  /** A fresh connection to the engine: one end for a page, the other sent to the engine. */
  connect(): MessagePortMain {
    const { port1, port2 } = new MessageChannelMain();
    this.#nextPort += 1;
    this.#engine?.send({ type: "connect", id: `page-${this.#nextPort}` }, port2);
    return port1;
  }

  /** A file chosen while the engine restarts is known to the new one before any page can ask it for the file. */
  grant(token: string, path: string, purpose: "open" | "save"): void {
    this.whenReady(() => this.#engine?.send({ type: "grant", token, path, purpose }));
  }

  /** Asks the engine to finish and ends it after the grace period if it does not. Resolves when it is gone. */
  stop(grace = 5_000): Promise<void> {
    this.#isStopping = true;
    const engine = this.#engine;
    if (!engine) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        engine.kill();
        resolve();
      }, grace);
      engine.onExit(() => {
        clearTimeout(timer);
        resolve();
      });
      engine.send({ type: "shutdown" });
    });
  }
}
