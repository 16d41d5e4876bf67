import { createSocket } from "node:dgram";
import { lookup } from "node:dns";
import { connect as connectTcp, isIPv6, type Socket } from "node:net";
import { hostname, networkInterfaces } from "node:os";
import type { Duplex } from "node:stream";
import { readSystemResolvers } from "./dns/system-resolvers.ts";
import { NetFailure } from "./net-failure.ts";
import { upgradeToTls } from "./tls/probe.ts";
import type { CancelSignal, Channel, Endpoint, Net, TlsRequest } from "./types.ts";

/** The real network. */
export const nodeNet: Net = {
  exchange: exchangeDatagram,
  connect: openChannel,
  resolvers: readSystemResolvers,
  lookup: lookUp,
  machine: () => ({ host: hostname(), addresses: listOwnAddresses() }),
};

const toFailure = (error: NodeJS.ErrnoException): NetFailure =>
  error instanceof NetFailure ? error : new NetFailure(error.code ?? "UNKNOWN", error.message);

/**
 * One promise, settled once: by `settle`, by the timer, or by cancelling. `release` runs in every case, so that no socket
 * outlives its question.
 */
function race<T>(
  options: { timeout: number; signal: CancelSignal; release(): void },
  start: (resolve: (value: T) => void, reject: (error: Error) => void) => void,
): Promise<T> {
  const { signal } = options;
  return new Promise<T>((resolve, reject) => {
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      options.release();
      settle();
    };
    const fail = (error: Error) => finish(() => reject(error));
    const onAbort = () => fail(abortReason(signal));
    const timer = setTimeout(() => fail(new NetFailure("TIMEOUT", "No answer in time.")), options.timeout);
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) return onAbort();
    start((value) => finish(() => resolve(value)), fail);
  });
}

/** The error that cancelling rejects with, always named AbortError. */
export const abortReason = (signal: CancelSignal): Error =>
  signal.reason instanceof Error && signal.reason.name === "AbortError"
    ? signal.reason
    : new DOMException("The check was cancelled.", "AbortError");

/** A fresh socket per question gives a fresh source port; a connected one drops datagrams of anyone else (RFC 5452 9). */
function exchangeDatagram(
  to: Endpoint,
  payload: Uint8Array,
  options: { timeout: number; signal: CancelSignal; accept(reply: Uint8Array): boolean },
): Promise<Uint8Array> {
  const socket = createSocket(isIPv6(to.address) ? "udp6" : "udp4");
  const release = () => {
    socket.removeAllListeners();
    socket.on("error", () => undefined);
    socket.close();
  };
  return race({ ...options, release }, (resolve, reject) => {
    socket.on("error", (error) => reject(toFailure(error)));
    socket.on("message", (reply) => {
      if (options.accept(reply)) resolve(Uint8Array.from(reply));
    });
    socket.connect(to.port, to.address, () => {
      socket.send(payload, (error) => {
        if (error) reject(toFailure(error));
      });
    });
  });
}

async function openChannel(to: Endpoint, options: { timeout: number; signal: CancelSignal }): Promise<Channel> {
  const socket = connectTcp({ host: to.address, port: to.port, autoSelectFamily: false });
  let isOpen = false;
  const release = () => {
    if (!isOpen) socket.destroy();
  };
  await race<void>({ ...options, release }, (resolve, reject) => {
    socket.once("error", (error) => reject(toFailure(error)));
    socket.once("connect", () => {
      isOpen = true;
      resolve();
    });
  });
  return new SocketChannel(socket, options.signal);
}

/** How long a cancelled channel waits for the other side's good-bye, milliseconds. */
const partingTime = 250;

/** Bytes are pulled, never pushed: a peer that floods fills one buffer and then waits. */
class SocketChannel implements Channel {
  readonly local: string;
  parting: Uint8Array | undefined;
  #stream: Duplex;
  readonly #socket: Socket;
  readonly #signal: CancelSignal;
  readonly #close = (): void => {
    this.#stream.destroy();
    this.#socket.destroy();
    this.#signal.removeEventListener("abort", this.#part);
  };
  /** Cancelled: says the last words, waits for the other side to close for a moment, and closes. */
  readonly #part = (): void => {
    const { parting } = this;
    if (parting === undefined || this.#stream.destroyed || this.#stream.writableEnded) {
      this.#close();
      return;
    }
    this.#isParting = true;
    const timer = setTimeout(this.#close, partingTime);
    this.#socket.once("close", () => clearTimeout(timer));
    this.#stream.resume();
    this.#stream.end(parting);
  };
  #failure: Error | null = null;
  #isParting = false;

  constructor(socket: Socket, signal: CancelSignal) {
    this.#socket = socket;
    this.#stream = socket;
    this.#signal = signal;
    const own = socket.localAddress ?? "";
    this.local = `${isIPv6(own) ? `[${own}]` : own}:${socket.localPort ?? 0}`;
    socket.removeAllListeners("error");
    this.#watch(socket);
    signal.addEventListener("abort", this.#part, { once: true });
    if (signal.aborted) this.#close();
  }

  #watch(stream: Duplex): void {
    stream.on("error", (error) => {
      this.#failure ??= toFailure(error);
    });
  }

  read(patience: number): Promise<Uint8Array | null> {
    const stream = this.#stream;
    let listener = (): void => undefined;
    const release = () => {
      for (const event of ["readable", "end", "close", "error"]) stream.removeListener(event, listener);
    };
    return race({ timeout: patience, signal: this.#signal, release }, (resolve, reject) => {
      listener = () => {
        const bytes: Buffer | null = stream.read();
        if (bytes !== null) resolve(Uint8Array.from(bytes));
        else if (this.#failure) reject(this.#failure);
        else if (stream.readableEnded || stream.destroyed) resolve(null);
      };
      for (const event of ["readable", "end", "close", "error"]) stream.on(event, listener);
      listener();
    });
  }

  write(bytes: Uint8Array): void {
    if (!this.#stream.destroyed && !this.#stream.writableEnded) this.#stream.write(bytes);
  }

  async upgrade(request: TlsRequest) {
    const { stream, facts } = await upgradeToTls(this.#socket, request, this.#signal);
    this.#watch(stream);
    this.#stream = stream;
    return facts;
  }

  close(): void {
    if (!this.#isParting) this.#close();
  }
}

/** getaddrinfo has no cancel: the answer of a cancelled lookup is dropped. */
function lookUp(host: string, signal: CancelSignal): Promise<string[]> {
  return race<string[]>({ timeout: 10_000, signal, release: () => undefined }, (resolve) => {
    lookup(host, { all: true }, (error, found) => resolve(error ? [] : found.map(({ address }) => address)));
  }).catch((error: Error) => {
    if (error.name === "AbortError") throw error;
    return [];
  });
}

const listOwnAddresses = (): string[] =>
  Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter((one) => !one.internal && !one.address.startsWith("fe80"))
    .map(({ address }) => address);
