import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { codeOfSignal } from "./run.ts";

interface Machine {
  platform: NodeJS.Platform;
  env: NodeJS.ProcessEnv;
  /** User id; undefined where there is none. */
  uid: number | undefined;
}

/** Why this machine cannot show a window of the program, as part of a sentence; null when nothing speaks against it. */
export function explainNoWindow({ platform, env, uid }: Machine): string | null {
  if (platform !== "linux") return null;
  if (!env.DISPLAY && !env.WAYLAND_DISPLAY) return "There is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)";
  if (uid === 0)
    return "The desktop window cannot be opened as root, because Electron's sandbox does not work for root";
  return null;
}

/** The electron package that a file of this project would get; null when it is not installed. */
export function findElectronPackage(file: string): { folder: string; version: string } | null {
  const load = createRequire(file);
  try {
    const manifest = load.resolve("electron/package.json");
    return { folder: dirname(manifest), version: (load(manifest) as { version: string }).version };
  } catch {
    return null;
  }
}

/** Path of an Electron binary that is already here: the folder ELECTRON_OVERRIDE_DIST_PATH names, or the electron package's own. */
export function findElectron(packageFolder: string, env: NodeJS.ProcessEnv): string | null {
  const pathFile = join(packageFolder, "path.txt");
  const known = existsSync(pathFile) ? readFileSync(pathFile, "utf8") : null;
  const override = env.ELECTRON_OVERRIDE_DIST_PATH;
  const binary = override ? join(override, known ?? "electron") : known && join(packageFolder, "dist", known);
  return binary && existsSync(binary) ? binary : null;
}

export interface FetchOptions {
  /** Electron's own install script. */
  installer: string;
  /** Where it unpacks to; growth there counts as progress too. */
  target: string;
  say(line: string): void;
  /** Longest time without a byte, in milliseconds. */
  patience?: number;
  /** Time between two looks, in milliseconds. */
  pace?: number;
}

const megabyte = 1_000_000;
const progressStep = 10 * megabyte;

/**
 * Lets Electron's install script fetch the binary, in a child process with a temporary folder of its own so that the bytes can be
 * watched coming in. Returns null when it worked, else why not, as part of a sentence.
 */
export async function fetchElectron(options: FetchOptions): Promise<string | null> {
  const { installer, target, say, patience = 20_000, pace = 500 } = options;
  const folder = mkdtempSync(join(tmpdir(), "fieldbook-electron-"));
  const child = spawn(process.execPath, [installer], {
    env: { ...process.env, TMPDIR: folder, TEMP: folder, TMP: folder },
    stdio: ["ignore", "ignore", "ignore"],
  });
  let hasGivenUp = false;
  const endWatch = watchGrowth([folder, target], { say, patience, pace }, () => {
    hasGivenUp = true;
    child.kill("SIGKILL");
  });
  const clear = () => {
    endWatch();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  const stop = (signal: NodeJS.Signals) => {
    child.once("exit", () => {
      clear();
      process.exit(codeOfSignal(signal));
    });
    child.kill("SIGKILL");
  };
  process.once("SIGTERM", stop).once("SIGINT", stop);
  try {
    const code = await new Promise<number | null>((resolve) => {
      child.once("error", () => resolve(null));
      child.once("exit", resolve);
    });
    if (hasGivenUp) return `Electron could not be fetched (no answer for ${Math.round(patience / 1000)} s)`;
    return code === 0 ? null : "Electron could not be fetched (the download was refused or there is no network)";
  } finally {
    process.off("SIGTERM", stop).off("SIGINT", stop);
    clear();
  }
}

type Watching = Required<Pick<FetchOptions, "say" | "patience" | "pace">>;

/** Says how many bytes have come in, and calls `giveUp` when none came for too long. Returns what ends the watch. */
function watchGrowth(paths: string[], { say, patience, pace }: Watching, giveUp: () => void): () => void {
  let lastSize = 0;
  let lastMove = Date.now();
  let said = 0;
  const timer = setInterval(() => {
    const size = paths.reduce((sum, path) => sum + sizeBelow(path), 0);
    if (size !== lastSize) lastMove = Date.now();
    lastSize = size;
    if (size - said >= progressStep) {
      said = size;
      say(`  ${Math.round(size / megabyte)} MB`);
    }
    if (Date.now() - lastMove >= patience) giveUp();
  }, pace);
  return () => clearInterval(timer);
}

/** Bytes in all files below a folder; files that vanish while being counted count nothing. */
function sizeBelow(path: string): number {
  try {
    const found = statSync(path);
    if (!found.isDirectory()) return found.size;
    return readdirSync(path).reduce((sum, name) => sum + sizeBelow(join(path, name)), 0);
  } catch {
    return 0;
  }
}
