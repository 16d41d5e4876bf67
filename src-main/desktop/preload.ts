import { contextBridge, type IpcRendererEvent, ipcRenderer, webUtils } from "electron";
import type { Bridge, BridgeMessage, FileRequest } from "../contract/bridge.ts";

// Channel names are repeated from ipc.ts as text, since a sandboxed preload script cannot import the main process's modules.
const channels = {
  fileToken: "fieldbook:file-token",
  hello: "fieldbook:hello",
  port: "fieldbook:port",
  message: "fieldbook:message",
};
const listeners = new Set<(message: BridgeMessage) => void>();
const waiting: string[] = [];
let port: MessagePort | null = null;

const tell = (message: BridgeMessage) => {
  for (const listener of listeners) listener(message);
};

// The port itself stays here: the page can send and receive text, and cannot hand the port on.
ipcRenderer.on(channels.port, (event: IpcRendererEvent) => {
  port?.close();
  port = event.ports[0] ?? null;
  if (!port) return;
  port.onmessage = ({ data }) => tell({ kind: "frame", data: String(data) });
  for (const frame of waiting.splice(0)) port.postMessage(frame);
  tell({ kind: "engine", state: "ready" });
});
ipcRenderer.on(channels.message, (_event: IpcRendererEvent, message: BridgeMessage) => {
  if (message.kind === "engine" && message.state !== "ready") {
    port?.close();
    port = null;
  }
  tell(message);
});

/** Electron 32 removed `File.path`; older test runtimes still have it and lack the replacement. */
const pathOf = (file: File): string => webUtils?.getPathForFile(file) ?? (file as File & { path?: string }).path ?? "";

function fileToken(request: FileRequest): Promise<{ token: string; name: string } | null> {
  const sent = request.kind === "drop" ? { kind: "drop", path: pathOf(request.file as File) } : request;
  return ipcRenderer.invoke(channels.fileToken, sent);
}

const systems: Record<string, Bridge["platform"]["os"]> = { darwin: "mac", win32: "windows" };
const argument = (name: string) => process.argv.find((value) => value.startsWith(`--${name}=`))?.split("=")[1] ?? "";

const bridge: Bridge = {
  post: (frame) => {
    if (typeof frame !== "string") return;
    if (port) port.postMessage(frame);
    else if (waiting.length < 100) waiting.push(frame);
  },
  subscribe: (listener) => {
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  },
  fileToken,
  platform: {
    os: systems[process.platform] ?? "linux",
    packaged: argument("fieldbook-packaged") === "true",
    version: argument("fieldbook-version"),
  },
};
contextBridge.exposeInMainWorld("fieldbook", bridge);
ipcRenderer.send(channels.hello);
