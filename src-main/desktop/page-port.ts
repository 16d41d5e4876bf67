import type { MessagePortMain, WebContents } from "electron";
import { isOwnPage } from "./harden.ts";
import { channels } from "./ipc.ts";

/**
 * Gives each page of ours its one port to the engine. Main pushes the port; a page cannot ask for a second one, and a page that is
 * not ours never gets one. The old port is closed when the page reloads, crashes or goes away.
 */
export class PagePorts {
  readonly #ports = new Map<number, MessagePortMain>();
  readonly #connect: () => MessagePortMain;
  constructor(connect: () => MessagePortMain) {
    this.#connect = connect;
  }

  push(contents: Pick<WebContents, "id" | "getURL" | "isDestroyed" | "postMessage" | "once">): void {
    this.close(contents.id);
    if (contents.isDestroyed() || !isOwnPage(contents.getURL())) return;
    const port = this.#connect();
    this.#ports.set(contents.id, port);
    contents.postMessage(channels.port, null, [port]);
    const forget = () => this.close(contents.id);
    contents.once("destroyed", forget);
    contents.once("render-process-gone", forget);
    contents.once("did-start-navigation", forget);
  }

  close(id: number): void {
    this.#ports.get(id)?.close();
    this.#ports.delete(id);
  }
}
