import { fileURLToPath } from "node:url";
import { runInNewContext } from "node:vm";
import { build, type Rolldown } from "vite";

const project = fileURLToPath(new URL("../../..", import.meta.url));

/** The preload script as it is shipped, bundled by the program's own configuration. */
export async function bundlePreload(): Promise<string> {
  const made = (await build({
    root: project,
    configFile: `${project}/vite.config.ts`,
    mode: "preload",
    logLevel: "silent",
    build: { write: false },
  })) as Rolldown.RolldownOutput | Rolldown.RolldownOutput[];
  const [chunk] = [made].flat().flatMap(({ output }) => output);
  if (chunk?.type !== "chunk") throw new Error("The preload bundle has no code.");
  return chunk.code;
}

type Listener = (event: { ports?: PagePort[]; senderSecret?: string }, message?: unknown) => void;

/** The page's end of the port, as the preload script uses it. */
export class PagePort {
  readonly posted: unknown[] = [];
  isClosed = false;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  postMessage(data: unknown): void {
    this.posted.push(data);
  }
  close(): void {
    this.isClosed = true;
  }
}

export interface PageSide {
  /** Everything put on the page, by name. */
  exposed: Map<string, Record<string, unknown>>;
  invoked: { channel: string; request: unknown }[];
  sent: string[];
  /** Main sends something. */
  deliver(channel: string, message: unknown): void;
  /** Main pushes a port. */
  pushPort(port: PagePort): void;
  /** Milliseconds since the page began. */
  clock: { now: number };
}

/** Runs the bundled preload script with a fake Electron and gives what the page would see. */
export function runPreload(code: string): PageSide {
  const listeners = new Map<string, Listener>();
  const page: PageSide = {
    exposed: new Map(),
    invoked: [],
    sent: [],
    clock: { now: 0 },
    deliver: (channel, message) => listeners.get(channel)?.({ senderSecret: "ipcRenderer" }, message),
    pushPort: (port) => listeners.get("fieldbook:port")?.({ ports: [port] }),
  };
  const electron = {
    contextBridge: {
      exposeInMainWorld: (name: string, api: Record<string, unknown>) => page.exposed.set(name, api),
    },
    ipcRenderer: {
      on: (channel: string, listener: Listener) => listeners.set(channel, listener),
      send: (channel: string) => page.sent.push(channel),
      invoke: async (channel: string, request: unknown) => {
        page.invoked.push({ channel, request });
        return { token: "t", name: "n" };
      },
    },
    webUtils: { getPathForFile: (file: DroppedFile) => file.secretPath },
  };
  runInNewContext(code, {
    require: (name: string) => {
      if (name !== "electron") throw new Error(`A sandboxed preload script cannot load ${name}.`);
      return electron;
    },
    module: { exports: {} },
    exports: {},
    process: { platform: "linux", argv: ["--fieldbook-packaged=true", "--fieldbook-version=1.2.3"] },
    performance: page.clock && { now: () => page.clock.now },
    File: DroppedFile,
  });
  return page;
}

/** Stands for the page's own file class, whose path only Electron knows. */
export class DroppedFile {
  readonly name: string;
  readonly secretPath: string;
  constructor(path: string) {
    this.secretPath = path;
    this.name = path;
  }
}
