import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type Database from "better-sqlite3";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  createJournal,
  type Journal,
  JournalFailure,
  openJournal,
  readEngagementSummary,
  verifyFile,
} from "../../../src-main/journal/index.ts";
import { createFolders, createSign, createTestDeps, FORM } from "./world.ts";

/** Every connection the program opens, so that a test can make its disk run full. */
const connections = vi.hoisted((): Database.Database[] => []);
vi.mock("better-sqlite3", async (load) => {
  const { default: Real } = await load<{ default: typeof Database }>();
  class Watched extends Real {
    constructor(...parts: ConstructorParameters<typeof Real>) {
      super(...parts);
      connections.push(this as unknown as Database.Database);
    }
  }
  return { default: Watched };
});

const newFolder = createFolders();
const open: Journal[] = [];
afterEach(() => {
  for (const journal of open.splice(0)) journal.close();
  connections.length = 0;
});

function create(path = join(newFolder(), "a.fieldbook"), deps = createTestDeps()): Journal {
  const journal = createJournal(path, deps, { form: FORM });
  open.push(journal);
  return journal;
}

function reopen(path: string, mode: "write" | "read" = "write", deps = createTestDeps()): Journal {
  const journal = openJournal(path, deps, { mode });
  open.push(journal);
  return journal;
}

function failureOf(work: () => unknown): string {
  try {
    work();
    return "none";
  } catch (error) {
    if (!(error instanceof JournalFailure)) throw error;
    expect(error.message.length).toBeGreaterThan(10);
    expect(error.kept.length).toBeGreaterThan(10);
    return error.code;
  }
}

const set = (field: string, value: string | number) => ({ kind: "set" as const, entity: "engagement", field, value });

/** Root passes over file permissions: the work is done as an ordinary user. */
function asOrdinaryUser<T>(work: () => T): T {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(65_534);
  try {
    return work();
  } finally {
    process.seteuid?.(0);
  }
}

