import { createHash, type Hash as Digest } from "node:crypto";
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { isRejection, readEntry, type SignedBytes } from "../core/entry.ts";
import type { Hash } from "../core/ids.ts";
import { BLOB_PART_BYTES } from "../file/blobs.ts";
import { keyFor } from "../file/driver.ts";
import { createFailure, guardDisk, JournalFailure } from "../file/failure.ts";
import type { Answer, Failed, RowProblem } from "./answers.ts";
import type { ChildPort } from "./process.ts";
import { cpuLimit, createStop, INTAKE_LIMITS, type IntakeLimits, NOTHING_TAKEN, Reader } from "./reader.ts";
import { CHUNK_BYTES } from "./wire.ts";

/** Something in a foreign file that was left out. */
export interface ForeignProblem {
  code: RowProblem["code"];
  /** Table and row, counted from 1. */
  where: string;
  sentence: string;
}

/** A piece of a foreign file. Entries are as their file has them: `receive` says what each is worth. */
export type ForeignChunk =
  /** Comes first. Engagement and genesis are checked; the counts are what the file claims. */
  | {
      type: "summary";
      engagement: string;
      genesis: Hash;
      entries: number;
      waiting: number;
      blobs: number;
      bytes: number;
    }
  /** In the order of the file, each after its causes in an honest one. */
  | { type: "entries"; entries: SignedBytes[] }
  /** Entries whose causes the file lacks. */
  | { type: "waiting"; entries: SignedBytes[] }
  /** Part after part of one blob; with the last one the content is known to have the hash. */
  | { type: "blob"; hash: Hash; part: number; last: boolean; bytes: Uint8Array }
  /** Comes last: only now the file was read as a whole. `leftOut` counts every problem, also those not listed. */
  | { type: "end"; problems: ForeignProblem[]; leftOut: number };

export interface IntakeOptions {
  /** Starts the reading process; see `forkReader`. */
  spawn(): ChildPort;
  limits?: IntakeLimits;
  signal?: AbortSignal;
  /** For an encrypted snapshot of this installation. */
  vaultKey?: Uint8Array | undefined;
  /** Bytes of content. */
  progress?(done: number, total: number): void;
}

const problemSentences: { [code in RowProblem["code"]]: string } = {
  NOT_AN_ENTRY: "This is not an entry as the program writes them; it was left out.",
  OTHER_HASH: "An entry was changed after it was written; it was left out.",
  NEWER_VERSION: "An entry was written by a newer version of the program; it was left out.",
  BLOB_CHANGED: "A stored file was changed after it was written; it was left out.",
};

const reasonSentences: { [reason in NonNullable<Failed["reason"]>]: string } = {
  UNFINISHED_WRITE:
    "The file is a copy of an unfinished write. Ask for a hand-over copy that was made with the program.",
  IMPOSSIBLE_VALUES: "The file holds values of a size that the program never writes.",
  TOO_TANGLED: "The file holds more parallel versions than any engagement leads to.",
};

function toJournalFailure({ code, reason }: Failed): JournalFailure {
  const sentence = reason === null ? createFailure(code).message : reasonSentences[reason];
  return new JournalFailure(code, sentence, NOTHING_TAKEN);
}

const order = ["summary", "entries", "waiting", "blob", "end"] as const;
type Content = Extract<Answer, { type: (typeof order)[number] }>;

/** Holds the answers against each other: an answer that no honest reader could give ends the reading. */
class Course {
  readonly #fileBytes: number;
  #place = 0;
  #done = 0;
  #total = 0;
  #blob: { hash: Hash; next: number; digest: Digest } | undefined;
  #lastHash: Hash = "";

  constructor(fileBytes: number) {
    this.#fileBytes = fileBytes;
  }

  get done(): number {
    return this.#done;
  }
  get total(): number {
    return this.#total;
  }

