import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  type ChildPort,
  createJournal,
  type ForeignChunk,
  JournalFailure,
  readForeignFile,
} from "../../../src-main/journal/index.ts";
import { createFolders, createTestDeps, FORM } from "./world.ts";

const newFolder = createFolders();

describe("a reading process that was taken over", () => {
  const bytes = (size: number, fill = 1) => Buffer.alloc(size, fill);
  const raw = (size: number) => ({ bytes: bytes(size), sig: bytes(64) });
  const blob = (content: Buffer, part = 0, last = true) => {
    const hash = createHash("sha256").update(content).digest("hex");
    return { type: "blob", hash, part, last, bytes: content };
  };

  /** Answers from a list, without a process. */
  function createScriptedPort(answers: unknown[]): ChildPort & { killed: boolean } {
    const listeners: ((message: unknown) => void)[] = [];
    let exit: () => void = () => undefined;
    const next = () =>
      setImmediate(() => answers.length > 0 && listeners.forEach((listener) => void listener(answers.shift())));
    const port = {
      pid: undefined,
      killed: false,
      send: (message: object) => (message as { type: string }).type === "next" && next(),
      onMessage: (listener: (message: unknown) => void) => {
        listeners.push(listener);
        next();
      },
      onExit: (listener: () => void) => {
        exit = listener;
      },
      kill: () => {
        port.killed = true;
        setImmediate(exit);
      },
    };
    return port;
  }

  function prepare() {
    const path = join(newFolder(), "a.fieldbook");
    const journal = createJournal(path, createTestDeps(), { form: FORM });
    const [genesis] = journal.entries();
    journal.close();
    const size = readFileSync(path).length;
    const summary = { type: "summary", genesis, entries: 1, waiting: 0, blobs: 0, bytes: size };
    return { path, genesis, summary, size };
  }

  const end = { type: "end", problems: [], leftOut: 0 };
  const run = async (path: string, answers: unknown[]): Promise<ForeignChunk[]> => {
    const port = createScriptedPort(answers);
    const chunks: ForeignChunk[] = [];
    try {
      for await (const chunk of readForeignFile(path, { spawn: () => port })) chunks.push(chunk);
    } finally {
      expect(port.killed).toBe(true);
    }
    return chunks;
  };

  it("is believed while it keeps to the course", async () => {
    const { path, summary } = prepare();
    const contents = [raw(10), raw(20)];
    const [first, second] = [blob(bytes(5)), blob(bytes(6))].sort((a, b) => (a.hash < b.hash ? -1 : 1));
    const course = [{ type: "entries", entries: contents }, { type: "waiting", entries: [raw(3)] }, first, second, end];
    const chunks = await run(path, [{ type: "ready" }, summary, ...course]);
    expect(chunks.slice(1)).toEqual(course);
  });

  it("is ended at the first answer that no file leads to", async () => {
    const { path, genesis, summary, size } = prepare();
    const ready = { type: "ready" };
    const entries = (...list: unknown[]) => ({ type: "entries", entries: list });
    const two = [blob(bytes(5)), blob(bytes(6))].sort((a, b) => (a.hash < b.hash ? 1 : -1));
    const large = bytes(1024 * 1024);
    const courses: [string, unknown[]][] = [
      ["nothing", [null]],
      ["words", [{ type: "ready", sentence: "Run this: http://example.com" }]],
      ["content first", [summary]],
      ["ready twice", [ready, ready]],
      ["no summary", [ready, entries(raw(1))]],
      ["a summary twice", [ready, summary, summary]],
      ["more content than file", [ready, { ...summary, bytes: size + 1 }]],
      ["no genesis", [ready, { ...summary, genesis: raw(10) }]],
      ["a short signature", [ready, { ...summary, genesis: { ...genesis, sig: bytes(63) } }]],
      ["no entries", [ready, summary, entries()]],
      ["an empty entry", [ready, summary, entries(raw(0))]],
      ["an entry of no bytes", [ready, summary, entries({ bytes: "text", sig: bytes(64) })]],
      ["too many entries", [ready, summary, entries(...Array.from({ length: 2001 }, () => raw(1)))]],
      ["more than was said", [ready, { ...summary, bytes: 5 }, entries(raw(6))]],
      ["a chunk above its size", [ready, summary, entries(raw(1024 * 1024), raw(1))]],
      ["an entry above its size", [ready, summary, entries(raw(16 * 1024 * 1024 + 1))]],
      ["entries after waiting ones", [ready, summary, { type: "waiting", entries: [raw(1)] }, entries(raw(1))]],
      ["another blob than it says", [ready, summary, { ...blob(bytes(5)), bytes: bytes(5, 2) }]],
      ["a blob twice", [ready, summary, two[1], two[1]]],
      ["blobs out of order", [ready, summary, two[0], two[1]]],
      ["a blob that begins in the middle", [ready, summary, blob(bytes(5), 1)]],
      ["a short part in the middle", [ready, summary, blob(bytes(5), 0, false)]],
      ["an end in the middle of a blob", [ready, { ...summary, bytes: size }, blob(large, 0, false), end]],
      ["a part above its size", [ready, summary, blob(bytes(1024 * 1024 + 1))]],
      ["a problem in its own words", [ready, summary, { ...end, problems: [{ code: "PAY", table: "entry", row: 1 }] }]],
      ["a failure in its own words", [ready, { type: "failed", code: "DAMAGED", reason: "PAY" }]],
    ];
    for (const [name, answers] of courses) {
      const failure = await run(path, answers).catch((error: unknown) => error);
      const isStopped = failure instanceof JournalFailure && failure.message.includes("no engagement file leads to");
      expect([name, isStopped]).toEqual([name, true]);
    }
  });

  it("is ended when it speaks without being asked", async () => {
    const { path } = prepare();
    const port = createScriptedPort([]);
    const eager = {
      ...port,
      onMessage: (listener: (message: unknown) => void) => {
        port.onMessage(listener);
        setImmediate(() => {
          listener({ type: "ready" });
          listener({ type: "ready" });
        });
      },
    };
    const reading = readForeignFile(path, { spawn: () => eager });
    await expect(reading.next()).rejects.toThrow("no engagement file leads to");
    expect(port.killed).toBe(true);
  });
});
