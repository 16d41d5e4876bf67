import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { hashBytes } from "../../../src-main/journal/core/ids.ts";
import {
  createFromEntries,
  createJournal,
  JournalFailure,
  openJournal,
  type SignedBytes,
  verifyFile,
} from "../../../src-main/journal/index.ts";
import { createFolders, createTestDeps, FORM } from "./world.ts";

const newFolder = createFolders();
const CONTENT = Buffer.alloc(1_500_000, "content");

interface Source {
  entries: SignedBytes[];
  head: string;
}

function makeSource(name = "Anna"): Source {
  const journal = createJournal(join(newFolder(), "source.fieldbook"), createTestDeps(name), { form: FORM });
  for (let i = 0; i < 30; i++) journal.append([{ kind: "set", entity: `rfi/s${i % 4}`, field: "x", value: i }]);
  const source = { entries: journal.entries(), head: journal.head() };
  journal.close();
  return source;
}

/** Another order, the same for the same seed. */
function shuffle<T>(items: readonly T[], seed: number): T[] {
  let state = seed;
  const keyed = items.map((item) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return { item, key: state };
  });
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}

function recreate(entries: SignedBytes[], blobs: { hash: string; bytes: Uint8Array }[] = []): string {
  const path = join(newFolder(), "made.fieldbook");
  createFromEntries(path, createTestDeps(), entries, blobs);
  return path;
}

function look(path: string) {
  const journal = openJournal(path, createTestDeps(), { mode: "read" });
  try {
    const { entries, waiting } = journal.state();
    const cell = journal.state().get("rfi/s1", "x")?.value;
    return { entries, waiting, cell, head: journal.head(), blobs: journal.blobs() };
  } finally {
    journal.close();
  }
}

/** The code of the refusal; nothing may be left in the folder but what was there. */
function refusalOf(path: string, entries: SignedBytes[], blobs: { hash: string; bytes: Uint8Array }[] = []): string {
  const before = readdirSync(dirname(path));
  try {
    createFromEntries(path, createTestDeps(), entries, blobs);
    return "made";
  } catch (error) {
    expect(readdirSync(dirname(path))).toEqual(before);
    return error instanceof JournalFailure ? error.code : String(error);
  }
}

describe("a file made of entries", () => {
  it.each([1, 2, 3, 4, 5])("holds the same as the one they come from, in whatever order (seed %i)", (seed) => {
    const { entries, head } = makeSource();
    const hash = hashBytes(CONTENT);
    const path = recreate(shuffle(entries, seed), [{ hash, bytes: CONTENT }]);
    expect(verifyFile(path)).toMatchObject({ ok: true, sealed: true, entries: entries.length, blobs: 1 });
    expect(look(path)).toEqual({ entries: entries.length, waiting: 0, cell: 29, head, blobs: [hash] });
    expect(readdirSync(dirname(path))).toEqual(["made.fieldbook"]);
  });

  it("takes each entry once and leaves out those of another engagement", () => {
    const { entries, head } = makeSource();
    const { entries: foreign } = makeSource("Berta");
    // The beginning of the one to be made comes first.
    const path = recreate([...entries, ...foreign, ...entries]);
    expect(look(path)).toMatchObject({ entries: entries.length, waiting: 0, head });
  });

  it("can be written to, and the first write keeps everything", () => {
    const { entries } = makeSource();
    const path = recreate(entries);
    const journal = openJournal(path, createTestDeps("Clara"), { mode: "write" });
    journal.append([{ kind: "set", entity: "rfi/s1", field: "x", value: "new" }]);
    journal.close();
    expect(verifyFile(path)).toMatchObject({ ok: true, sealed: true, entries: entries.length + 1 });
    expect(look(path)).toMatchObject({ cell: "new", waiting: 0 });
  });

  it("lets entries wait whose causes are missing, and they come in with them", () => {
    const { entries, head } = makeSource();
    const missing = entries[20] as SignedBytes;
    const path = recreate(entries.filter((entry) => entry !== missing));
    expect(verifyFile(path)).toMatchObject({ ok: true, sealed: true, entries: 20 });
    expect(look(path)).toMatchObject({ entries: 20, waiting: entries.length - 21 });
    const journal = openJournal(path, createTestDeps(), { mode: "write" });
    journal.receive([missing]);
    expect(journal.head()).toBe(head);
    journal.close();
    expect(look(path)).toMatchObject({ entries: entries.length, waiting: 0, head });
  });

  it("leaves out an entry with a wrong signature", () => {
    const { entries } = makeSource();
    const spoiled = entries.map(({ bytes, sig }, i) => ({ bytes, sig: i === 30 ? new Uint8Array(64) : sig }));
    const path = recreate(spoiled);
    expect(look(path)).toMatchObject({ entries: 30, waiting: 0 });
    expect(verifyFile(path).ok).toBe(true);
  });
});

describe("no file is made", () => {
  const path = () => join(newFolder(), "made.fieldbook");

  it("without the first entry, or with a wrong signature under it", () => {
    const { entries } = makeSource();
    expect(refusalOf(path(), entries.slice(1))).toBe("DAMAGED");
    expect(refusalOf(path(), [])).toBe("DAMAGED");
    const unsigned = entries.map(({ bytes, sig }, i) => ({ bytes, sig: i === 0 ? new Uint8Array(64) : sig }));
    expect(refusalOf(path(), unsigned)).toBe("DAMAGED");
  });

  it("of content that is not what its hash says", () => {
    const { entries } = makeSource();
    expect(refusalOf(path(), entries, [{ hash: hashBytes(CONTENT), bytes: Buffer.from("other") }])).toBe("DAMAGED");
  });

  it("over another one, or where the rollback journal of a former one still lies", () => {
    const { entries } = makeSource();
    const taken = path();
    writeFileSync(taken, "mine");
    expect(refusalOf(taken, entries)).toBe("ALREADY_EXISTS");
    expect(readFileSync(taken, "utf8")).toBe("mine");
    const remains = path();
    writeFileSync(`${remains}-journal`, "not finished");
    expect(refusalOf(remains, entries)).toBe("ALREADY_EXISTS");
  });
});
