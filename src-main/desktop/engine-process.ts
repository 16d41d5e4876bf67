import { type ChildProcess, fork } from "node:child_process";
import { dirname, join } from "node:path";
import { type MessagePortMain, utilityProcess } from "electron";
import { Readers } from "./readers.ts";

/** One engine process, whichever way it runs. */
export interface EngineProcess {
  send(message: unknown, port?: MessagePortMain): void;
  onMessage(listener: (message: unknown) => void): void;
  onExit(listener: (code: number) => void): void;
  kill(): void;
}

/** Variables the engine may see. Nothing secret is ever among them: the device key goes by message. */
const passedOn = [
  "PATH",
  "HOME",
  "USERPROFILE",
  "LANG",
  "LC_ALL",
  "TZ",
  "TMPDIR",
  "TEMP",
  "TMP",
  "SystemRoot",
] as const;
export const engineEnvironment = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(passedOn.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));

/** The script as Node can read it: outside the archive when packaged. */
export const unpackedScript = (script: string): string => script.replace(/app\.asar(?=[\\/])/, "app.asar.unpacked");

/** Electron's own utility process: own event loop and crash domain, ports go straight to the page. */
export function startUtilityEngine(script: string, env: NodeJS.ProcessEnv): EngineProcess {
  const child = utilityProcess.fork(unpackedScript(script), [], {
    serviceName: "Fieldbook engine",
    env: engineEnvironment(env),
    execArgv: [],
    stdio: "inherit",
  });
  const readers = new Readers(join(dirname(unpackedScript(script)), "intake.mjs"), (message) =>
    child.postMessage(message),
  );
  child.on("exit", () => readers.stop());
  return {
    send: (message, port) => child.postMessage(message, port ? [port] : []),
    onMessage: (listener) =>
      child.on("message", (message) => {
        if (!readers.take(message)) listener(message);
      }),
    onExit: (listener) => child.on("exit", listener),
    kill: () => child.kill(),
  };
}

/** A plain Node child for development and tests, where Electron's own Node cannot load SQLite. Ports cannot cross, so frames are relayed. */
export function startNodeEngine(script: string, node: string, env: NodeJS.ProcessEnv): EngineProcess {
  const child = fork(script, [], {
    execPath: node,
    execArgv: [],
    env: engineEnvironment(env),
    serialization: "advanced",
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const relay = new PortRelay(child);
  return {
    send: (message, port) => {
      if (port) relay.add((message as { id: string }).id, port);
      if (child.connected) child.send(message as object);
    },
    onMessage: (listener) =>
      child.on("message", (message) => {
        if (!relay.take(message)) listener(message);
      }),
    onExit: (listener) => {
      child.once("exit", (code) => listener(code ?? 1));
      child.once("error", () => listener(1));
    },
    kill: () => child.kill("SIGKILL"),
  };
}

class PortRelay {
  readonly #ports = new Map<string, MessagePortMain>();
  readonly #child: ChildProcess;
  constructor(child: ChildProcess) {
    this.#child = child;
  }

  add(id: string, port: MessagePortMain): void {
    this.#ports.set(id, port);
    port.on("message", ({ data }) => this.#send({ type: "frame", id, data }));
    port.on("close", () => {
      this.#ports.delete(id);
      this.#send({ type: "disconnect", id });
    });
    port.start();
  }

  #send(message: object): void {
    if (this.#child.connected) this.#child.send(message);
  }

  /** True when the message was a frame for a page and has been delivered. */
  take(message: unknown): boolean {
    const { type, id, data } = (message ?? {}) as { type?: string; id?: string; data?: unknown };
    if (type !== "frame" || id === undefined) return false;
    this.#ports.get(id)?.postMessage(data);
    return true;
  }
}