  /** @throws JournalFailure DAMAGED */
  accept(content: Content): ForeignChunk {
    const place = order.indexOf(content.type);
    const isNext = this.#place === 0 ? place === 0 : place > 0 && place >= this.#place - 1;
    if (!isNext || (this.#blob && content.type !== "blob")) throw createStop("PROTOCOL");
    this.#place = place + 1;
    if (content.type === "summary") return this.#begin(content);
    if (content.type === "blob") this.#follow(content);
    if (content.type === "entries" || content.type === "waiting") this.#measure(content.entries);
    if (content.type !== "end") return content;
    const problems = content.problems.map(({ code, table, row }) => {
      return { code, where: `${table} ${row}`, sentence: problemSentences[code] };
    });
    return { type: "end", problems, leftOut: content.leftOut };
  }

  #begin({ genesis, ...counts }: Extract<Content, { type: "summary" }>): ForeignChunk {
    const entry = readEntry(genesis.bytes);
    // What a file holds is never more than the file: this bounds everything that is still to come.
    if (isRejection(entry) || counts.bytes > this.#fileBytes) throw createStop("PROTOCOL");
    this.#total = counts.bytes;
    return { ...counts, engagement: entry.body.eng, genesis: entry.hash };
  }

  #measure(entries: readonly SignedBytes[]): void {
    const size = entries.reduce((sum, { bytes }) => sum + bytes.length, 0);
    if (entries.length > 1 && size > CHUNK_BYTES) throw createStop("PROTOCOL");
    this.#count(size);
  }

  #follow({ hash, part, last, bytes }: Extract<Content, { type: "blob" }>): void {
    const blob = this.#blob ?? { hash, next: 0, digest: createHash("sha256") };
    const isWhole = last || bytes.length === BLOB_PART_BYTES;
    // Blobs come in the order of their hashes, so that none comes twice.
    if (hash !== blob.hash || hash <= this.#lastHash || part !== blob.next || !isWhole) throw createStop("PROTOCOL");
    blob.digest.update(bytes);
    blob.next++;
    this.#blob = last ? undefined : blob;
    if (last) this.#lastHash = hash;
    if (last && blob.digest.digest("hex") !== hash) throw createStop("PROTOCOL");
    this.#count(bytes.length);
  }

  #count(size: number): void {
    this.#done += size;
    if (this.#done > this.#total) throw createStop("PROTOCOL");
  }
}

interface Foreign {
  path: string;
  size: number;
}

async function* readAll(reader: Reader, { path, size }: Foreign, options: IntakeOptions): AsyncGenerator<ForeignChunk> {
  const course = new Course(size);
  if ((await reader.ask()).type !== "ready") throw createStop("PROTOCOL");
  const key = keyFor(path, options.vaultKey);
  reader.tell({ type: "open", path, ...(key ? { key } : {}) });
  for (;;) {
    const content = await reader.ask({ type: "next" });
    if (content.type === "failed") throw toJournalFailure(content);
    if (content.type === "ready") throw createStop("PROTOCOL");
    const chunk = course.accept(content);
    options.progress?.(course.done, course.total);
    yield chunk;
    if (chunk.type === "end") return;
  }
}

/**
 * Reads a foreign engagement file (an existing local copy that nobody writes to) in a process of its own. This process
 * never opens the file; it takes bytes whose hashes and signatures it checks. The content counts only after the `end`
 * chunk: a caller that keeps chunks before must be able to take them back.
 * @throws JournalFailure NOT_FOUND, NOT_A_FIELDBOOK, NEWER_VERSION, DAMAGED (also when the reading process passed a limit,
 *   broke down, or answered what it should not), LOCKED, READ_ONLY, IO (also when the process could not be started)
 * @throws the reason of `signal` once that is aborted
 */
export async function* readForeignFile(foreign: string, options: IntakeOptions): AsyncGenerator<ForeignChunk> {
  const { signal, limits = INTAKE_LIMITS } = options;
  signal?.throwIfAborted();
  const path = resolve(foreign);
  const { size } = guardDisk(() => statSync(path));
  const reader = new Reader(options.spawn(), { ...limits, cpuMs: cpuLimit(limits, size) });
  const abort = () => reader.stop(signal?.reason);
  signal?.addEventListener("abort", abort);
  try {
    yield* readAll(reader, { path, size }, options);
  } finally {
    signal?.removeEventListener("abort", abort);
    await reader.close();
  }
}
