import { fork } from "node:child_process";
import { EventEmitter } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { HostMessage } from "../../../src-main/engine/host-messages.ts";
import { RemoteReaders } from "../../../src-main/engine/remote-readers.ts";
import {
  createJournal,
  type ForeignChunk,
  generateDeviceKey,
  readForeignFile,
} from "../../../src-main/journal/index.ts";

const started: { env: unknown; pid: number | undefined }[] = [];

/** Stands in for Electron's utility process: a Node child behind the same events and methods. */
vi.mock("electron", () => ({
  utilityProcess: {
    fork: (script: string, args: string[], { env, execArgv }: { env: Record<string, string>; execArgv: string[] }) => {
      const child = fork(script, args, {
        env,
        execArgv,
        serialization: "advanced",
        stdio: ["ignore", "ignore", "ignore", "ipc"],
      });
      started.push({ env, pid: child.pid });
      const utility = new EventEmitter();
      for (const event of ["spawn", "message", "exit"]) child.on(event, (...data) => utility.emit(event, ...data));
      return Object.assign(utility, {
        pid: child.pid,
        postMessage: (message: object) => child.connected && child.send(message),
        kill: () => child.kill("SIGKILL"),
      });
    },
  },
}));
const { Readers } = await import("../../../src-main/desktop/readers.ts");
const script = fileURLToPath(new URL("../../../src-main/journal/intake/child.ts", import.meta.url));

const folder = mkdtempSync(join(tmpdir(), "fieldbook-readers-"));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Engine and host, joined as they are by the engine process's channel. */
function connect() {
  const remote = new RemoteReaders((message) => void host.take(message));
  const host = new Readers(script, (message) =>
    remote.take(message as Extract<HostMessage, { type: `reader-${string}` }>),
  );
  return { remote, host };
}

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe("a reading process that the host starts for the engine", () => {
  it("reads a file as one of the engine's own would, with an empty environment, and is gone afterwards", async () => {
    const path = join(folder, "a.fieldbook");
    const deps = {
      clock: { now: () => new Date(), mono: () => performance.now() },
      random: { bytes: (count: number) => crypto.getRandomValues(new Uint8Array(count)) },
      device: generateDeviceKey().key,
      author: { name: "Anna" },
      appVersion: "0.1.0",
    };
    const journal = createJournal(path, deps, { form: "f".repeat(64) });
    journal.append([{ kind: "set", entity: "rfi/a", field: "x", value: 1 }]);
    const { engagement } = journal;
    journal.close();
    const { remote } = connect();
    const chunks: ForeignChunk[] = [];
    for await (const chunk of readForeignFile(path, { spawn: () => remote.spawn() })) chunks.push(chunk);
    expect(chunks[0]).toMatchObject({ type: "summary", engagement, entries: 2 });
    expect(chunks.at(-1)).toMatchObject({ type: "end", leftOut: 0 });
    expect(started.at(-1)?.env).toEqual({});
    await expect.poll(() => isAlive(started.at(-1)?.pid ?? 0)).toBe(false);
  });

  it("ends with the engine it works for", async () => {
    const { remote, host } = connect();
    const child = remote.spawn();
    let hasExited = false;
    child.onExit(() => {
      hasExited = true;
    });
    await expect.poll(() => child.pid).toBeGreaterThan(0);
    host.stop();
    await expect.poll(() => hasExited).toBe(true);
  });

  it("takes no other message for an order", () => {
    const { host } = connect();
    expect(host.take({ type: "ready", version: "1" })).toBe(false);
    expect(host.take({ type: "reader-start", id: 5 })).toBe(false);
    expect(host.take(null)).toBe(false);
  });
});
