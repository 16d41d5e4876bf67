import type { Bridge, BridgeMessage } from "../src-main/contract/bridge.ts";
import { setConnection } from "./connection.ts";

declare global {
  interface Window {
    /** Put on the page by the desktop's preload; absent in a browser, where files are uploaded and downloaded instead. */
    readonly fieldbook?: Bridge;
  }
}

export const desktop = (): Bridge | undefined => window.fieldbook;

type FrameListener = (event: { data: string }) => void;

/** The bridge as one message port for as long as the engine behind it lives; closed when the engine goes away. */
export class BridgePort {
  readonly #bridge: Bridge;
  readonly #frames: FrameListener[] = [];
  readonly #closings: (() => void)[] = [];
  readonly #stop: () => void;
  isOpen = true;

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
    this.#stop = bridge.subscribe((message) => this.#hear(message));
  }

  #hear(message: BridgeMessage): void {
    if (message.kind === "frame") for (const listener of this.#frames) listener({ data: message.data });
    if (message.kind !== "engine") return;
    setConnection(message.state === "ready" ? "open" : "lost");
    if (message.state === "restarting" || message.state === "gone") this.#close();
  }

  #close(): void {
    this.isOpen = false;
    this.#stop();
    for (const listener of this.#closings) listener();
  }

  postMessage(frame: string): void {
    this.#bridge.post(frame);
  }

  addEventListener(kind: string, listener: FrameListener & (() => void)): void {
    if (kind === "message") this.#frames.push(listener);
    if (kind === "close") this.#closings.push(listener);
  }
}
