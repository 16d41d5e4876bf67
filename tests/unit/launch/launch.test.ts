import { spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isBuildStale } from "../../../src-main/launch/build.ts";
import {
  explainNoWindow,
  fetchElectron,
  findElectron,
  findElectronPackage,
} from "../../../src-main/launch/electron.ts";
import { readRequest } from "../../../src-main/launch/request.ts";
import { hasNotOpened } from "../../../src-main/launch/run.ts";
import { project } from "../desktop/source-lines.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fieldbook-launch-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text = ""): string {
  const whole = join(folder, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, text);
  return whole;
}

describe("readRequest", () => {
  it("reads every form of the arguments", () => {
    const nothing = { sample: false, browser: false, file: null };
    expect(readRequest([], "/home/a")).toEqual(nothing);
    expect(readRequest(["--sample"], "/home/a")).toEqual({ ...nothing, sample: true });
    expect(readRequest(["--browser", "x.fieldbook"], "/home/a")).toEqual({
      ...nothing,
      browser: true,
      file: "/home/a/x.fieldbook",
    });
  });
  it.each([[["--no-such"]], [["a.pdf"]], [["a.fieldbook", "b.fieldbook"]], [["--sample=yes"]]])(
    "explains %j in a sentence",
    (args) => {
      expect(readRequest(args, "/")).toEqual(expect.stringMatching(/[a-z]/));
    },
  );
});

describe("isBuildStale", () => {
  const outputs = [
    "engine/cli.mjs",
    "engine/engine.mjs",
    "engine/intake.mjs",
    "desktop/main.cjs",
    "preload/preload.cjs",
    "renderer/index.html",
  ];
  const at = (path: string, seconds: number) => utimesSync(path, seconds, seconds);
  beforeEach(() => {
    for (const path of ["src-main/a/b.ts", "src-renderer/c.tsx", "vite.config.ts", "package.json"])
      at(write(path), 1_000);
  });

  it("is true without a build, with an incomplete one, and with one older than a source", () => {
    expect(isBuildStale(folder)).toBe(true);
    for (const path of outputs) at(write(`dist/${path}`), 2_000);
    expect(isBuildStale(folder)).toBe(false);
    at(join(folder, "src-main/a/b.ts"), 3_000);
    expect(isBuildStale(folder)).toBe(true);
    at(join(folder, "src-main/a/b.ts"), 1_000);
    rmSync(join(folder, "dist/preload/preload.cjs"));
    expect(isBuildStale(folder)).toBe(true);
  });
  it("is not stopped by the lock of an editor, a link that leads nowhere", () => {
    symlinkSync("someone@somewhere.1", join(folder, "src-main/a/.#b.ts"));
    expect(isBuildStale(folder)).toBe(true);
  });
});

describe("explainNoWindow", () => {
  const linux = { platform: "linux", env: { DISPLAY: ":0" }, uid: 1_000 } as const;
  it("lets a machine with a display try", () => {
    expect(explainNoWindow(linux)).toBeNull();
    expect(explainNoWindow({ ...linux, env: { WAYLAND_DISPLAY: "wayland-0" } })).toBeNull();
    expect(explainNoWindow({ platform: "darwin", env: {}, uid: 501 })).toBeNull();
    expect(explainNoWindow({ platform: "win32", env: {}, uid: undefined })).toBeNull();
  });
  it("says what is missing", () => {
    expect(explainNoWindow({ ...linux, env: {} })).toContain("no display");
    expect(explainNoWindow({ ...linux, uid: 0 })).toContain("root");
  });
});

describe("findElectronPackage", () => {
  it("knows the installed version, and says when there is none", () => {
    const { devDependencies } = JSON.parse(readFileSync(join(project, "package.json"), "utf8"));
    expect(findElectronPackage(join(project, "package.json"))?.version).toBe(devDependencies.electron);
    expect(findElectronPackage(join(folder, "package.json"))).toBeNull();
  });
});

