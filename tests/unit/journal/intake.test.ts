import { fork } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { copyFileSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { type SignedBytes, signEntry } from "../../../src-main/journal/core/entry.ts";
import { Ledger } from "../../../src-main/journal/core/ledger.ts";
import {
  type ChildPort,
  createJournal,
  type ForeignChunk,
  forkReader,
  JournalFailure,
  openJournal,
  readForeignFile,
  verifyFile,
} from "../../../src-main/journal/index.ts";
import { INTAKE_LIMITS, type IntakeLimits } from "../../../src-main/journal/intake/reader.ts";
import { createFolders, createTestDeps, FORM } from "./world.ts";

const newFolder = createFolders();
const childScript = fileURLToPath(new URL("../../../src-main/journal/intake/child.ts", import.meta.url));
const isLinux = process.platform === "linux";

const PHOTO = Buffer.alloc(2_500_000, "photo ");

/** An engagement with values, two blobs (one in three parts), and with entries of a colleague, the middle one missing. */
function createEngagement(path: string): SignedBytes[] {
  const journal = createJournal(path, createTestDeps(), { form: FORM });
  const blob = journal.putBlob(PHOTO);
  journal.putBlob(Buffer.from("note"));
  journal.append([
    { kind: "attach", entity: "evidence/1", blob, name: "x.jpg", type: "image/jpeg", size: PHOTO.length, meta: {} },
  ]);
  for (let i = 0; i < 30; i++) journal.append([{ kind: "set", entity: `row/${i % 9}`, field: "note", value: `n${i}` }]);
  const first = journal.entries();
  journal.close();
  const colleague = `${path}-colleague`;
  copyFileSync(path, colleague);
  const other = openJournal(colleague, createTestDeps("Boris"), { mode: "write" });
  for (let i = 0; i < 3; i++) other.append([{ kind: "set", entity: "row/1", field: "note", value: `b${i}` }]);
  const later = other.entries().slice(first.length);
  other.close();
  const receiving = openJournal(path, createTestDeps(), { mode: "write" });
  receiving.receive(later.filter((_, i) => i !== 1));
  receiving.close();
  return later;
}

function newEngagement(): string {
  const path = join(newFolder(), "a.fieldbook");
  createEngagement(path);
  return path;
}

/** Does to the file what only a foreign program does. */
function changeBySql(path: string, ...statements: string[]): void {
  const db = new Database(path);
  db.unsafeMode(true);
  db.pragma("writable_schema = ON");
  for (const sql of statements) db.exec(sql);
  db.close();
}

interface Reading {
  chunks: ForeignChunk[];
  pids: number[];
}

async function read(
  path: string,
  { script = childScript, ...options }: { script?: string; limits?: Partial<IntakeLimits>; signal?: AbortSignal } = {},
  reading: Reading = { chunks: [], pids: [] },
): Promise<Reading> {
  const spawn = () => {
    const port = forkReader(script);
    if (port.pid !== undefined) reading.pids.push(port.pid);
    return port;
  };
  const limits = { ...INTAKE_LIMITS, ...options.limits };
  for await (const chunk of readForeignFile(path, { ...options, spawn, limits })) reading.chunks.push(chunk);
  return reading;
}

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Reads a file that must be refused; nothing may be left running or lying about. */
async function failureOf(path: string, options: Parameters<typeof read>[1] = {}): Promise<JournalFailure> {
  const reading: Reading = { chunks: [], pids: [] };
  const before = readdirSync(join(path, ".."));
  const error = await read(path, options, reading).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(reading.pids.filter(isRunning)).toEqual([]);
  expect(readdirSync(join(path, ".."))).toEqual(before);
  expect(reading.chunks.some(({ type }) => type === "end")).toBe(false);
  if (!(error instanceof JournalFailure)) throw error ?? new Error("the file was read");
  return error;
}

const entriesOf = (chunks: ForeignChunk[], type: "entries" | "waiting"): SignedBytes[] =>
  chunks.flatMap((chunk) =>
    chunk.type === type && "entries" in chunk && Array.isArray(chunk.entries) ? chunk.entries : [],
  );
const toHex = ({ bytes, sig }: SignedBytes) =>
  `${Buffer.from(bytes).toString("hex")} ${Buffer.from(sig).toString("hex")}`;

describe("a good file from outside", () => {
  it("comes out whole: summary, entries in order, waiting entries, blobs part by part", async () => {
    const path = newEngagement();
    const before = readFileSync(path);
    const { chunks, pids } = await read(path);
    expect(pids.map(isRunning)).toEqual([false]);
    const journal = openJournal(path, createTestDeps(), { mode: "read" });
    expect(chunks[0]).toMatchObject({
      type: "summary",
      engagement: journal.engagement,
      genesis: journal.genesis,
      entries: journal.entries().length,
      waiting: 1,
      blobs: 2,
    });
    expect(entriesOf(chunks, "entries").map(toHex)).toEqual(journal.entries().map(toHex));
    journal.close();
    const ledger = new Ledger(journal.engagement);
    for (const raw of entriesOf(chunks, "entries")) expect(ledger.receive(raw).status).toBe("admitted");
    for (const raw of entriesOf(chunks, "waiting")) expect(ledger.receive(raw).status).toBe("waiting");
    const parts = chunks.filter((chunk) => chunk.type === "blob");
    expect(parts.map(({ part, last }) => [part, last]).sort()).toEqual([
      [0, false],
      [0, true],
      [1, false],
      [2, true],
    ]);
    const hash = createHash("sha256").update(PHOTO).digest("hex");
    expect(Buffer.concat(parts.filter((part) => part.hash === hash).map(({ bytes }) => bytes)).equals(PHOTO)).toBe(
      true,
    );
    expect(chunks.at(-1)).toEqual({ type: "end", problems: [], leftOut: 0 });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it("with rows that were changed comes out without them, and says which", async () => {
    const path = newEngagement();
    changeBySql(
      path,
      "UPDATE entry SET bytes = CAST(replace(CAST(bytes AS TEXT), '\"n3\"', '\"n4\"') AS BLOB) WHERE pos = 6",
      "UPDATE entry SET bytes = CAST('{\"v\":2}' AS BLOB) WHERE pos = 9",
      "UPDATE entry SET bytes = CAST('[]' AS BLOB) WHERE pos = 10",
      "UPDATE inbox SET bytes = zeroblob(9)",
      "DELETE FROM blob WHERE part = 1",
    );
    const { chunks } = await read(path);
    const end = chunks.at(-1);
    expect(end).toMatchObject({ type: "end", leftOut: 5 });
    expect(end?.type === "end" && end.problems.map(({ code, where }) => [code, where])).toEqual([
      ["OTHER_HASH", "entry 6"],
      ["NEWER_VERSION", "entry 9"],
      ["NOT_AN_ENTRY", "entry 10"],
      ["NOT_AN_ENTRY", "inbox 1"],
      ["BLOB_CHANGED", expect.stringMatching(/^blob [12]$/)],
    ]);
    expect(chunks.filter(({ type }) => type === "blob").length).toBe(1);
    expect(chunks.some(({ type }) => type === "waiting")).toBe(false);
  });

  it("that begins with a row that is no entry is still known by its first entry", async () => {
    const path = newEngagement();
    changeBySql(path, "UPDATE entry SET pos = 0, bytes = zeroblob(5), hash = zeroblob(32) WHERE pos = 2");
    const { chunks } = await read(path);
    const [summary] = chunks;
    expect(summary?.type === "summary" && summary.genesis).toMatch(/^[0-9a-f]{64}$/);
    changeBySql(path, "DELETE FROM entry WHERE pos = 1");
    expect(await failureOf(path)).toMatchObject({ code: "DAMAGED" });
  });

  it("tells how far reading is", async () => {
    const path = newEngagement();
    const seen: number[] = [];
    let last = 0;
    const progress = (done: number, total: number) => {
      seen.push(done);
      last = total;
    };
    for await (const _ of readForeignFile(path, { spawn: () => forkReader(childScript), progress }));
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(last);
    expect(last).toBeGreaterThan(PHOTO.length);
  });
});

describe("a file that is not what it seems", () => {
  const endless =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS pos, x'00' AS hash, x'00' AS bytes, x'00' AS sig FROM n";
  it.each([
    ["a view in place of a table", `DROP TABLE entry; CREATE VIEW entry AS ${endless}`],
    ["a trigger", "CREATE TRIGGER t AFTER INSERT ON entry BEGIN DELETE FROM entry; END"],
    [
      "a generated column",
      "DROP TABLE inbox; CREATE TABLE inbox (hash BLOB, bytes BLOB AS (zeroblob(200000000)), sig BLOB)",
    ],
    ["a virtual table", "CREATE VIRTUAL TABLE search USING fts5(text)"],
    ["another index", "CREATE INDEX i ON entry (bytes)"],
    ["a missing table", "DROP TABLE head"],
  ])("with %s is refused", async (_, sql) => {
    const path = newEngagement();
    changeBySql(path, sql);
    expect(await failureOf(path)).toMatchObject({ code: "NOT_A_FIELDBOOK", kept: "Nothing was taken from the file." });
  });

  it.each([
    ["an entry above the limit", "UPDATE entry SET bytes = zeroblob(17000000) WHERE pos = 3"],
    ["an empty entry", "UPDATE entry SET bytes = zeroblob(0) WHERE pos = 3"],
    ["a waiting entry above the limit", "UPDATE inbox SET bytes = zeroblob(17000000)"],
    ["a long hash", "UPDATE entry SET hash = zeroblob(20000000) WHERE pos = 3"],
    ["a long signature", "UPDATE inbox SET sig = zeroblob(20000000)"],
    ["a long part of a blob", "UPDATE blob SET bytes = zeroblob(1048577) WHERE part = 1"],
    ["a short hash of a blob", "UPDATE blob SET hash = zeroblob(31) WHERE part = 1"],
  ])("with %s is refused before it is read", async (_, sql) => {
    const path = newEngagement();
    changeBySql(path, sql);
    const failure = await failureOf(path);
    expect(failure.code).toBe("DAMAGED");
    expect(failure.message).toBe("The file holds values of a size that the program never writes.");
  });

  it("with an index that names other rows than the table is refused", async () => {
    const path = newEngagement();
    const good = readFileSync(path);
    const key = createHash("sha256").update("note").digest();
    const places: number[] = [];
    for (let at = good.indexOf(key); at >= 0; at = good.indexOf(key, at + 1)) places.push(at);
    expect(places.length).toBe(2);
    for (const place of places) {
      const changed = Buffer.from(good);
      changed.writeUInt8(changed.readUInt8(place + 31) ^ 1, place + 31);
      writeFileSync(path, changed);
      expect(await failureOf(path)).toMatchObject({ code: "DAMAGED" });
    }
  });

  it("with more parallel versions than a ledger can compare is refused, also where it lies", async () => {
    const path = newEngagement();
    const journal = openJournal(path, createTestDeps(), { mode: "read" });
    const genesis = JSON.parse(Buffer.from(journal.entries()[0]?.bytes ?? []).toString("utf8"));
    journal.close();
    const ops = [genesis.ops[0]];
    for (let i = 0; i < 60_000; i++) ops.push({ kind: "set", entity: "row/1", field: "note", value: i, over: [] });
    const { bytes, sig } = signEntry({ ...genesis, deps: [journal.genesis], lam: 2, ops }, createTestDeps().device);
    const db = new Database(path);
    db.prepare("INSERT INTO entry (hash, bytes, sig) VALUES (?, ?, ?)").run(
      createHash("sha256").update(bytes).digest(),
      bytes,
      sig,
    );
    db.close();
    const failure = await failureOf(path);
    expect(failure).toMatchObject({ code: "DAMAGED", message: expect.stringContaining("parallel versions") });
    const { problems } = verifyFile(path);
    expect(problems).toMatchObject([{ code: "DAMAGED", sentence: failure.message }]);
  });

  it("is refused with an unfinished write beside it", async () => {
    for (const suffix of ["-wal", "-journal"]) {
      const path = newEngagement();
      writeFileSync(path + suffix, "x");
      const failure = await failureOf(path);
      expect(failure.code).toBe("DAMAGED");
      expect(failure.message).toContain("hand-over copy");
    }
  });

  it("is refused when it was cut off, is no file, or is something else", async () => {
    const path = newEngagement();
    truncateSync(path, 40_960);
    expect((await failureOf(path)).code).toBe("DAMAGED");
    truncateSync(path, 60);
    expect((await failureOf(path)).code).toBe("NOT_A_FIELDBOOK");
    await expect(read(join(newFolder(), "none.fieldbook"))).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(read(newFolder())).rejects.toMatchObject({ code: "NOT_A_FIELDBOOK" });
  });
});

/** A reading process that behaves as the script says; `say` answers. */
function writeStandIn(script: string): string {
  const path = join(newFolder(), "stand-in.mjs");
  writeFileSync(path, `const say = (message) => process.send(message);\n${script}\n`);
  return path;
}

describe("the reading process", () => {
  const afterReady = (work: string) =>
    writeStandIn(`process.on("message", ({ type }) => { if (type === "next") { ${work} } }); say({ type: "ready" });`);

  it("is ended when it takes too long to answer", async () => {
    const limits = { answerMs: 2000 };
    const busy = await failureOf(newEngagement(), { script: afterReady("for (;;);"), limits });
    expect(busy.code).toBe("DAMAGED");
    expect(busy.message).toContain("longer");
    const silent = await failureOf(newEngagement(), { script: afterReady(""), limits });
    expect(silent.message).toContain("longer");
  });

  it.runIf(isLinux)("is ended when it takes too much processor time", async () => {
    const failure = await failureOf(newEngagement(), { script: afterReady("for (;;);"), limits: { cpuMs: 400 } });
    expect(failure.code).toBe("DAMAGED");
    expect(failure.message).toContain("longer");
  });

  it.runIf(isLinux)("is ended when it takes too much memory", async () => {
    const script = afterReady("globalThis.kept = Array.from({ length: 30 }, () => Buffer.alloc(1e7, 1)); for (;;);");
    const failure = await failureOf(newEngagement(), { script, limits: { memoryBytes: 200_000_000 } });
    expect(failure.code).toBe("DAMAGED");
    expect(failure.message).toContain("memory");
  });

  it("may break down over the file, or not start", async () => {
    for (const death of ["process.abort();", "process.exit(0);"]) {
      const failure = await failureOf(newEngagement(), { script: afterReady(death) });
      expect(failure.code).toBe("DAMAGED");
      expect(failure.message).toContain("broke down");
    }
    const missing = await failureOf(newEngagement(), { script: join(newFolder(), "none.mjs") });
    expect(missing).toMatchObject({ code: "IO" });
    expect(missing.message).toContain("could not be started");
  });

  it("ends when its parent cancels, takes no more, or goes", async () => {
    const stop = new AbortController();
    const path = newEngagement();
    const reading: Reading = { chunks: [], pids: [] };
    const cancelled = read(path, { script: afterReady("for (;;);"), signal: stop.signal }, reading);
    setTimeout(() => stop.abort(new Error("enough")), 300);
    await expect(cancelled).rejects.toThrow("enough");
    await expect(read(path, { signal: stop.signal }, reading)).rejects.toThrow("enough");
    expect(reading.pids.map(isRunning)).toEqual([false]);
    const ports: ChildPort[] = [];
    const spawn = () => {
      const port = forkReader(childScript);
      ports.push(port);
      return port;
    };
    for await (const chunk of readForeignFile(path, { spawn })) if (chunk.type === "entries") break;
    expect(ports.map(({ pid }) => isRunning(pid ?? 0))).toEqual([false]);
    const orphan = fork(childScript, { execArgv: [], stdio: ["ignore", "ignore", "ignore", "ipc"] });
    await once(orphan, "message");
    orphan.disconnect();
    expect(await once(orphan, "exit")).toEqual([0, null]);
  });
});
