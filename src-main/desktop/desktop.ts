import { join } from "node:path";
import { type App, BrowserWindow, dialog, Menu, shell } from "electron";
import type { BridgeMessage } from "../contract/bridge.ts";
import type { CommandId } from "../contract/commands.ts";
import { readDeviceKey, storeDeviceKey } from "./device-key.ts";
import { filesInArguments, type OpenQueue } from "./documents.ts";
import { EngineHost } from "./engine-host.ts";
import { startNodeEngine, startUtilityEngine } from "./engine-process.ts";
import { requestFileToken } from "./file-tokens.ts";
import { channels, listenToPages } from "./ipc.ts";
import { Log } from "./log.ts";
import { buildMenu } from "./menu.ts";
import { PagePorts } from "./page-port.ts";
import { PreferenceStore } from "./preferences.ts";
import { servePages } from "./scheme.ts";
import { createWindow, focusWindow } from "./windows.ts";

const mostRecent = 10;

/** Wires the desktop program together once Electron is ready. */
export async function runDesktop(app: App, queue: OpenQueue): Promise<void> {
  const desktop = new Desktop(app);
  await servePages(join(app.getAppPath(), "dist", "renderer"));
  desktop.start();
  queue.drainInto((path) => desktop.open(path));
  for (const path of filesInArguments(process.argv.slice(1), process.cwd())) desktop.open(path);
}

class Desktop {
  readonly #app: App;
  readonly #home: string;
  readonly #log: Log;
  readonly #preferences = new PreferenceStore();
  readonly #host: EngineHost;
  readonly #ports: PagePorts;
  #running = 0;
  #isQuitting = false;

  constructor(app: App) {
    this.#app = app;
    this.#home = (!app.isPackaged && process.env.FIELDBOOK_HOME) || join(app.getPath("userData"), "vault");
    this.#log = new Log(join(app.getPath("userData"), "log", "fieldbook.log"));
    this.#host = this.#createHost();
    this.#ports = new PagePorts(() => this.#host.connect());
  }

  #createHost(): EngineHost {
    const script = join(this.#app.getAppPath(), "dist", "engine", "engine.mjs");
    const node = this.#app.isPackaged ? undefined : process.env.FIELDBOOK_ENGINE_NODE;
    return new EngineHost({
      start: () => (node ? startNodeEngine(script, node, process.env) : startUtilityEngine(script, process.env)),
      init: async () => {
        const { protection, pem } = await readDeviceKey(this.#home);
        const assets = this.#app.isPackaged
          ? join(process.resourcesPath, "assets")
          : join(this.#app.getAppPath(), "assets");
        return {
          home: this.#home,
          assets,
          protection,
          appVersion: this.#app.getVersion(),
          ...(pem ? { deviceKey: pem } : {}),
        };
      },
      onState: (state) => {
        this.#log.write(`engine ${state}`);
        this.#tell({ kind: "engine", state });
        if (state === "ready") for (const window of BrowserWindow.getAllWindows()) this.#ports.push(window.webContents);
      },
      onDeviceKey: (pem) =>
        void storeDeviceKey(this.#home, pem).catch((error: Error) =>
          this.#log.write(`device key not stored: ${error.message}`),
        ),
      onJobs: (running, fraction) => this.#showProgress(running, fraction),
      onOpened: (engagement) => this.#tell({ kind: "opened", engagement }),
      onOpenFailed: ({ code, happened, kept, todo }) => this.#tell({ kind: "failed", code, happened, kept, todo }),
      onGivenUp: (sentence) => void this.#explainGivenUp(sentence),
    });
  }

  start(): void {
    listenToPages({
      fileToken: (request, event) => this.#requestToken(request, BrowserWindow.fromWebContents(event.sender)),
      hello: ({ sender }) => this.#host.whenReady(() => this.#ports.push(sender)),
    });
    this.#host.start();
    createWindow(this.#preferences);
    this.#showMenu();
    this.#app.on("activate", () => {
      if (BrowserWindow.getAllWindows().length === 0) createWindow(this.#preferences);
    });
    this.#app.on("second-instance", (_event, args, folder) => {
      focusWindow(BrowserWindow.getAllWindows()[0]);
      for (const path of filesInArguments(args.slice(1), folder)) this.open(path);
    });
    this.#app.on("window-all-closed", () => {
      if (process.platform !== "darwin") this.#app.quit();
    });
    this.#app.on("before-quit", (event) => this.#beforeQuit(event));
  }

  open(path: string): void {
    const recent = [path, ...this.#preferences.get().recent.filter((known) => known !== path)].slice(0, mostRecent);
    this.#preferences.set({ recent });
    this.#showMenu();
    this.#host.open(path);
  }

  #requestToken(request: Parameters<typeof requestFileToken>[0], window: BrowserWindow | null) {
    if (!window) return Promise.resolve(null);
    return requestFileToken(request, window, (token, path, purpose) => this.#host.grant(token, path, purpose));
  }

  #tell(message: BridgeMessage): void {
    for (const window of BrowserWindow.getAllWindows()) window.webContents.send(channels.message, message);
  }

  #showMenu(): void {
    const template = buildMenu({
      platform: process.platform,
      packaged: this.#app.isPackaged,
      recent: this.#preferences.get().recent,
      run: (id) => this.#run(id),
      openRecent: (path) => this.open(path),
      clearRecent: () => {
        this.#preferences.set({ recent: [] });
        this.#showMenu();
      },
    });
    Menu.setApplicationMenu(Menu.buildFromTemplate(template));
  }

  #run(id: CommandId): void {
    if (id === "show-log") shell.showItemInFolder(this.#log.path);
    else this.#tell({ kind: "command", id });
  }

  #showProgress(running: number, fraction: number): void {
    this.#running = running;
    for (const window of BrowserWindow.getAllWindows()) window.setProgressBar(running > 0 ? fraction : -1);
  }

  /** Quits at once unless work is running; then asks. The engine is always given time to close its files. */
  #beforeQuit(event: { preventDefault(): void }): void {
    if (this.#isQuitting) return;
    event.preventDefault();
    if (this.#running > 0 && !this.#confirmStop()) return;
    this.#isQuitting = true;
    void this.#host.stop().finally(() => this.#app.quit());
  }

  #confirmStop(): boolean {
    const buttons = ["Stop and quit", "Keep working"];
    const chosen = dialog.showMessageBoxSync({
      type: "question",
      buttons,
      defaultId: 1,
      cancelId: 1,
      message: "Work is still running.",
      detail: "Results that are complete have been kept. What is unfinished can be started again.",
    });
    return chosen === 0;
  }

  async #explainGivenUp(sentence: string): Promise<void> {
    this.#log.write(`engine given up: ${sentence}`);
    const { response } = await dialog.showMessageBox({
      type: "error",
      buttons: ["Show the log", "Quit"],
      defaultId: 1,
      message: "The program cannot go on.",
      detail: `${sentence} Start the program again; if it happens again, send the log.`,
    });
    if (response === 0) shell.showItemInFolder(this.#log.path);
    this.#app.quit();
  }
}
