import { chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { _electron, type ElectronApplication, type Page } from "@playwright/test";
import { keepToLoopback } from "../support/settings.ts";
import { findRuntime, isRoot, plainUser } from "./runtime.ts";

/** The program in a real Electron window, on folders of its own. */
export interface DesktopProgram {
  app: ElectronApplication;
  page: Page;
  /** Settings, device key and engagements. */
  home: string;
  /** Ends the program as a person would. */
  quit(): Promise<void>;
  /** Ends every process of it at once, as a power cut would. */
  kill(): Promise<void>;
}

export interface StartOptions {
  /** A folder made by `makeFolder`; starting again on the same folder finds everything again. */
  folder: string;
  /** Arguments after the program's own: engagement files to open. */
  files?: string[];
  /** Extra variables, over those of this process. */
  env?: Record<string, string>;
}

/** The engine's own limit for closing its files is 5 s. */
const longestQuit = 15_000;

/** A new folder that belongs to the account the program runs as. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "fieldbook-desktop-"));
  if (isRoot) chownSync(folder, plainUser, plainUser);
  return folder;
}
export const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });

/** Starts the built program (`npm run build`) and waits for its first window. */
export async function startDesktop(options: StartOptions): Promise<DesktopProgram> {
  const { home, ...launch } = describeLaunch(options);
  const app = await _electron.launch({ ...launch, chromiumSandbox: true, timeout: 30_000 });
  const page = await app.firstWindow({ timeout: 30_000 });
  const main = app.process();
  const gone = new Promise<void>((resolve) => {
    if (main.exitCode !== null || main.signalCode !== null) resolve();
    else main.once("exit", () => resolve());
  });
  return {
    app,
    page,
    home,
    quit: async () => {
      const late = setTimeout(() => main.kill("SIGKILL"), longestQuit);
      // Asks the program to quit, and lets go of its debugger, for which an ending program waits.
      await app.close();
      await gone;
      clearTimeout(late);
      if (main.signalCode === "SIGKILL") throw new Error("The program did not end when asked to.");
    },
    kill: async () => {
      main.kill("SIGKILL");
      await gone;
    },
  };
}

/** Makes the folder of settings and engagements so that a program started on it asks nothing beyond this machine by itself. */
export function prepareHome(home: string): void {
  keepToLoopback(home);
  const made = [dirname(home), home, join(home, "settings.json")];
  if (isRoot) for (const path of made) chownSync(path, plainUser, plainUser);
}

/** How the program is started on a folder. */
export function describeLaunch({ folder, files = [], env = {} }: StartOptions) {
  const runtime = findRuntime();
  if (!runtime) throw new Error("No Electron runtime: run node tests/desktop/runtime.ts first.");
  const home = join(folder, "vault");
  prepareHome(home);
  return {
    home,
    executablePath: runtime.executable,
    args: [...runtime.args, `--user-data-dir=${join(folder, "user-data")}`, ...files],
    env: { ...ownEnvironment(), ...runtime.env, HOME: folder, FIELDBOOK_HOME: home, ...env },
  };
}

/** This process's variables without those that would turn Electron into plain Node or make it noisy. */
function ownEnvironment(): Record<string, string> {
  const { ELECTRON_RUN_AS_NODE: _node, NODE_OPTIONS: _options, ...rest } = process.env;
  return Object.fromEntries(
    Object.entries(rest).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** Answers the next native file dialogs with this path, or as if the person had closed them. */
export async function answerDialogs(app: ElectronApplication, path: string | null): Promise<void> {
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = async () => ({ canceled: !chosen, filePaths: chosen ? [chosen] : [] });
    dialog.showSaveDialog = async () => ({ canceled: !chosen, filePath: chosen ?? "" });
  }, path);
}

/** Gives a command of the menu by its id in the command table. */
export async function giveMenuCommand(app: ElectronApplication, id: string): Promise<void> {
  await app.evaluate(({ Menu }, command) => {
    const item = Menu.getApplicationMenu()?.getMenuItemById(command);
    if (!item) throw new Error(`The menu has no command ${command}.`);
    item.click();
  }, id);
}
