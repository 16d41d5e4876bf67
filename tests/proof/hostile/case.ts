import { createHash } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import type { SignedBytes } from "../../../src-main/journal/core/entry.ts";
import { Ledger, type Receipt } from "../../../src-main/journal/core/ledger.ts";
import {
  type ChildPort,
  type ForeignChunk,
  type Journal,
  JournalFailure,
  openJournal,
  readForeignFile,
  verifyFile,
} from "../../../src-main/journal/index.ts";
import { readUsage, type Usage } from "../../../src-main/journal/intake/process.ts";
import { createStop, type Stop } from "../../../src-main/journal/intake/reader.ts";
import { createRandom } from "../proof.ts";
import { type Base, createPerson } from "./bases.ts";
import { byteMutations, type Random } from "./bytes.ts";
import { craftedMutations, floodMutations } from "./crafted.ts";
import { Judge } from "./judge.ts";
import { rowMutations } from "./rows.ts";
import { type SqlMutation, schemaMutations } from "./schemas.ts";

/** What one file may cost: the reading process is ended above it, and the case has failed. */
const LIMITS = { memoryBytes: 512 * 1024 * 1024, cpuMs: 2000, answerMs: 60_000 };

const UNTOUCHED = "nothing";
const byBytes = Object.keys(byteMutations);
const crafted = { ...schemaMutations, ...rowMutations, ...craftedMutations };
const bySql: { [name: string]: SqlMutation } = { ...crafted, ...floodMutations };
const kinds = [UNTOUCHED, ...byBytes, ...Object.keys(crafted)];

interface Case {
  seed: number;
  base: Base;
  kind: string;
}

interface Outcome {
  /** What went wrong, one sentence each. */
  faults: string[];
  /** Most memory of the reading process, in bytes. */
  memoryBytes: number;
  /** Processor time of the reading process, in milliseconds. */
  readMs: number;
  /** Longest time one step took in this process, in milliseconds. */
  stepMs: number;
  isRefused: boolean;
  admitted: number;
  rejected: number;
}

export type Examined = Case & Outcome;

/** Everything of a case follows from its seed. */
function seedRandom(seed: number): Random {
  return createRandom(createHash("sha256").update(`hostile ${seed}`).digest().readUInt32BE(0));
}

const pick = <T>(random: Random, list: readonly T[]): T => list[random.next(list.length)] as T;

/** Damage by chance has far more forms than each crafted file; the floods take seconds to make. */
function pickKinds(random: Random): string[] {
  const chance = random.next(60);
  if (chance === 0) return Object.keys(floodMutations);
  return chance < 20 ? byBytes : kinds;
}

/** Writes the mutated file. Several changes of bytes may meet; a change by SQL comes alone, or is damaged after. */
function writeFile(path: string, bases: Base[], seed: number): Case {
  const random = seedRandom(seed);
  const base = pick(random, bases);
  const kind = pick(random, pickKinds(random));
  let bytes: Buffer = Buffer.from(base.bytes);
  const sql = bySql[kind];
  if (sql) {
    writeFileSync(path, bytes);
    const db = new Database(path);
    try {
      db.unsafeMode(true);
      db.pragma("writable_schema = ON");
      db.pragma("synchronous = OFF");
      sql(db, { base, bases, random });
    } finally {
      db.close();
    }
    return { seed, base, kind };
  }
  for (let more = kind === UNTOUCHED ? 0 : 1 + (random.next(2) ? 0 : random.next(3)); more > 0; more--) {
    const name = more === 1 ? kind : pick(random, byBytes);
    bytes = byteMutations[name]?.(bytes, random) ?? bytes;
  }
  writeFileSync(path, bytes);
  return { seed, base, kind };
}

interface Read {
  chunks: ForeignChunk[];
  failure: JournalFailure | null;
  usage: Usage;
}

/** Reads the file through the intake, and looks at what the reading process used at each of its answers. */
async function readIn(path: string, spawn: () => ChildPort): Promise<Read> {
  const chunks: ForeignChunk[] = [];
  const usage = { memoryBytes: 0, cpuMs: 0 };
  const spawnWatched = (): ChildPort => {
    const port = spawn();
    return {
      ...port,
      onMessage: (listener) =>
        port.onMessage((message) => {
          Object.assign(usage, readUsage(port.pid ?? 0));
          listener(message);
        }),
    };
  };
  try {
    for await (const chunk of readForeignFile(path, { spawn: spawnWatched, limits: LIMITS })) chunks.push(chunk);
    return { chunks, failure: null, usage };
  } catch (error) {
    if (!(error instanceof JournalFailure)) throw error;
    return { chunks, failure: error, usage };
  }
}

const stops: Stop[] = ["MEMORY", "TIME", "CRASH", "PROTOCOL", "START"];
const stopSentences = new Set(stops.map((stop) => createStop(stop).message));

/** The steps of one case, with what they found. */
class Examination {
  readonly outcome: Outcome = {
    faults: [],
    memoryBytes: 0,
    readMs: 0,
    stepMs: 0,
    isRefused: false,
    admitted: 0,
    rejected: 0,
  };
  readonly #path: string;
  readonly #case: Case;

  constructor(path: string, examined: Case) {
    this.#path = path;
    this.#case = examined;
  }

  fault(sentence: string): void {
    this.outcome.faults.push(sentence);
  }

  /** Runs a step in this process; it may neither throw nor take longer than a file may. */
  step(name: string, work: () => void): void {
    const start = process.cpuUsage();
    try {
      work();
    } catch (error) {
      this.fault(`${name} threw ${error instanceof Error ? error.stack : String(error)}`);
    }
    const { user, system } = process.cpuUsage(start);
    const ms = (user + system) / 1000;
    this.outcome.stepMs = Math.max(this.outcome.stepMs, ms);
    if (ms > LIMITS.cpuMs) this.fault(`${name} took ${Math.round(ms)} ms`);
  }

