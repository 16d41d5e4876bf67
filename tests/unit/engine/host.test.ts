import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keepToLoopback } from "../../support/settings.ts";

const project = fileURLToPath(new URL("../../..", import.meta.url));
let folder = "";
let engine: ChildProcess | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fieldbook-host-"));
});
afterEach(() => {
  engine?.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

type Said = { type: string; [name: string]: unknown };

/** The engine process as the desktop runs it in tests, with a host that keeps what it says. */
function startEngine() {
  const child = fork(join(project, "src-main", "engine", "main.ts"), [], {
    execArgv: [],
    serialization: "advanced",
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  engine = child;
  const said: Said[] = [];
  child.on("message", (message) => said.push(message as Said));
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const hear = async (type: string, count = 1): Promise<Said> => {
    const heard = () => said.filter((message) => message.type === type);
    await expect.poll(() => heard().length).toBe(count);
    return heard().at(-1) as Said;
  };
  keepToLoopback(join(folder, "home"));
  const init = (assets = join(project, "assets")) =>
    child.send({ type: "init", home: join(folder, "home"), assets, protection: "file", appVersion: "1.2.3" });
  return { child, said, ended, hear, init };
}

describe("the engine process under a host", () => {
  it("becomes ready, ignores what no host says, and ends when told to", async () => {
    const { child, said, ended, hear, init } = startEngine();
    for (const message of ["init", 1, {}, { type: "init" }, { type: "grant", path: 1 }, { type: "eval", code: "1" }])
      child.send(message);
    child.send({ type: "grant", token: "t", path: "/before/it/is/ready.fieldbook", purpose: "open" });
    init();
    expect(await hear("ready")).toEqual({ type: "ready", version: "1.2.3" });
    expect(said.map(({ type }) => type)).toEqual(["ready"]);
    child.send({ type: "shutdown" });
    expect(await ended).toBe(0);
  }, 60_000);

  it("says why it cannot start, and ends", async () => {
    const { ended, hear, init } = startEngine();
    init(join(folder, "no-assets"));
    expect((await hear("fatal")).sentence).toEqual(expect.stringMatching(/[a-z]/));
    expect(await ended).toBe(1);
  }, 60_000);

  it("ends with its host", async () => {
    const { child, ended, hear, init } = startEngine();
    init();
    await hear("ready");
    child.disconnect();
    expect(await ended).toBe(0);
  }, 60_000);
});
