import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { type App, BrowserWindow, dialog, Menu, Notification, shell } from "electron";
import type { BridgeMessage } from "../contract/bridge.ts";
import type { CommandId } from "../contract/commands.ts";
import { channels } from "./channels.ts";
import { readDeviceKey, storeDeviceKey } from "./device-key.ts";
import { filesInArguments, type OpenQueue, wantsSample } from "./documents.ts";
import { EngineHost } from "./engine-host.ts";
import { startNodeEngine, startUtilityEngine } from "./engine-process.ts";
import { createFileToken, requestFileToken } from "./file-tokens.ts";
import { type FileTokenRequest, listenToPages } from "./ipc.ts";
import { Log } from "./log.ts";
import { buildMenu, enableEngagementCommands } from "./menu.ts";
import { PagePorts } from "./page-port.ts";
import { PreferenceStore } from "./preferences.ts";
import { QuitNegotiation } from "./quit.ts";
import { servePages } from "./scheme.ts";
import { createWindow, focusWindow, restoreAfterCrash } from "./windows.ts";

/** Wires the desktop program together once Electron is ready. */
export async function runDesktop(app: App, queue: OpenQueue): Promise<void> {
  const desktop = new Desktop(app);
  await servePages(join(app.getAppPath(), "dist", "renderer"));
  desktop.start();
  queue.drainInto((path) => desktop.open(path));
  desktop.takeArguments(process.argv, process.cwd());
}

class Desktop {
  readonly #app: App;
  readonly #home: string;
  readonly #log: Log;
  readonly #preferences = new PreferenceStore();
  readonly #host: EngineHost;
  readonly #ports: PagePorts;
  readonly #quit: QuitNegotiation;
  /** What a page must hear once it is there. */
  #pending: BridgeMessage[] | null = [];
  #running = 0;

