import { type ChildProcess, fork, spawn } from "node:child_process";
import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "@playwright/test";
import { build, Platform } from "electron-builder";
import { parse } from "yaml";
import { makeFolder, prepareHome, removeFolder } from "./program.ts";
import { findRuntime, isRoot, olderElectron, plainUserCommand } from "./runtime.ts";

/** The package as electron-builder makes it, around the runtime that the tests have. */
const project = fileURLToPath(new URL("../..", import.meta.url));
const builderRequire = createRequire(createRequire(import.meta.url).resolve("electron-builder"));
const libraryRequire = createRequire(builderRequire.resolve("app-builder-lib"));

interface Asar {
  listPackage(path: string, options: { isPack: boolean }): string[];
}
interface Fuses {
  getCurrentFuseWire(path: string): Promise<Record<string, unknown>>;
  FuseV1Options: Record<string, string | number>;
}

/** The older runtime was made before this fuse. */
const laterFuse = "grantFileProtocolExtraPrivileges";
const isOlder = () => (findRuntime()?.env.FIELDBOOK_ENGINE_NODE ?? "") !== "";

let folder = "";
let unpacked = "";
let resources = "";
test.beforeAll(async () => {
  test.setTimeout(180_000);
  folder = makeFolder();
  const electron = join(folder, "electron");
  const linked = join(dirname(olderElectron), "resources", "app");
  const dist = isOlder() ? dirname(olderElectron) : join(project, "node_modules", "electron", "dist");
  cpSync(dist, electron, { recursive: true, filter: (path) => path !== linked });
  const declared = parse(readFileSync(join(project, "electron-builder.yml"), "utf8"));
  const { [laterFuse]: _later, ...olderFuses } = declared.electronFuses;
  // A file, since an object would be laid over what the project's own file says.
  const config = join(folder, "builder.json");
  const forTest = {
    ...declared,
    directories: { ...declared.directories, output: folder },
    electronDist: electron,
    ...(isOlder() ? { electronVersion: "25.1.1", electronFuses: olderFuses } : {}),
  };
  writeFileSync(config, JSON.stringify(forTest));
  await build({ projectDir: project, targets: Platform.LINUX.createTarget("dir"), publish: "never", config });
  unpacked = join(folder, "linux-unpacked");
  resources = join(unpacked, "resources");
});
test.afterAll(() => removeFolder(folder));

const filesBelow = (path: string): string[] =>
  readdirSync(path, { recursive: true, encoding: "utf8" }).filter((name) => statSync(join(path, name)).isFile());

test("row 26: the package has its fuses as declared", async () => {
  const { getCurrentFuseWire, FuseV1Options } = libraryRequire("@electron/fuses") as Fuses;
  const wire = await getCurrentFuseWire(join(unpacked, "connect-fieldbook"));
  const isOn = (name: string) => String.fromCharCode(Number(wire[String(FuseV1Options[name])])) === "1";
  const on = Object.keys(FuseV1Options).filter((name) => Number.isNaN(Number(name)) && isOn(name));
  expect(on.sort()).toEqual(["EnableEmbeddedAsarIntegrityValidation", "OnlyLoadAppFromAsar"]);
});

test("row 27: the archive holds the bundles and the two native packages, and nothing else", () => {
  const { listPackage } = libraryRequire("@electron/asar") as Asar;
  const held = listPackage(join(resources, "app.asar"), { isPack: false }).map((path) => path.replaceAll("\\", "/"));
  const places = new Set(held.map((path) => path.split("/").slice(1, 3).join("/")));
  expect([...places].sort()).toEqual([
    "dist",
    "dist/desktop",
    "dist/engine",
    "dist/preload",
    "dist/renderer",
    "node_modules",
    "node_modules/better-sqlite3",
    "node_modules/better-sqlite3-multiple-ciphers",
    "package.json",
  ]);
  expect(held.filter((path) => /\.(map|ts|tsx|env)$|\/(tests?|src|\.git)(\/|$)/.test(path))).toEqual([]);
});

test("row 28: one native module of each database library lies beside the archive", () => {
  const native = filesBelow(join(resources, "app.asar.unpacked")).filter((name) => name.endsWith(".node"));
  const prebuilt = (library: string) => join("node_modules", library, "prebuilds", `linux-${process.arch}.node`);
  expect(native.sort()).toEqual([prebuilt("better-sqlite3"), prebuilt("better-sqlite3-multiple-ciphers")].sort());
});

const endOf = (child: ChildProcess) => new Promise<number | null>((resolve) => child.once("exit", resolve));

test("the engine in the package has everything it reads", async () => {
  const child = fork(join(resources, "app.asar.unpacked", "dist", "engine", "engine.mjs"), [], {
    execArgv: [],
    serialization: "advanced",
    cwd: folder,
  });
  const said: unknown[] = [];
  child.on("message", (message) => said.push(message));
  const ended = endOf(child);
  const [home, assets] = [join(folder, "engine-home"), join(resources, "assets")];
  prepareHome(home);
  child.send({ type: "init", home, assets, protection: "file", appVersion: "1.2.3" });
  await expect.poll(() => said).toEqual([{ type: "ready", version: "1.2.3" }]);
  child.send({ type: "shutdown" });
  expect(await ended).toBe(0);
});

test("the packaged program starts, and keeps its hands off FIELDBOOK_HOME", async () => {
  const [userData, elsewhere] = [join(folder, "user-data"), join(folder, "elsewhere")];
  prepareHome(join(userData, "vault"));
  // With the debugging fuse off no test driver can attach: the log says how far it came.
  const [command = "", ...args] = [
    ...(isRoot ? plainUserCommand : []),
    join(unpacked, "connect-fieldbook"),
    "--disable-gpu",
    "--disable-dev-shm-usage",
    `--user-data-dir=${userData}`,
  ];
  const child = spawn(command, args, {
    env: { ...process.env, HOME: folder, FIELDBOOK_HOME: elsewhere },
    stdio: "ignore",
  });
  const ended = endOf(child);
  const log = () => {
    try {
      return readFileSync(join(userData, "log", "fieldbook.log"), "utf8");
    } catch {
      return "";
    }
  };
  try {
    // The older runtime's Node is too old for the engine, which says so and ends.
    await expect.poll(log).toContain(isOlder() ? "engine ended with code 1" : "engine ready");
    expect(readdirSync(folder)).not.toContain("elsewhere");
  } finally {
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), 10_000);
    await ended;
    clearTimeout(late);
  }
});
