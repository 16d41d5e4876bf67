import type { MessagePortMain, WebContents } from "electron";
import { channels } from "./channels.ts";
import { isOwnPage } from "./harden.ts";

type Page = Pick<WebContents, "id" | "getURL" | "isDestroyed" | "postMessage" | "on">;

/**
 * Gives each page of ours its one port to the engine. Main pushes the port when the page's preload script is there and the engine is
 * ready; a page that is not ours never gets one. The old port is closed when the page reloads, crashes or goes away, and when the
 * engine ends.
 */
export class PagePorts {
  readonly #pages = new Map<number, Page>();
  readonly #ports = new Map<number, MessagePortMain>();
  readonly #connect: () => MessagePortMain;
  #isEngineReady = false;

  constructor(connect: () => MessagePortMain) {
    this.#connect = connect;
  }

  /** A page's preload script has started, for the first time or after a reload. */
  add(page: Page): void {
    if (!this.#pages.has(page.id)) this.#watch(page);
    this.#pages.set(page.id, page);
    if (this.#isEngineReady) this.#push(page);
  }

  engineIsReady(): void {
    this.#isEngineReady = true;
    for (const page of this.#pages.values()) this.#push(page);
  }

  engineIsGone(): void {
    this.#isEngineReady = false;
    for (const id of this.#ports.keys()) this.#close(id);
  }

  #push(page: Page): void {
    this.#close(page.id);
    if (page.isDestroyed() || !isOwnPage(page.getURL())) return;
    const port = this.#connect();
    this.#ports.set(page.id, port);
    page.postMessage(channels.port, null, [port]);
  }

  #watch(page: Page): void {
    page.on("render-process-gone", () => this.#close(page.id));
    page.on("destroyed", () => {
      this.#close(page.id);
      this.#pages.delete(page.id);
    });
    // Moving between screens changes the address fragment only; the page and its port stay.
    page.on("did-start-navigation", ({ isMainFrame, isSameDocument }) => {
      if (isMainFrame && !isSameDocument) this.#close(page.id);
    });
  }

  #close(id: number): void {
    this.#ports.get(id)?.close();
    this.#ports.delete(id);
  }
}
