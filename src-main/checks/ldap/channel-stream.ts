import { Duplex } from "node:stream";
import { NetFailure } from "../net-failure.ts";
import type { Channel } from "../types.ts";
import { Frames, NotLdap } from "./frames.ts";

/** Bytes a directory may answer in all. Two searches of 10,000 entries without attributes, 150 bytes each, stay below. */
const mostBytes = 8_388_608;
/** Largest piece handed on at once: the LDAP library reads messages of one piece recursively. */
const pieceSize = 2_048;

/** A channel as the stream the LDAP library expects of an open socket, with a limit on what a hostile server can send. */
export class ChannelStream extends Duplex {
  readonly connecting = false;
  readonly readyState = "open";
  /** Code of what ended the stream, if anything did; the library takes every listener off that could hear it. */
  failure: string | null = null;
  readonly #channel: Channel;
  readonly #patience: number;
  readonly #frames = new Frames();
  #received = 0;

  constructor(channel: Channel, patience: number) {
    super({ allowHalfOpen: false });
    this.#channel = channel;
    this.#patience = patience;
  }

  override _read(): void {
    this.#pull().catch((error: Error) => {
      this.failure = error instanceof NetFailure ? error.code : "UNKNOWN";
      this.destroy(error);
    });
  }

  async #pull(): Promise<void> {
    const bytes = await this.#channel.read(this.#patience);
    if (this.destroyed) return;
    if (bytes === null) {
      this.push(null);
      return;
    }
    this.#received += bytes.length;
    if (this.#received > mostBytes) throw new NetFailure("TOO_LARGE", "The directory sends without end.");
    const messages = this.#cut(bytes);
    // The library asks for more only when it was given something.
    if (messages.length === 0) return this.#pull();
    for (const message of messages)
      for (let at = 0; at < message.length; at += pieceSize) this.push(message.subarray(at, at + pieceSize));
  }

  #cut(bytes: Uint8Array): Uint8Array[] {
    try {
      return this.#frames.take(bytes);
    } catch (error) {
      throw error instanceof NotLdap ? new NetFailure("NOT_LDAP", error.message) : error;
    }
  }

  override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
    this.#channel.write(Uint8Array.from(chunk));
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#channel.close();
    done(error);
  }
}
