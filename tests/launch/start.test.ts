import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keepToLoopback } from "../support/settings.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));
let home = "";
let running: ChildProcess | null = null;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "fieldbook-start-"));
  keepToLoopback(home);
});
afterEach(() => {
  running?.kill("SIGTERM");
  rmSync(home, { recursive: true, force: true });
});

const launcher = [process.execPath, "-r", "./src-main/launch/guard.cjs", "src-main/launch/start.ts"];

/** Starts what `npm start` runs, without a display, and waits until it serves an address. */
const start = (...args: string[]) => startWith([...launcher, ...args]);
async function startWith([command = "", ...args]: string[]) {
  const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, ...env } = process.env;
  const child = spawn(command, args, {
    cwd: project,
    env: { ...env, FIELDBOOK_HOME: home },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running = child;
  const said = { out: "", err: "" };
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const address = new Promise<string>((resolve, reject) => {
    child.stdout.on("data", (data: Buffer) => {
      said.out += data;
      const found = /http:\/\/127\.0\.0\.1:\d+\/\S*/.exec(said.out);
      if (found && said.out.includes("\n")) resolve(found[0]);
    });
    child.stderr.on("data", (data: Buffer) => {
      said.err += data;
    });
    void ended.then((code) => reject(new Error(`It ended with code ${code}: ${said.err}`)));
  });
  address.catch(() => undefined);
  return { child, said, ended, address };
}

describe("npm start without a display", () => {
  it.runIf(process.platform === "linux")(
    "says so in one sentence, serves the program with a token that works once, and ends when asked",
    async () => {
      const { child, said, ended, address } = await start("--sample");
      const served = await address;
      const sentences = said.err
        .trim()
        .split("\n")
        .filter((line) => !line.startsWith("Building the program"));
      expect(sentences).toEqual([
        "There is no display (neither DISPLAY nor WAYLAND_DISPLAY is set), so the same program is served to the browser on this machine instead.",
      ]);
      expect(served).toMatch(/\?token=[0-9a-f]{32,}#\/e\//);
      const [page = ""] = served.split("#");
      expect((await fetch(page, { redirect: "manual" })).status).toBeLessThan(400);
      expect((await fetch(page, { redirect: "manual" })).status).toBeGreaterThanOrEqual(400);
      child.kill("SIGTERM");
      expect(await ended).toBe(0);
    },
    60_000,
  );

  it.runIf(process.platform !== "win32")(
    "leaves nothing running when npm itself is ended",
    async () => {
      const { child, address } = await startWith(["npm", "start", "--", "--browser"]);
      const page = new URL(await address).origin;
      expect((await fetch(page)).status).toBe(401);
      child.kill("SIGTERM");
      await expect.poll(() => fetch(page).catch(() => "nothing answers")).toBe("nothing answers");
    },
    60_000,
  );

  it("explains arguments it does not know", async () => {
    const { ended, said } = await start("--no-such");
    expect(await ended).toBe(2);
    expect(said.err).toContain("Usage: npm start");
  }, 60_000);
});