  noteRead({ chunks, failure, usage }: Read): SignedBytes[] {
    this.outcome.memoryBytes = usage.memoryBytes;
    this.outcome.readMs = usage.cpuMs;
    this.outcome.isRefused = failure !== null;
    if (failure && stopSentences.has(failure.message)) this.fault(`reading: ${failure.message}`);
    if (usage.memoryBytes > LIMITS.memoryBytes) this.fault(`reading took ${usage.memoryBytes} bytes`);
    this.#checkBlobs(chunks);
    const raws = chunks.flatMap((chunk) =>
      chunk.type === "entries" || chunk.type === "waiting" ? readEntriesOf(chunk) : [],
    );
    const isWhole = raws.length === this.#case.base.entries.length && !failure;
    if (this.#case.kind === UNTOUCHED && !isWhole) this.fault("a valid file was not read whole");
    // A file that failed half-way is taken back by its caller; here its entries are offered all the same.
    return raws;
  }

  #checkBlobs(chunks: ForeignChunk[]): void {
    let digest = createHash("sha256");
    for (const chunk of chunks) {
      if (chunk.type !== "blob") continue;
      digest.update(chunk.bytes);
      if (!chunk.last) continue;
      if (digest.digest("hex") !== chunk.hash) this.fault("a blob came through that is not what its hash says");
      digest = createHash("sha256");
    }
  }

  /** Every entry that was admitted must be sound by the judge's own reading. */
  judge(before: SignedBytes[], receipts: Receipt[]): void {
    const judge = new Judge(this.#case.base.engagement);
    for (const raw of before) judge.judge(raw);
    for (const receipt of receipts) {
      if (receipt.status === "rejected") this.outcome.rejected++;
      for (const { raw } of receipt.status === "admitted" ? receipt.admitted : []) {
        this.outcome.admitted++;
        const wrong = judge.judge(raw);
        if (wrong) this.fault(`wrongly admitted: ${wrong}: ${Buffer.from(raw.bytes).toString("utf8").slice(0, 200)}`);
      }
    }
  }

  offerToFreshLedger(raws: SignedBytes[]): void {
    const ledger = new Ledger(this.#case.base.engagement);
    let receipts: Receipt[] = [];
    this.step("a fresh ledger", () => {
      receipts = raws.map((raw) => ledger.receive(raw));
    });
    this.judge([], receipts);
    const { length } = this.#case.base.entries;
    const isWhole = receipts.filter(({ status }) => status === "admitted" || status === "waiting").length === length;
    if (this.#case.kind === UNTOUCHED && !isWhole) this.fault("entries of a valid file were not taken in");
  }

  offerToJournal(raws: SignedBytes[]): void {
    const path = `${this.#path}-existing`;
    writeFileSync(path, this.#case.base.existing);
    const journal = openJournal(path, createPerson("Dora").deps, { mode: "write" });
    const before = journal.entries();
    const cellsBefore = describeCells(journal);
    let receipts: Receipt[] = [];
    try {
      this.step("a journal", () => {
        receipts = journal.receive(raws);
      });
      this.judge(before, receipts);
      this.#checkCells(cellsBefore, describeCells(journal), receipts);
    } finally {
      journal.close();
    }
    this.step("verifying the journal", () => {
      const { ok, sealed, problems } = verifyFile(path);
      if (!ok || !sealed) this.fault(`the journal that took it in is no longer sound: ${JSON.stringify(problems[0])}`);
    });
  }

  /** A cell may only change where an admitted entry writes it. */
  #checkCells(before: Map<string, string>, after: Map<string, string>, receipts: Receipt[]): void {
    const written = new Set<string>();
    for (const receipt of receipts) {
      for (const { changes } of receipt.status === "admitted" ? receipt.admitted : []) {
        for (const { entity, field } of changes) written.add(JSON.stringify([entity, field]));
      }
    }
    for (const [cell, content] of before) {
      if (after.get(cell) !== content && !written.has(cell)) this.fault(`cell ${cell} changed by itself`);
    }
  }
}

const readEntriesOf = (chunk: Extract<ForeignChunk, { type: "entries" | "waiting" }>): SignedBytes[] =>
  Array.isArray(chunk.entries) ? chunk.entries : [];

/** What every cell of a journal holds, by entity and field. */
function describeCells(journal: Journal): Map<string, string> {
  const state = journal.state();
  const cells = state.entities("").flatMap((entity) => [...(state.entity(entity)?.values() ?? [])]);
  return new Map(cells.map(({ entity, field, heads }) => [JSON.stringify([entity, field]), JSON.stringify(heads)]));
}

/** Makes one hostile file, reads it in, offers what came out to a fresh ledger and to a journal, and verifies it in place. */
export async function examine(seed: number, bases: Base[], folder: string, spawn: () => ChildPort): Promise<Examined> {
  const path = join(folder, `case-${seed}.fieldbook`);
  try {
    const examined = writeFile(path, bases, seed);
    const examination = new Examination(path, examined);
    const raws = examination.noteRead(await readIn(path, spawn));
    examination.offerToFreshLedger(raws);
    examination.offerToJournal(raws);
    examination.step("verifying the file in place", () => void verifyFile(path));
    return { ...examined, ...examination.outcome };
  } finally {
    for (const suffix of ["", "-journal", "-existing", "-existing-journal"]) rmSync(path + suffix, { force: true });
  }
}
