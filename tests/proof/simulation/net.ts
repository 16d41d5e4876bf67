import type { SignedBytes } from "../../../src-main/journal/core/entry.ts";
import type { Hash } from "../../../src-main/journal/core/ids.ts";
import { type Faults, happens, type Random } from "./faults.ts";

/** Both sides say what they have and send what the other lacks, causes first, in chunks. */
export type Message =
  | { kind: "have"; from: number; to: number; hashes: ReadonlySet<Hash>; isQuestion: boolean }
  | { kind: "send"; from: number; to: number; entries: readonly SignedBytes[] };

/** Messages arrive late, in any order, twice, torn, or not at all. */
export class Net {
  readonly #random: Random;
  readonly #faults: Faults;
  readonly #underWay: Message[] = [];
  /** Messages that met a fault, by fault. */
  readonly sights = { dropped: 0, duplicated: 0, torn: 0 };

  constructor(random: Random, faults: Faults) {
    this.#random = random;
    this.#faults = faults;
  }

  get isEmpty(): boolean {
    return this.#underWay.length === 0;
  }

  post(message: Message): void {
    if (happens(this.#random, this.#faults.drop)) {
      this.sights.dropped++;
      return;
    }
    this.#underWay.push(this.#tear(message));
    if (!happens(this.#random, this.#faults.duplicate)) return;
    this.sights.duplicated++;
    this.#underWay.push(message);
  }

  /** The next message to arrive. */
  take(): Message | undefined {
    const [message] = this.#underWay.splice(this.#random.next(Math.max(1, this.#underWay.length)), 1);
    return message;
  }

  #tear(message: Message): Message {
    if (message.kind !== "send" || !happens(this.#random, this.#faults.torn)) return message;
    this.sights.torn++;
    const entries = message.entries.slice(0, 1 + this.#random.next(message.entries.length));
    const last = entries.pop();
    return last ? { ...message, entries: [...entries, this.#damage(last)] } : message;
  }

  #damage({ bytes, sig }: SignedBytes): SignedBytes {
    const place = this.#random.next(bytes.length);
    if (this.#random.next(2) === 0) return { bytes: bytes.slice(0, place), sig };
    const [damagedBytes, damagedSig] = [Uint8Array.from(bytes), Uint8Array.from(sig)];
    const target = this.#random.next(2) === 0 ? damagedBytes : damagedSig;
    const index = place % target.length;
    target[index] = (target[index] ?? 0) ^ (1 << this.#random.next(7));
    return { bytes: damagedBytes, sig: damagedSig };
  }
}
