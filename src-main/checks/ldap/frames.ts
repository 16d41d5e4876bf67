/** Largest message that is taken: one entry by its name alone, or a result with its words. */
const longestMessage = 262_144;
/** Deeper than anything LDAP nests in a reply. */
const deepest = 12;

/** The bytes are no LDAP message. */
export class NotLdap extends Error {}

/**
 * Cuts a stream into whole LDAP messages (RFC 4511 5.1) and lets none through whose lengths do not add up: a library that trusts a
 * length beyond its frame reads on without end.
 * @throws NotLdap for bytes that cannot be, or become, a message
 */
export class Frames {
  #bytes: Uint8Array = new Uint8Array(0);

  /** The messages that these bytes complete. */
  take(bytes: Uint8Array): Uint8Array[] {
    const all = new Uint8Array(this.#bytes.length + bytes.length);
    all.set(this.#bytes);
    all.set(bytes, this.#bytes.length);
    const messages: Uint8Array[] = [];
    let at = 0;
    for (let end = endOfElement(all, at); end !== null && end <= all.length; end = endOfElement(all, at)) {
      if (!isWellFormed(all, at, end, 0)) throw new NotLdap("The lengths of a message do not add up.");
      messages.push(all.slice(at, end));
      at = end;
    }
    this.#bytes = all.slice(at);
    return messages;
  }
}

const sequence = 0x30;

/** Where the message that begins here ends; null while its head is not whole. */
function endOfElement(bytes: Uint8Array, at: number): number | null {
  if (at < bytes.length && bytes[at] !== sequence) throw new NotLdap("A message does not begin as one.");
  const head = readHead(bytes, at, bytes.length);
  if (head === "short") return null;
  if (head === "wrong" || head.end - at > longestMessage) throw new NotLdap("The length of a message is not one.");
  return head.end;
}

interface Head {
  start: number;
  end: number;
}

/** Tag and length of an element: definite lengths of at most four bytes and tags of one byte, as LDAP has them (RFC 4511 5.1). */
function readHead(bytes: Uint8Array, at: number, limit: number): Head | "short" | "wrong" {
  const [tag, first] = [bytes[at], bytes[at + 1]];
  if (tag === undefined || first === undefined || at + 2 > limit) return "short";
  if ((tag & 0x1f) === 0x1f) return "wrong";
  if (first < 0x80) return { start: at + 2, end: at + 2 + first };
  const count = first & 0x7f;
  if (count === 0 || count > 4) return "wrong";
  if (at + 2 + count > limit) return "short";
  let length = 0;
  for (let index = 0; index < count; index++) length = length * 256 + (bytes[at + 2 + index] ?? 0);
  return { start: at + 2 + count, end: at + 2 + count + length };
}

/** Whether the elements from `at` fill the room up to `end` exactly, and theirs do likewise. */
function isWellFormed(bytes: Uint8Array, from: number, end: number, depth: number): boolean {
  let at = from;
  while (at < end) {
    const head = readHead(bytes, at, end);
    if (typeof head === "string" || head.end > end) return false;
    const isConstructed = ((bytes[at] ?? 0) & 0x20) !== 0;
    if (isConstructed && (depth >= deepest || !isWellFormed(bytes, head.start, head.end, depth + 1))) return false;
    at = head.end;
  }
  return true;
}