describe("findElectron", () => {
  it("prefers the folder that the environment names, then the package's own binary", () => {
    expect(findElectron(folder, {})).toBeNull();
    expect(findElectron(folder, { ELECTRON_OVERRIDE_DIST_PATH: join(folder, "other") })).toBeNull();
    write("path.txt", "electron");
    expect(findElectron(folder, {})).toBeNull();
    const own = write("dist/electron");
    const other = write("other/electron");
    expect(findElectron(folder, {})).toBe(own);
    expect(findElectron(folder, { ELECTRON_OVERRIDE_DIST_PATH: join(folder, "other") })).toBe(other);
  });
});

describe("fetchElectron", () => {
  /** An install script that tells its process id and then does nothing. */
  const hanging = (pid: string) =>
    `require("node:fs").writeFileSync(${JSON.stringify(pid)}, String(process.pid)); setInterval(() => {}, 1000);`;
  const patience = 3_000;
  const isRunning = (pid: number) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  const fetchWith = (script: string, lines: string[] = []) =>
    fetchElectron({
      installer: write("install.cjs", script),
      target: join(folder, "dist"),
      say: (line) => lines.push(line),
      patience,
      pace: 50,
    });
  const writeParts = (count: number) => `
    const fs = require("node:fs"), path = require("node:path"), os = require("node:os");
    let part = 0;
    const timer = setInterval(() => {
      fs.appendFileSync(path.join(os.tmpdir(), "electron.zip"), Buffer.alloc(6e6));
      if (++part === ${count}) clearInterval(timer);
    }, 250);`;

  it("gives up on a download that does not answer, and ends it", async () => {
    const pid = join(folder, "pid");
    expect(await fetchWith(hanging(pid))).toBe("Electron could not be fetched (no answer for 3 s)");
    expect(isRunning(Number(readFileSync(pid, "utf8")))).toBe(false);
  });
  it("waits for one that is slow but moves, and shows how far it is", async () => {
    const lines: string[] = [];
    expect(await fetchWith(writeParts((1.5 * patience) / 250), lines)).toBeNull();
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.at(-1)).toMatch(/^ {2}\d+ MB$/);
  });
  it("ends the download and leaves nothing behind when it is told to stop", async () => {
    const pid = join(folder, "pid");
    const fetching = write(
      "fetch.ts",
      `import { fetchElectron } from ${JSON.stringify(join(project, "src-main/launch/electron.ts"))};
      await fetchElectron({ installer: ${JSON.stringify(write("install.cjs", hanging(pid)))}, target: "dist", say: () => {} });`,
    );
    const child = spawn(process.execPath, [fetching], { env: { ...process.env, TMPDIR: folder }, stdio: "inherit" });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    await expect.poll(() => existsSync(pid) && readFileSync(pid, "utf8")).toMatch(/\d/);
    child.kill("SIGTERM");
    expect(await ended).toBe(143);
    await expect.poll(() => isRunning(Number(readFileSync(pid, "utf8")))).toBe(false);
    expect(readdirSync(folder).filter((name) => name.startsWith("fieldbook-electron-"))).toEqual([]);
  });
  it("says so when the download is refused", async () => {
    expect(await fetchWith("process.exit(1)")).toContain("refused or there is no network");
  });
});

describe("hasNotOpened", () => {
  const ended = { code: 133, after: 400, wasAsked: false };
  it("is true for a quick end with an error only", () => {
    expect(hasNotOpened(ended)).toBe(true);
    expect(hasNotOpened({ ...ended, code: 0 })).toBe(false);
    expect(hasNotOpened({ ...ended, after: 60_000 })).toBe(false);
  });
  it("is false for an end that was asked for, however soon", () => {
    expect(hasNotOpened({ ...ended, wasAsked: true })).toBe(false);
  });
});

describe("the guard", () => {
  it("explains a Node that cannot read the program, before anything is read", () => {
    const start = join(project, "src-main", "launch", "start.ts");
    const done = spawnSync(
      process.execPath,
      ["--no-experimental-strip-types", "-r", join(project, "src-main", "launch", "guard.cjs"), start],
      { encoding: "utf8" },
    );
    expect(done.status).toBe(1);
    expect(done.stderr).toMatch(/^Node [\d.]+ is too old to start this program: it needs Node 22\.18 or newer\..*\n$/);
  });
});