describe("a new engagement file", () => {
  it("appears complete, with nothing beside it once closed, and is never overwritten", () => {
    const journal = create();
    journal.append([set("customer", "Example Ltd")]);
    const head = journal.head();
    journal.close();
    expect(readdirSync(join(journal.path, ".."))).toEqual(["a.fieldbook"]);
    expect(statSync(journal.path).mode & 0o777).toBe(0o600);
    expect(failureOf(() => create(journal.path))).toBe("ALREADY_EXISTS");
    expect(reopen(journal.path).head()).toBe(head);
  });

  it("is not put beside the rollback journal of a file that is gone, which would be played into it", () => {
    const source = create();
    source.append([set("a", 1)]);
    const path = join(newFolder(), "a.fieldbook");
    writeFileSync(`${path}-journal`, "remains");
    expect(failureOf(() => create(path))).toBe("ALREADY_EXISTS");
    expect(failureOf(() => source.exportCopy(path))).toBe("ALREADY_EXISTS");
    expect(readdirSync(join(path, ".."))).toEqual(["a.fieldbook-journal"]);
  });

  it("leaves nothing behind when it cannot be made", () => {
    const folder = newFolder();
    expect(failureOf(() => create(join(folder, "missing", "a.fieldbook")))).toBe("NOT_FOUND");
    chmodSync(folder, 0o555);
    expect(asOrdinaryUser(() => failureOf(() => create(join(folder, "a.fieldbook"))))).toBe("READ_ONLY");
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("an append", () => {
  it("is there after the file is opened again, in a stream of its own", () => {
    const journal = create();
    const first = journal.append([set("customer", "Example Ltd"), set("reference", "C-1")]);
    expect(first.ids).toEqual([`${first.hash}:0`, `${first.hash}:1`]);
    journal.close();
    const again = reopen(journal.path, "write", createTestDeps("Ben"));
    expect(again.state().get("engagement", "customer")?.value).toBe("Example Ltd");
    const second = again.append([set("customer", "Other Ltd")]);
    // The stream opens with the first write: its op comes first in the same entry.
    expect(second.ids).toEqual([`${second.hash}:1`]);
    const [item] = again.history({ limit: 1 });
    expect(item?.ops.map(({ kind }) => kind)).toEqual(["open", "set"]);
    expect(item?.ops[0]?.op).toMatchObject({
      space: "shared",
      forms: [FORM],
      last: null,
      application_id: 0x4346626b,
      user_version: 1,
    });
    expect(item?.ops[1]).toMatchObject({ before: "Example Ltd", after: "Other Ltd" });
  });

  it("names the last entry of the same device when it opens a stream", () => {
    const deps = createTestDeps();
    const journal = create(undefined, deps);
    const { hash } = journal.append([set("a", 1)]);
    journal.close();
    const again = reopen(journal.path, "write", deps);
    again.append([set("a", 2)]);
    expect(again.history({ limit: 1 })[0]?.ops[0]?.op).toMatchObject({ last: hash });
  });

  it("is refused with a sentence and leaves everything as it was", () => {
    const journal = create();
    journal.append([set("a", 1)]);
    const head = journal.head();
    const missing = "a".repeat(64);
    expect(failureOf(() => journal.append([]))).toBe("REJECTED");
    expect(
      failureOf(() =>
        journal.append([{ kind: "attach", entity: "e", blob: missing, name: "", type: "", size: 0, meta: {} }]),
      ),
    ).toBe("BLOB_MISSING");
    expect(failureOf(() => journal.append([createSign("rfi", ["engagement"])]))).toBe("BLOB_MISSING");
    expect(failureOf(() => journal.append([set("a", "x".repeat(17 * 1024 * 1024))]))).toBe("REJECTED");
    expect(journal.head()).toBe(head);
  });

  it("that does not fit on the disk changes neither file nor state, and works once there is room", () => {
    const journal = create();
    journal.append([set("a", 1)]);
    const [db] = connections.slice(-1);
    const pages = Number(db?.pragma("page_count", { simple: true }));
    db?.pragma(`max_page_count = ${pages}`);
    const before = [journal.head(), journal.state().entries, JSON.stringify(journal.state().get("engagement", "a"))];
    expect(failureOf(() => journal.append([set("a", "x".repeat(20_000)), set("b", 2)]))).toBe("DISK_FULL");
    expect(failureOf(() => journal.putBlob(Buffer.alloc(50_000)))).toBe("DISK_FULL");
    expect([journal.head(), journal.state().entries, JSON.stringify(journal.state().get("engagement", "a"))]).toEqual(
      before,
    );
    expect(journal.state().get("engagement", "b")).toBeUndefined();
    db?.pragma("max_page_count = 100000");
    journal.append([set("b", 3)]);
    expect(journal.verify()).toMatchObject({ ok: true, entries: 3 });
    journal.close();
    expect(verifyFile(journal.path)).toMatchObject({ ok: true, sealed: true });
  });

  it("is not acknowledged when the disk gives back something else than was written", () => {
    const journal = create();
    journal.append([set("a", 1)]);
    const before = journal.head();
    const [db] = connections.slice(-1);
    db?.exec(
      "CREATE TEMP TRIGGER spoil AFTER INSERT ON entry BEGIN UPDATE entry SET bytes = x'00' WHERE pos = new.pos; END",
    );
    expect(failureOf(() => journal.append([set("a", 2)]))).toBe("IO");
    db?.exec("DROP TRIGGER spoil");
    expect([journal.head(), journal.state().get("engagement", "a")?.value]).toEqual([before, 1]);
    journal.append([set("a", 3)]);
    expect(journal.verify()).toMatchObject({ ok: true, entries: 3 });
    expect(journal.state().forks()).toEqual([]);
  });

  it("makes the newest entry the journal head", () => {
    const journal = create();
    journal.append([set("a", 1)]);
    expect(journal.append([set("a", 2)]).hash).toBe(journal.head());
  });

  it("blanks the seal, so that a copy of a file in use is told from a changed one", () => {
    const journal = create();
    journal.append([set("a", 1)]);
    journal.close();
    const again = reopen(journal.path);
    again.append([set("a", 2)]);
    const copy = join(newFolder(), "copy.fieldbook");
    execFileSync("cp", [journal.path, copy]);
    expect(verifyFile(copy)).toMatchObject({ ok: true, sealed: false, entries: 3 });
  });

  it("sets the durable settings before it writes", () => {
    create();
    const [db] = connections.slice(-1);
    const read = (name: string): unknown => db?.pragma(name, { simple: true });
    expect([read("locking_mode"), read("journal_mode"), read("synchronous")]).toEqual(["exclusive", "truncate", 3]);
    expect([read("trusted_schema"), read("cell_size_check"), read("application_id"), read("user_version")]).toEqual([
      0, 1, 0x4346626b, 1,
    ]);
  });
});

describe("opening", () => {
  it("refuses a second writer, in this process too", () => {
    const journal = create();
    expect(failureOf(() => reopen(journal.path))).toBe("LOCKED");
    expect(failureOf(() => reopen(journal.path, "read"))).toBe("LOCKED");
    expect(failureOf(() => readEngagementSummary(journal.path))).toBe("LOCKED");
    expect(verifyFile(journal.path).problems[0]?.code).toBe("LOCKED");
  });

  it("reads a read-only file in a read-only folder", () => {
    const journal = create();
    journal.append([set("customer", "Example Ltd")]);
    journal.close();
    const folder = join(journal.path, "..");
    chmodSync(journal.path, 0o444);
    chmodSync(folder, 0o555);
    asOrdinaryUser(() => {
      const reader = reopen(journal.path, "read");
      expect(reader.state().get("engagement", "customer")?.value).toBe("Example Ltd");
      expect(failureOf(() => reader.append([set("a", 1)]))).toBe("READ_ONLY");
      expect(failureOf(() => reader.putBlob(Buffer.from("x")))).toBe("READ_ONLY");
      reader.close();
      expect(failureOf(() => reopen(journal.path))).toBe("READ_ONLY");
      expect(verifyFile(journal.path).ok).toBe(true);
    });
    chmodSync(folder, 0o755);
  });

  it("says what is wrong with a file and leaves it as it is", () => {
    const journal = create();
    for (let i = 0; i < 50; i++) journal.append([set(`f${i}`, "x".repeat(300))]);
    journal.close();
    const good = readFileSync(journal.path);
    const folder = newFolder();
    const openChanged = (change: (bytes: Buffer) => Buffer): string => {
      const path = join(folder, "changed.fieldbook");
      const bytes = change(Buffer.from(good));
      writeFileSync(path, bytes);
      const code = failureOf(() => reopen(path));
      expect(readFileSync(path).equals(bytes)).toBe(true);
      expect(verifyFile(path).ok).toBe(false);
      return code;
    };
    const put = (offset: number, value: number) => (bytes: Buffer) => {
      bytes.writeUInt32BE(value, offset);
      return bytes;
    };
    expect(failureOf(() => reopen(join(folder, "none.fieldbook")))).toBe("NOT_FOUND");
    mkdirSync(join(folder, "folder"));
    expect(failureOf(() => reopen(join(folder, "folder")))).toBe("NOT_A_FIELDBOOK");
    expect(openChanged(() => Buffer.alloc(0))).toBe("NOT_A_FIELDBOOK");
    expect(openChanged(() => Buffer.from("%PDF-1.7 ".repeat(100)))).toBe("NOT_A_FIELDBOOK");
    expect(openChanged(put(68, 7))).toBe("NOT_A_FIELDBOOK");
    expect(openChanged(put(60, 2))).toBe("NEWER_VERSION");
    expect(openChanged((bytes) => bytes.subarray(0, 8192))).toBe("DAMAGED");
    const spoilEntries = (bytes: Buffer): Buffer =>
      Buffer.from(bytes.toString("latin1").replaceAll('"kind":"set"', '"kind":"seT"'), "latin1");
    expect(openChanged(spoilEntries)).toBe("DAMAGED");
    expect(openChanged((bytes) => bytes.fill(0, 4096))).toBe("DAMAGED");
  });

  it("checks the newest signature of every session", () => {
    const journal = create();
    journal.append([set("a", 1)]);
    connections.at(-1)?.exec("UPDATE entry SET sig = zeroblob(64) WHERE pos = 2");
    journal.close();
    expect(failureOf(() => reopen(journal.path))).toBe("DAMAGED");
    expect(verifyFile(journal.path).problems[0]).toMatchObject({ code: "ENTRY", where: "entry 2" });
  });

  it("takes back a write that a crash cut off, also when it only wants to read", () => {
    const journal = create();
    journal.append([set("a", 1)]);
    const folder = newFolder();
    const crashed = join(folder, "crashed.fieldbook");
    const [db] = connections.slice(-1);
    // A transaction too large for the cache writes into the file before its end: that is what a crash leaves behind.
    db?.pragma("cache_size = 5");
    db?.exec("BEGIN IMMEDIATE");
    const insert = db?.prepare("INSERT INTO blob (hash, part, bytes) VALUES (?, 0, ?)");
    for (let i = 0; i < 60; i++) insert?.run(Buffer.alloc(32, i), Buffer.alloc(3000, i));
    // Copied by another process: reading the open file here would drop this process's lock on it.
    for (const suffix of ["", "-journal"]) execFileSync("cp", [`${journal.path}${suffix}`, `${crashed}${suffix}`]);
    db?.exec("ROLLBACK");
    expect(verifyFile(crashed).problems.map(({ code }) => code)).toEqual(["UNFINISHED_WRITE"]);
    expect(reopen(crashed, "read").state().get("engagement", "a")?.value).toBe(1);
    expect(verifyFile(crashed)).toMatchObject({ ok: true, blobs: 0, sealed: false });
  });
});

describe("blobs", () => {
  it("come back byte by byte, stored once, in parts", () => {
    const journal = create();
    const bytes = Uint8Array.from({ length: 2_500_000 }, (_, i) => (i * 7) % 251);
    const hash = journal.putBlob(bytes);
    expect(journal.putBlob(bytes)).toBe(hash);
    const empty = journal.putBlob(new Uint8Array());
    expect(Buffer.from(journal.getBlob(hash) ?? []).equals(Buffer.from(bytes))).toBe(true);
    expect(journal.getBlob(empty)?.length).toBe(0);
    expect(journal.getBlob("0".repeat(64))).toBeUndefined();
    expect([journal.hasBlob(hash), journal.hasBlob("0".repeat(64))]).toEqual([true, false]);
    const rows = connections
      .at(-1)
      ?.prepare("SELECT length(bytes) AS size FROM blob WHERE part < 3 ORDER BY size DESC")
      .all();
    expect(rows).toEqual([{ size: 1048576 }, { size: 1048576 }, { size: 402848 }, { size: 0 }]);
    expect(journal.verify()).toMatchObject({ ok: true, blobs: 2, missingBlobs: 0 });
  });

  it("are not handed out when they were changed", () => {
    const journal = create();
    const hash = journal.putBlob(Buffer.from("evidence"));
    connections.at(-1)?.exec("UPDATE blob SET bytes = x'00'");
    expect(failureOf(() => journal.getBlob(hash))).toBe("DAMAGED");
    expect(journal.verify().problems.map(({ code }) => code)).toEqual(["BLOB"]);
  });
});

describe("derived tables", () => {
  const dump = (): unknown => connections.at(-1)?.prepare("SELECT * FROM head ORDER BY 1, 2, 3").all();

  it("made anew are what grew with the appends", () => {
    const journal = create();
    for (let i = 0; i < 30; i++)
      journal.append([set(`f${i % 4}`, i), { kind: "set", entity: `row/${i % 5}`, field: "x", value: i }]);
    journal.append([{ kind: "delete", entity: "row/2" }]);
    const grown = dump();
    connections.at(-1)?.exec("UPDATE head SET value = '7' WHERE field = 'f1'");
    expect(journal.verify().problems.map(({ code }) => code)).toEqual(["DERIVED"]);
    journal.rebuild();
    expect(dump()).toEqual(grown);
    expect(journal.verify().ok).toBe(true);
  });

  it("are enough for a list", () => {
    const journal = create();
    journal.append([set("customer", "Example Ltd"), set("plannedStart", 3)]);
    journal.append([set("customer", "Other Ltd")]);
    journal.close();
    expect(readEngagementSummary(journal.path)).toEqual({
      engagement: journal.engagement,
      genesis: journal.genesis,
      entries: 3,
      cells: { customer: "Other Ltd", plannedStart: 3 },
    });
  });
});

describe("entries of another copy", () => {
  it("join in any order, wait on the disk for missing causes, and join once", () => {
    const journal = create();
    journal.append([set("a", 1)]);
    const copyPath = join(newFolder(), "copy.fieldbook");
    journal.exportCopy(copyPath);
    const other = reopen(copyPath, "write", createTestDeps("Ben"));
    const blob = other.putBlob(Buffer.from("evidence"));
    other.append([{ kind: "attach", entity: "evidence/1", blob, name: "x", type: "text/plain", size: 8, meta: {} }]);
    other.append([set("a", 2)]);
    journal.append([set("a", 3)]);
    const [first, second] = other.entries().slice(-2);
    if (!first || !second) throw new Error("two entries were written");
    expect(journal.receive([second]).map(({ status }) => status)).toEqual(["waiting"]);
    journal.close();
    const again = reopen(journal.path);
    expect(again.state().waiting).toBe(1);
    expect(again.verify().ok).toBe(true);
    expect(again.receive([first]).map(({ status }) => status)).toEqual(["admitted"]);
    expect(again.receive(other.entries()).every(({ status }) => status === "known")).toBe(true);
    expect(again.state().waiting).toBe(0);
    expect(
      again
        .state()
        .conflicts()
        .map((cell) => cell.heads.length),
    ).toEqual([2]);
    expect(again.verify()).toMatchObject({ ok: true, entries: 5, missingBlobs: 1 });
    other.receive(again.entries());
    expect(other.head()).toBe(again.head());
    expect(other.head()).not.toBe(other.history({ limit: 1 })[0]?.entry);
  });

  it("are taken back when the disk is full", () => {
    const journal = create();
    const copyPath = join(newFolder(), "copy.fieldbook");
    journal.exportCopy(copyPath);
    const other = reopen(copyPath, "write", createTestDeps("Ben"));
    for (let i = 0; i < 20; i++) other.append([set("a", "x".repeat(3000 + i))]);
    const db = connections.find((connection) => connection.open && connection.name === journal.path);
    db?.pragma(`max_page_count = ${Number(db.pragma("page_count", { simple: true })) + 3}`);
    const before = journal.head();
    expect(failureOf(() => journal.receive(other.entries().reverse()))).toBe("DISK_FULL");
    expect([journal.head(), journal.state().waiting, journal.state().entries]).toEqual([before, 0, 1]);
    db?.pragma("max_page_count = 100000");
    journal.receive(other.entries().reverse());
    expect(journal.head()).toBe(other.head());
    expect(journal.verify().ok).toBe(true);
  });
});

describe("a snapshot", () => {
  it("carries a seal of its own, also when the session has not written yet", () => {
    const folder = newFolder();
    const path = join(folder, "a.fieldbook");
    const first = create(path);
    for (let i = 0; i < 30; i++) first.append([set(`f${i % 5}`, "x".repeat(300 * (i % 7)))]);
    first.putBlob(Buffer.alloc(50_000, 3));
    first.close();
    const journal = reopen(path);
    journal.snapshot(join(folder, "before.fieldbook"));
    journal.append([set("a", 1)]);
    journal.snapshot(join(folder, "after.fieldbook"));
    for (const name of ["before", "after"]) {
      expect(verifyFile(join(folder, `${name}.fieldbook`))).toMatchObject({ ok: true, sealed: true });
    }
    expect(readdirSync(folder).sort()).toEqual([
      ...["a.fieldbook", "a.fieldbook-journal", "after.fieldbook", "before.fieldbook"],
    ]);
  });
});

describe("a hand-over copy", () => {
  it("is complete, sealed, and never overwrites", () => {
    const journal = create();
    const blob = journal.putBlob(Buffer.alloc(1_500_000, 7));
    journal.append([{ kind: "attach", entity: "evidence/1", blob, name: "x", type: "y", size: 1, meta: {} }]);
    const target = join(newFolder(), "copy.fieldbook");
    journal.exportCopy(target);
    expect(readdirSync(join(target, ".."))).toEqual(["copy.fieldbook"]);
    expect(verifyFile(target)).toEqual({ ok: true, entries: 2, blobs: 1, missingBlobs: 0, sealed: true, problems: [] });
    const before = readFileSync(target);
    expect(failureOf(() => journal.exportCopy(target))).toBe("ALREADY_EXISTS");
    expect(readFileSync(target).equals(before)).toBe(true);
    expect(failureOf(() => journal.exportCopy(join(newFolder(), "missing", "x.fieldbook")))).toBe("NOT_FOUND");
    const copy = reopen(target, "write", createTestDeps("Ben"));
    expect([copy.head(), copy.engagement, copy.genesis]).toEqual([journal.head(), journal.engagement, journal.genesis]);
  });

  it("is refused when the file it is made from is not sound, and nothing is left", () => {
    const journal = create();
    journal.append([set("a", 1)]);
    connections.at(-1)?.exec("UPDATE entry SET sig = zeroblob(64) WHERE pos = 2");
    const folder = newFolder();
    expect(failureOf(() => journal.exportCopy(join(folder, "copy.fieldbook")))).toBe("DAMAGED");
    expect(readdirSync(folder)).toEqual([]);
    expect(existsSync(join(folder, "copy.fieldbook"))).toBe(false);
  });
});
