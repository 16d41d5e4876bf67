import { type Hash, hashBytes } from "../../../src-main/journal/core/ids.ts";
import type { Message, Net } from "./net.ts";
import type { Place } from "./season.ts";

const LARGEST_CHUNK = 8;

/** A device tells the office what it has and asks for the same. */
export function exchange(net: Net, from: Place, to: Place): void {
  net.post({ kind: "have", from: from.index, to: to.index, hashes: from.store.hashes(), isQuestion: true });
}

/** Answers one message: with what the other side lacks, or by taking in what it sent. */
export function receiveMessage(net: Net, at: Place, message: Message): void {
  if (message.kind === "send") {
    at.store.receive(message.entries);
    return;
  }
  const { index: from, store } = at;
  const to = message.from;
  if (message.isQuestion) net.post({ kind: "have", from, to, hashes: store.hashes(), isQuestion: false });
  const lacking = store.entries().filter(({ bytes }) => !message.hashes.has(hashOf(bytes)));
  for (let start = 0; start < lacking.length; start += LARGEST_CHUNK) {
    net.post({ kind: "send", from, to, entries: lacking.slice(start, start + LARGEST_CHUNK) });
  }
}

const hashes = new WeakMap<Uint8Array, Hash>();

/** Stored bytes do not change, so each is hashed once. */
function hashOf(bytes: Uint8Array): Hash {
  const hash = hashes.get(bytes) ?? hashBytes(bytes);
  hashes.set(bytes, hash);
  return hash;
}
