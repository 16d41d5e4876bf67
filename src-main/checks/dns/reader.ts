/** The bytes are not a DNS message. The message says where they stop being one. */
export class Malformed extends Error {}

/** Reads big-endian numbers, byte runs and compressed names, and never past the end. */
export class Reader {
  offset = 0;
  readonly bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  number(size: 1 | 2 | 4): number {
    let value = 0;
    for (const byte of this.take(size, this.bytes.length)) value = value * 256 + byte;
    return value;
  }

  take(length: number, end: number): Uint8Array {
    const stop = this.offset + length;
    if (length < 0 || stop > end || stop > this.bytes.length)
      throw new Malformed("The message ends in the middle of a record.");
    const slice = this.bytes.subarray(this.offset, stop);
    this.offset = stop;
    return slice;
  }

  skipTo(end: number): void {
    if (end > this.bytes.length || this.offset > end) throw new Malformed("A record is longer than its length says.");
    this.offset = end;
  }

  /** A name, following compression. Pointers must point backwards, so that reading always ends (RFC 1035 4.1.4). */
  name(): string {
    const labels: string[] = [];
    let [at, after, size] = [this.offset, -1, 0];
    for (let length = this.byteAt(at); length !== 0; length = this.byteAt(at)) {
      if (length >= 0xc0) {
        if (after < 0) after = at + 2;
        at = this.pointerAt(at);
        continue;
      }
      size += length + 1;
      if (length > 63 || size > 254) throw new Malformed("A label or name is too long.");
      this.byteAt(at + length);
      labels.push(labelToText(this.bytes.subarray(at + 1, at + 1 + length)));
      at += length + 1;
    }
    this.offset = after < 0 ? at + 1 : after;
    return labels.join(".");
  }

  private byteAt(at: number): number {
    const byte = this.bytes[at];
    if (byte === undefined) throw new Malformed("A name runs past the end of the message.");
    return byte;
  }

  private pointerAt(at: number): number {
    const target = ((this.byteAt(at) & 0x3f) << 8) | this.byteAt(at + 1);
    if (target >= at) throw new Malformed("A compressed name points forwards.");
    return target;
  }
}

/** Label in lower case; dots and unprintable bytes as \DDD (RFC 1035 5.1), so that text and name stay one to one. */
function labelToText(label: Uint8Array): string {
  let text = "";
  for (const byte of label) {
    const isPlain = byte > 0x20 && byte < 0x7f && byte !== 0x2e && byte !== 0x5c;
    text += isPlain ? String.fromCharCode(byte) : `\\${String(byte).padStart(3, "0")}`;
  }
  return text.toLowerCase();
}