  constructor(app: App) {
    this.#app = app;
    this.#home = (!app.isPackaged && process.env.FIELDBOOK_HOME) || join(app.getPath("userData"), "vault");
    this.#log = new Log(join(app.getPath("userData"), "log", "fieldbook.log"));
    this.#host = this.#createHost();
    this.#ports = new PagePorts(() => this.#host.connect());
    this.#quit = new QuitNegotiation({
      isBusy: () => this.#running > 0,
      confirm: confirmStop,
      stop: () => this.#host.stop(),
      quit: () => app.quit(),
    });
  }

  start(): void {
    listenToPages({
      fileToken: (request, event) => this.#requestToken(request, BrowserWindow.fromWebContents(event.sender)),
      hello: ({ sender }) => {
        this.#ports.add(sender);
        const pending = this.#pending ?? [];
        this.#pending = null;
        for (const message of pending) this.#tell(message);
      },
    });
    this.#host.start();
    this.#openWindow();
    this.#showMenu();
    this.#app.on("activate", () => this.#requireWindow());
    this.#app.on("second-instance", (_event, args, folder) => {
      focusWindow(BrowserWindow.getAllWindows()[0]);
      this.takeArguments(args, folder);
    });
    this.#app.on("window-all-closed", () => {
      if (process.platform !== "darwin") this.#app.quit();
    });
    this.#app.on("before-quit", (event) => this.#quit.beforeQuit(event));
    this.#app.on("child-process-gone", (_event, { type, reason, exitCode }) =>
      this.#log.write(`process ${type} gone: ${reason} (${exitCode})`),
    );
  }

  /** Engagement files and switches of this start or of a second one. */
  takeArguments(args: readonly string[], folder: string): void {
    for (const path of filesInArguments(args.slice(1), folder)) this.open(path);
    if (wantsSample(args)) this.#tell({ kind: "command", id: "open-sample" });
  }

  open(path: string): void {
    this.#requireWindow();
    // A file that is gone leaves the list; the page says so in words.
    if (existsSync(path)) this.#remember(path);
    else this.#setRecent(this.#preferences.get().recent.filter((known) => known !== path));
    const token = createFileToken();
    this.#host.grant(token, path, "open");
    this.#tell({ kind: "take-in", token, name: basename(path) });
  }

  #createHost(): EngineHost {
    const script = join(this.#app.getAppPath(), "dist", "engine", "engine.mjs");
    const node = this.#app.isPackaged ? undefined : process.env.FIELDBOOK_ENGINE_NODE;
    return new EngineHost({
      start: () => (node ? startNodeEngine(script, node, process.env) : startUtilityEngine(script, process.env)),
      init: () => this.#describeInstallation(),
      onState: (state) => {
        this.#log.write(`engine ${state}`);
        this.#tell({ kind: "engine", state });
        if (state === "ready") this.#ports.engineIsReady();
        else this.#ports.engineIsGone();
      },
      onEnded: (code) => this.#log.write(`engine ended with code ${code}`),
      onDeviceKey: (pem) =>
        void storeDeviceKey(this.#home, pem).catch(() => this.#log.write("the device key could not be stored")),
      onJobs: (running, fraction) => this.#showProgress(running, fraction),
      onNotice: (title, body) => {
        if (Notification.isSupported()) new Notification({ title, body }).show();
      },
      onGivenUp: (sentence) => void this.#explainGivenUp(sentence),
    });
  }

  /** What the engine is told first. */
  async #describeInstallation(): Promise<Record<string, string>> {
    const { protection, pem } = await readDeviceKey(this.#home);
    const base = this.#app.isPackaged ? process.resourcesPath : this.#app.getAppPath();
    return {
      home: this.#home,
      assets: join(base, "assets"),
      protection,
      appVersion: this.#app.getVersion(),
      ...(pem ? { deviceKey: pem } : {}),
    };
  }

  /** macOS programs live on without a window. */
  #requireWindow(): void {
    if (BrowserWindow.getAllWindows().length === 0) this.#openWindow();
  }

  #openWindow(): void {
    this.#pending = [];
    const window = createWindow(this.#preferences);
    restoreAfterCrash(window, {
      note: (reason) => this.#log.write(`page gone: ${reason}`),
      giveUp: () =>
        void this.#explainGivenUp("The page ended several times within a minute. Everything saved is safe."),
    });
    window.webContents.on("did-navigate-in-page", (_event, address) =>
      enableEngagementCommands(Menu.getApplicationMenu(), address),
    );
    if (process.platform !== "darwin") window.on("close", (event) => this.#quit.beforeClose(event));
    window.on("session-end", () => this.#quit.endSession());
  }

  async #requestToken(request: FileTokenRequest, window: BrowserWindow | null) {
    if (!window) return null;
    return requestFileToken(request, window, (token, path, purpose) => {
      if (request.kind === "open" && request.accept === "engagement") this.#remember(path);
      this.#host.grant(token, path, purpose);
    });
  }

  #tell(message: BridgeMessage): void {
    const isForLater = this.#pending !== null && message.kind !== "engine";
    if (isForLater) this.#pending?.push(message);
    else for (const window of BrowserWindow.getAllWindows()) window.webContents.send(channels.message, message);
  }

  #remember(path: string): void {
    this.#app.addRecentDocument(path);
    this.#setRecent([path, ...this.#preferences.get().recent.filter((known) => known !== path)]);
  }

  #setRecent(recent: string[]): void {
    this.#preferences.set({ recent: recent.slice(0, 10) });
    this.#showMenu();
  }

  #showMenu(): void {
    const template = buildMenu({
      platform: process.platform,
      packaged: this.#app.isPackaged,
      recent: this.#preferences.get().recent,
      run: (id) => this.#run(id),
      openRecent: (path) => this.open(path),
      clearRecent: () => {
        this.#app.clearRecentDocuments();
        this.#setRecent([]);
      },
    });
    Menu.setApplicationMenu(Menu.buildFromTemplate(template));
    enableEngagementCommands(Menu.getApplicationMenu(), BrowserWindow.getAllWindows()[0]?.webContents.getURL() ?? "");
  }

  #run(id: CommandId): void {
    if (id === "show-log") shell.showItemInFolder(this.#log.path);
    else this.#tell({ kind: "command", id });
  }

  #showProgress(running: number, fraction: number): void {
    this.#running = running;
    for (const window of BrowserWindow.getAllWindows()) window.setProgressBar(running > 0 ? fraction : -1);
  }

  async #explainGivenUp(sentence: string): Promise<void> {
    this.#log.write("given up after repeated failures");
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

function confirmStop(): boolean {
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
