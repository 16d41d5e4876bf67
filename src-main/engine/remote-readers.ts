import type { ChildPort } from "../journal/index.ts";
import type { HostMessage } from "./host-messages.ts";

interface Listeners {
  pid: number | undefined;
  message: ((message: unknown) => void)[];
  exit: (() => void)[];
}

/** Reading processes that the host starts: an Electron utility process cannot start another one itself. */
export class RemoteReaders {
  readonly #readers = new Map<string, Listeners>();
  readonly #send: (message: object) => void;
  #next = 0;

  constructor(send: (message: object) => void) {
    this.#send = send;
  }

  spawn(): ChildPort {
    const id = `reader-${++this.#next}`;
    const reader: Listeners = { pid: undefined, message: [], exit: [] };
    this.#readers.set(id, reader);
    this.#send({ type: "reader-start", id });
    return {
      get pid() {
        return reader.pid;
      },
      send: (message) => this.#send({ type: "reader-send", id, message }),
      onMessage: (listener) => void reader.message.push(listener),
      onExit: (listener) => void reader.exit.push(listener),
      kill: () => this.#send({ type: "reader-kill", id }),
    };
  }

  take(message: Extract<HostMessage, { type: `reader-${string}` }>): void {
    const reader = this.#readers.get(message.id);
    if (!reader) return;
    if (message.type === "reader-started") reader.pid = message.pid;
    else if (message.type === "reader-message") for (const listener of reader.message) listener(message.message);
    else {
      this.#readers.delete(message.id);
      for (const listener of reader.exit) listener();
    }
  }
}
