import { bytesToText } from "../bytes.ts";
import { NetFailure } from "../net-failure.ts";
import type { Channel } from "../types.ts";

/** Bytes of status line and header fields together, as common servers limit them; no honest answer has more. */
export const longestHead = 32_768;

/** Reads lines and counted bytes from a channel. Every wait ends at the deadline; nothing larger than asked for is kept. */
export class ByteReader {
  #rest = new Uint8Array(0);
  readonly #channel: Channel;
  readonly #deadline: number;

  /** `deadline` is on the clock of `performance.now()`. */
  constructor(channel: Channel, deadline: number) {
    this.#channel = channel;
    this.#deadline = deadline;
  }

  /** The next line without its end. Fails with TOO_LARGE beyond `longest` bytes. */
  async line(longest: number): Promise<string> {
    const parts: Uint8Array[] = [];
    let size = 0;
    for (;;) {
      const end = this.#rest.indexOf(0x0a);
      const part = end < 0 ? this.#rest : this.#rest.subarray(0, end);
      size += part.length;
      if (size > longest) throw new NetFailure("TOO_LARGE", "A line has no end.");
      parts.push(part);
      this.#rest = this.#rest.subarray(end < 0 ? this.#rest.length : end + 1);
      if (end >= 0) return bytesToText(join(parts, size)).replace(/\r$/, "");
      if (!(await this.#fill())) throw new NetFailure("CLOSED", "The server closed the connection.");
    }
  }

  /** Exactly `count` bytes. Fails with CLOSED when the peer ends before. */
  async take(count: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    let missing = count;
    for (;;) {
      const part = this.#rest.subarray(0, missing);
      this.#rest = this.#rest.subarray(part.length);
      missing -= part.length;
      parts.push(part);
      if (missing === 0) return join(parts, count);
      if (!(await this.#fill())) throw new NetFailure("CLOSED", "The server closed the connection.");
    }
  }

  /** Everything until the peer closes. Fails with TOO_LARGE beyond `longest` bytes. */
  async untilClosed(longest: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    let size = 0;
    do {
      size += this.#rest.length;
      if (size > longest) throw new NetFailure("TOO_LARGE", "The body is too large.");
      parts.push(this.#rest);
    } while (await this.#fill());
    return join(parts, size);
  }

  async #fill(): Promise<boolean> {
    const left = this.#deadline - performance.now();
    if (left <= 0) throw new NetFailure("TIMEOUT", "The answer did not end in time.");
    const bytes = await this.#channel.read(left);
    this.#rest = bytes === null ? new Uint8Array(0) : Uint8Array.from(bytes);
    return bytes !== null;
  }
}

export function join(parts: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
