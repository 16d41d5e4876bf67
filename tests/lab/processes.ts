import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createConnection, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

export const run = promisify(execFile);

/** A server of the lab, ended by its own process id. */
export interface Daemon {
  stop(): Promise<void>;
}
/** A server in the foreground. */
export interface Process extends Daemon {
  /** The last of what it printed. */
  output(): string;
  hasEnded(): boolean;
  signal(name: NodeJS.Signals): void;
  /** Resolves when the server prints a text from now on; fails after thirty seconds. */
  waitFor(text: string): Promise<void>;
}

interface Place {
  /** For servers that end their children by process group. */
  ownGroup?: boolean;
  /** Network namespace to run in; this process's own when absent. */
  namespace?: string | undefined;
}

/** The command that runs another one in a network namespace. `ip` becomes that program, so the process id stays the same. */
export const inNamespace = (
  namespace: string | undefined,
  program: string,
  parameters: string[],
): [string, string[]] =>
  namespace === undefined ? [program, parameters] : ["ip", ["netns", "exec", namespace, program, ...parameters]];

/**
 * Starts a server in the foreground; what it prints is kept for the message of a failed start. It ends with this process, even where
 * that one is killed.
 */
export function startDaemon(program: string, parameters: string[], place: Place = {}): Process {
  const [command, words] = inNamespace(place.namespace, program, parameters);
  const child: ChildProcess = spawn("setpriv", ["--pdeathsig", "TERM", command, ...words], {
    stdio: ["ignore", "pipe", "pipe"],
    detached: place.ownGroup ?? false,
  });
  let output = "";
  const listeners = new Set<(part: string) => void>();
  const keep = (part: Buffer) => {
    output = (output + part.toString("utf8")).slice(-8_000);
    for (const listener of listeners) listener(part.toString("utf8"));
  };
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  child.on("error", (error) => keep(Buffer.from(error.message)));
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
  return {
    output: () => output,
    hasEnded,
    signal: (name) => void child.kill(name),
    waitFor: (text) => waitForText(text, listeners),
    stop: async () => {
      if (hasEnded()) return;
      const ended = once(child, "exit").then(() => true);
      // Asked again, because a server that has just started may not listen to signals yet.
      for (let attempt = 0; attempt < 20; attempt++) {
        child.kill("SIGTERM");
        if (await Promise.race([ended, sleep(250, false)])) return;
      }
      child.kill("SIGKILL");
      await ended;
    },
  };
}

async function waitForText(text: string, listeners: Set<(part: string) => void>): Promise<void> {
  let seen = "";
  const listener = (part: string) => {
    seen += part;
  };
  listeners.add(listener);
  const deadline = performance.now() + 30_000;
  while (!seen.includes(text) && performance.now() < deadline) await sleep(10);
  listeners.delete(listener);
  if (!seen.includes(text)) throw new Error(`“${text}” was not printed, but:\n${seen}`);
}

/** Waits until every address takes TCP connections; otherwise ends the server and fails with what it printed. */
export async function waitForPorts(
  server: Process,
  name: string,
  endpoints: { address: string; port: number }[],
  namespace?: string,
): Promise<void> {
  const deadline = performance.now() + 30_000;
  for (const { address, port } of endpoints) {
    while (!(await canConnect(address, port, namespace))) {
      if (!server.hasEnded() && performance.now() < deadline) {
        await sleep(20);
        continue;
      }
      await server.stop();
      throw new Error(`${name} does not answer on ${address}:${port}.\n${server.output()}`);
    }
  }
}

/** Whether something takes TCP connections there, seen from a network namespace if one is named. */
export function canConnect(host: string, port: number, namespace?: string): Promise<boolean> {
  if (namespace !== undefined)
    return run(...inNamespace(namespace, "timeout", ["2", "bash", "-c", `: </dev/tcp/${host}/${port}`])).then(
      () => true,
      () => false,
    );
  return new Promise((resolve) => {
    const socket = createConnection({ host, port });
    const finish = (isOpen: boolean) => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once("connect", () => finish(true));
    socket.once("error", () => finish(false));
  });
}

/**
 * Ports that nobody on this machine has, on any address, by TCP or UDP. They lie below those that systems give to clients (Linux: from
 * 32768), so that no connection of another test takes one before its server does.
 */
export async function findFreePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = randomInt(12_000, 32_000);
    if (!ports.has(port) && (await isFree(port))) ports.add(port);
  }
  return [...ports];
}

async function isFree(port: number): Promise<boolean> {
  const [server, socket] = [createServer(), createSocket("udp4")];
  try {
    await once(server.listen(port, "0.0.0.0"), "listening");
    await once(socket.bind(port, "0.0.0.0"), "listening");
    return true;
  } catch {
    return false;
  } finally {
    socket.close();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  }
}
