import { abortReason } from "./node-net.ts";
import type { CancelSignal, Channel, Endpoint, Net, TlsRequest } from "./types.ts";

/**
 * New connections per second, and how many may be opened at once after a quiet time. Mail gateways count connections per client:
 * Postfix's default limit is 50 at a time and many sites allow 30 a minute, the vendor shuts a stranger out for five minutes beyond
 * 20 at a time. A whole check set opens about a dozen, so it starts at once and still never looks like a scan.
 */
const connectionsPerSecond = 10;
const burst = 10;
const interval = 1_000 / connectionsPerSecond;

/** Name servers remembered; beyond it the oldest is forgotten and its next TCP connection waits like any other. */
const mostNameServers = 10_000;

interface Waiter {
  host: string;
  start(): void;
}

/**
 * A network with manners, shared by everything that probes: one conversation at a time per host (address), and a limit on new
 * connections over all. First come, first served, except that who waits for a busy host holds up nobody else. Datagrams pass, and so
 * do TCP connections to a name server that was asked by datagram before: they carry one cut answer, not a conversation.
 * Cancelling leaves the queue at once. A probe must not wait for a second connection while it holds one: it would wait for itself.
 */
export function createManners(net: Net): Net {
  const line = new Line();
  const nameServers = new Set<string>();
  return {
    ...net,
    exchange: (to, payload, options) => {
      const name = `${to.address} ${to.port}`;
      nameServers.delete(name);
      nameServers.add(name);
      for (const oldest of nameServers) {
        if (nameServers.size <= mostNameServers) break;
        nameServers.delete(oldest);
      }
      return net.exchange(to, payload, options);
    },
    connect: async (to, options) => {
      if (nameServers.has(`${to.address} ${to.port}`)) return net.connect(to, options);
      const leave = await line.enter(hostOf(to), options.signal);
      try {
        return new PoliteChannel(await net.connect(to, options), leave);
      } catch (error) {
        leave();
        throw error;
      }
    },
  };
}

/** Whom a connection occupies: the address, whatever the port; on loopback, where a rehearsal's servers share one, the port as well. */
const hostOf = ({ address, port }: Endpoint): string =>
  address.startsWith("127.") || address === "::1" ? `${address} ${port}` : address;

/** Who waits, which hosts are busy, and when the next connection may be opened. */
class Line {
  readonly #waiting: Waiter[] = [];
  readonly #busy = new Set<string>();
  /** Time at which the connections opened so far would be due at the steady rate (generic cell rate algorithm). */
  #due = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** Resolves when it is this connection's turn, with the function that ends it. Rejects with an AbortError only. */
  enter(host: string, signal: CancelSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        reject(abortReason(signal));
        this.#advance();
      };
      const waiter: Waiter = {
        host,
        start: () => {
          signal.removeEventListener("abort", onAbort);
          resolve(this.#occupy(host, signal));
        },
      };
      if (signal.aborted) return reject(abortReason(signal));
      signal.addEventListener("abort", onAbort, { once: true });
      this.#waiting.push(waiter);
      this.#advance();
    });
  }

  /** Marks the host busy until the function is called or everything is cancelled, whichever comes first. */
  #occupy(host: string, signal: CancelSignal): () => void {
    this.#busy.add(host);
    let isOver = false;
    const leave = () => {
      if (isOver) return;
      isOver = true;
      signal.removeEventListener("abort", leave);
      this.#busy.delete(host);
      this.#advance();
    };
    signal.addEventListener("abort", leave, { once: true });
    return leave;
  }

  #advance(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    for (;;) {
      const next = this.#waiting.find(({ host }) => !this.#busy.has(host));
      if (!next) return;
      const now = performance.now();
      const pause = this.#due - (burst - 1) * interval - now;
      if (pause > 0) {
        this.#timer = setTimeout(() => this.#advance(), pause);
        return;
      }
      this.#due = Math.max(this.#due, now) + interval;
      this.#waiting.splice(this.#waiting.indexOf(next), 1);
      // Marks the host busy at once, so that the next round of the loop sees it.
      next.start();
    }
  }
}

/** A channel that gives the host free when it is closed. */
class PoliteChannel implements Channel {
  readonly #channel: Channel;
  readonly #leave: () => void;

  constructor(channel: Channel, leave: () => void) {
    this.#channel = channel;
    this.#leave = leave;
  }
  get local(): string {
    return this.#channel.local;
  }
  set parting(bytes: Uint8Array | undefined) {
    this.#channel.parting = bytes;
  }
  read(patience: number): Promise<Uint8Array | null> {
    return this.#channel.read(patience);
  }
  write(bytes: Uint8Array): void {
    this.#channel.write(bytes);
  }
  upgrade(request: TlsRequest) {
    return this.#channel.upgrade(request);
  }
  close(): void {
    this.#channel.close();
    this.#leave();
  }
}
