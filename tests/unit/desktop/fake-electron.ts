import { EventEmitter } from "node:events";

/** What the desktop's modules ask of Electron, with every call kept for tests to look at. No binary is needed. */
export interface Call {
  name: string;
  args: unknown[];
}
export const calls: Call[] = [];
export const callsOf = (name: string): unknown[][] =>
  calls.filter((call) => call.name === name).map((call) => call.args);
const keep =
  <Result>(name: string, result?: Result) =>
  (...args: unknown[]): Result => {
    calls.push({ name, args });
    return result as Result;
  };

/** A fresh event whose prevention can be seen. */
export class FakeEvent {
  wasPrevented = false;
  preventDefault(): void {
    this.wasPrevented = true;
  }
}

export class FakePort extends EventEmitter {
  isClosed = false;
  readonly posted: unknown[] = [];
  postMessage(data: unknown): void {
    this.posted.push(data);
  }
  start(): void {}
  close(): void {
    this.isClosed = true;
    this.emit("close");
  }
}

let contentsMade = 0;
export class FakeContents extends EventEmitter {
  readonly id: number;
  url: string;
  isGone = false;
  reloads = 0;
  readonly posted: { channel: string; ports: FakePort[] }[] = [];
  readonly sent: { channel: string; message: unknown }[] = [];
  openHandler: (details: { url: string }) => { action: string } = () => ({ action: "allow" });

  constructor(url = "app://fieldbook/index.html") {
    super();
    contentsMade += 1;
    this.id = contentsMade;
    this.url = url;
  }
  getURL(): string {
    return this.url;
  }
  isDestroyed(): boolean {
    return this.isGone;
  }
  reload(): void {
    this.reloads += 1;
  }
  postMessage(channel: string, _message: unknown, ports: FakePort[]): void {
    this.posted.push({ channel, ports });
  }
  send(channel: string, message: unknown): void {
    this.sent.push({ channel, message });
  }
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.openHandler = handler;
  }
}

class FakeApp extends EventEmitter {
  isPackaged = false;
  enableSandbox = keep("enableSandbox");
  quit = keep("quit");
  requestSingleInstanceLock = keep("requestSingleInstanceLock", true);
  getAppPath = () => "/program";
  getVersion = () => "1.2.3";
  /** Ready never comes: what must happen before it can be seen alone. */
  whenReady(): Promise<void> {
    calls.push({ name: "whenReady", args: [] });
    return new Promise(() => undefined);
  }
}

type Handler = (event: unknown, request?: unknown) => unknown;
export const handlers = new Map<string, Handler>();
export const listeners = new Map<string, Handler>();

export const fakeSafeStorage = {
  backend: "gnome_libsecret",
  isAvailable: true,
  shouldReEncrypt: false,
  sealed: 0,
  getSelectedStorageBackend: () => fakeSafeStorage.backend,
  isAsyncEncryptionAvailable: async () => fakeSafeStorage.isAvailable,
  encryptStringAsync: async (text: string) => {
    fakeSafeStorage.sealed += 1;
    return Buffer.from(text, "utf8").reverse();
  },
  decryptStringAsync: async (sealed: Buffer) => {
    const result = Buffer.from(sealed).reverse().toString("utf8");
    if (!result.startsWith("-----BEGIN")) throw new Error("cannot be unwrapped");
    return { result, shouldReEncrypt: fakeSafeStorage.shouldReEncrypt };
  },
};

export class FakeWindow extends EventEmitter {
  readonly webContents = new FakeContents();
  readonly options: Record<string, unknown>;
  constructor(options: Record<string, unknown>) {
    super();
    this.options = options;
    calls.push({ name: "new BrowserWindow", args: [options] });
  }
  loadURL = keep("loadURL", Promise.resolve());
  show = keep("show");
  maximize = keep("maximize");
  getNormalBounds = () => ({ x: 0, y: 0, width: 900, height: 700 });
  isMaximized = () => false;
}

export const fakeDialog = {
  openPaths: [] as string[],
  savePath: "",
  showOpenDialog: async () => ({ canceled: false, filePaths: fakeDialog.openPaths }),
  showSaveDialog: async () => ({ canceled: false, filePath: fakeDialog.savePath }),
};

const area = { x: 0, y: 0, width: 1_920, height: 1_040 };
export const app = new FakeApp();
export const BrowserWindow = FakeWindow;
export const dialog = fakeDialog;
export const ipcMain = {
  handle: (channel: string, handler: Handler) => handlers.set(channel, handler),
  on: (channel: string, handler: Handler) => listeners.set(channel, handler),
};
export const Menu = { setApplicationMenu: keep("setApplicationMenu") };
export class MessageChannelMain {
  readonly port1 = new FakePort();
  readonly port2 = new FakePort();
}
export const nativeTheme = { shouldUseDarkColors: false };
export const protocol = {
  registerSchemesAsPrivileged: keep("registerSchemesAsPrivileged"),
  handle: keep("protocol.handle"),
};
export const safeStorage = fakeSafeStorage;
export const screen = {
  getDisplayMatching: () => ({ workArea: area }),
  getPrimaryDisplay: () => ({ workArea: area }),
};
export const session = { defaultSession: {} };
export const shell = {
  openExternal: keep("openExternal", Promise.resolve()),
  showItemInFolder: keep("showItemInFolder"),
};
export const utilityProcess = {
  fork: (...args: unknown[]) => {
    calls.push({ name: "fork", args });
    return new EventEmitter();
  },
};
