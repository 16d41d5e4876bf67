import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createConnection, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

export const run = promisify(execFile);

/** A server of the lab, ended by its own process id. */
export interface Daemon {
  stop(): Promise<void>;
}

/**
 * Starts a server in the foreground; what it prints is kept for the message of a failed start. `ownGroup` is for servers that end
 * their children by process group.
 */
export function startDaemon(
  program: string,
  parameters: string[],
  ownGroup = false,
): Daemon & { output(): string; hasEnded(): boolean } {
  const child: ChildProcess = spawn(program, parameters, { stdio: ["ignore", "pipe", "pipe"], detached: ownGroup });
  let output = "";
  const keep = (part: Buffer) => {
    output = (output + part.toString("utf8")).slice(-8_000);
  };
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  child.on("error", (error) => keep(Buffer.from(error.message)));
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
  return {
    output: () => output,
    hasEnded,
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

/** Waits until every address takes TCP connections; otherwise ends the server and fails with what it printed. */
export async function waitForPorts(
  server: Daemon & { output(): string; hasEnded(): boolean },
  name: string,
  endpoints: { address: string; port: number }[],
): Promise<void> {
  const deadline = performance.now() + 15_000;
  for (const { address, port } of endpoints) {
    while (!(await canConnect(address, port))) {
      if (!server.hasEnded() && performance.now() < deadline) {
        await sleep(20);
        continue;
      }
      await server.stop();
      throw new Error(`${name} does not answer on ${address}:${port}.\n${server.output()}`);
    }
  }
}

/** Whether something takes TCP connections there. */
export function canConnect(host: string, port: number): Promise<boolean> {
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

/** Ports nobody on this machine listens on, on any address. */
export async function findFreePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(async (server) => {
      server.listen(0, "0.0.0.0");
      await once(server, "listening");
      const address = server.address();
      return typeof address === "object" && address ? address.port : 0;
    }),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
