export interface QuitOptions {
  isBusy(): boolean;
  /** Asks the person whether running work may be stopped. */
  confirm(): boolean;
  /** Ends the engine, within a limit of its own. */
  stop(): Promise<void>;
  quit(): void;
}

interface Preventable {
  preventDefault(): void;
}

/** Ends the program in one order: ask once if work is running, let the engine close its files, then quit. Never waits for a page. */
export class QuitNegotiation {
  readonly #options: QuitOptions;
  #state: "running" | "stopping" | "stopped" = "running";

  constructor(options: QuitOptions) {
    this.#options = options;
  }

  beforeQuit(event: Preventable): void {
    if (this.#state === "stopped") return;
    event.preventDefault();
    if (this.#state === "stopping") return;
    const { isBusy, confirm } = this.#options;
    if (!isBusy() || confirm()) this.#stop();
  }

  /** Closing the last window ends the program where that is the custom, so running work is asked about before the window is gone. */
  beforeClose(event: Preventable): void {
    if (this.#state !== "running" || !this.#options.isBusy()) return;
    event.preventDefault();
    this.#options.quit();
  }

  /** The operating system is shutting down: no question, and no time to lose. */
  endSession(): void {
    if (this.#state === "running") this.#stop();
  }

  #stop(): void {
    this.#state = "stopping";
    void this.#options.stop().finally(() => {
      this.#state = "stopped";
      this.#options.quit();
    });
  }
}
