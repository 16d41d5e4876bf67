import { contextBridge, type IpcRendererEvent, ipcRenderer, webUtils } from "electron";
import type { Bridge, BridgeMessage, FileRequest } from "../contract/bridge.ts";
import { channels } from "./channels.ts";

const mostWaiting = 100;
/** How long after its start a page may still be putting up its listeners. */
const settlingTime = 10_000;
const started = performance.now();

const listeners = new Set<(message: BridgeMessage) => void>();
const missed: BridgeMessage[] = [];
const waiting: string[] = [];
let port: MessagePort | null = null;

function tell(message: BridgeMessage): void {
  const isPassing = message.kind === "frame" || message.kind === "engine";
  if (!isPassing && performance.now() - started < settlingTime) missed.push(message);
  for (const listener of listeners) listener(message);
}

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
  // The port says "ready" itself, when it is there. What waited for an engine that ended was refused to its caller: it must not run later.
  if (message.kind === "engine" && message.state === "ready") return;
  if (message.kind === "engine" && message.state !== "starting") {
    port?.close();
    port = null;
    waiting.length = 0;
  }
  tell(message);
});

/** A file asked for or a command given while the page starts must not be lost: later listeners hear what they missed. */
function subscribe(listener: (message: BridgeMessage) => void): () => void {
  listeners.add(listener);
  if (performance.now() - started < settlingTime) for (const message of missed) listener(message);
  return () => {
    listeners.delete(listener);
  };
}

function post(frame: string): void {
  if (typeof frame !== "string") return;
  if (port) port.postMessage(frame);
  else if (waiting.length < mostWaiting) waiting.push(frame);
}

/** Electron 32 removed `File.path`; older runtimes still have it and lack the replacement. */
const pathOf = (file: File): string => webUtils?.getPathForFile(file) ?? (file as File & { path?: string }).path ?? "";

async function fileToken(request: FileRequest): Promise<{ token: string; name: string } | null> {
  if (request.kind !== "drop") return ipcRenderer.invoke(channels.fileToken, request);
  // Only a real file object, which the person dropped or pasted, has a path; text that the page made up has none.
  const path = request.file instanceof File ? pathOf(request.file) : "";
  // Pasted pictures have no path either: they are uploaded instead.
  return path ? ipcRenderer.invoke(channels.fileToken, { kind: "drop", path }) : null;
}

const systems: Record<string, Bridge["platform"]["os"]> = { darwin: "mac", win32: "windows" };
const argument = (name: string) => process.argv.find((value) => value.startsWith(`--${name}=`))?.split("=")[1] ?? "";

const bridge: Bridge = {
  post,
  subscribe,
  fileToken,
  platform: {
    os: systems[process.platform] ?? "linux",
    packaged: argument("fieldbook-packaged") === "true",
    version: argument("fieldbook-version"),
  },
};
contextBridge.exposeInMainWorld("fieldbook", bridge);
ipcRenderer.send(channels.hello);
