import { closeSync, copyFileSync, openSync, readFileSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { hashBytes } from "../../../src-main/journal/core/ids.ts";
import { createJournal, generateDeviceKey, salvageFiles } from "../../../src-main/journal/index.ts";
import { createFolders, createTestDeps, FORM } from "./world.ts";

const newFolder = createFolders();
const PAGE = 4096;

interface Made {
  path: string;
  engagement: string;
  hashes: string[];
}

/** Short entries, and long ones that fill several pages, and some content. */
function make({ name = "Anna", entries = 60, blobs = [Buffer.from("short")] as Buffer[] } = {}): Made {
  const path = join(newFolder(), "a.fieldbook");
  const journal = createJournal(path, createTestDeps(name), { form: FORM });
  for (const blob of blobs) journal.putBlob(blob);
  for (let i = 0; i < entries; i++) {
    const value = i % 20 === 0 ? "long ".repeat(3_000) : `answer ${i}`;
    journal.append([{ kind: "set", entity: `rfi/s${i % 7}`, field: "x", value }]);
  }
  const hashes = journal.entries().map(({ bytes }) => hashBytes(bytes));
  journal.close();
  return { path, engagement: journal.engagement, hashes };
}

const foundIn = (...paths: string[]) => new Set(salvageFiles(paths).entries.map(({ bytes }) => hashBytes(bytes)));

function overwrite(file: string, at: number, bytes: Uint8Array): void {
  const descriptor = openSync(file, "r+");
  writeSync(descriptor, bytes, 0, bytes.length, at);
  closeSync(descriptor);
}

/** Reads varint at `at`: value and the place after it. */
function varint(file: Buffer, at: number): [value: number, next: number] {
  let value = 0;
  let next = at;
  for (let byte = 0x80; byte >= 0x80; next++) {
    byte = file[next] ?? 0;
    value = value * 128 + (byte & 0x7f);
  }
  return [value, next];
}

/** The page of a record and those it goes on in (sqlite.org/fileformat.html, 1.6). */
function pagesOf(file: Buffer, start: number, size: number): Set<number> {
  const used = new Set([Math.floor(start / PAGE)]);
  const least = Math.floor(((PAGE - 12) * 32) / 255) - 23;
  const wanted = least + ((size - least) % (PAGE - 4));
  const local = size <= PAGE - 35 ? size : wanted <= PAGE - 35 ? wanted : least;
  for (let next = local < size ? file.readUInt32BE(start + local) : 0; next > 0; ) {
    used.add(next - 1);
    next = file.readUInt32BE((next - 1) * PAGE);
  }
  return used;
}

/** The pages of every row of `entry` by its hash: a walk of its own along the cell pointers of a sound file. */
function placeEntries(file: Buffer): Map<string, Set<number>> {
  const places = new Map<string, Set<number>>();
  for (let base = PAGE; base < file.length; base += PAGE) {
    const cells = file[base] === 13 ? file.readUInt16BE(base + 3) : 0;
    for (let cell = 0; cell < cells; cell++) {
      const [size, rowid] = varint(file, base + file.readUInt16BE(base + 8 + 2 * cell));
      const [, start] = varint(file, rowid);
      const length = file[start] ?? 0;
      // Four columns: NULL for the rowid, 32 bytes of hash, text, signature.
      if (length < 5 || file[start + 1] !== 0 || file[start + 2] !== 76) continue;
      const at = start + length;
      places.set(file.subarray(at, at + 32).toString("hex"), pagesOf(file, start, size));
    }
  }
  return places;
}

describe("salvage, page by page", () => {
  it.each([0, 0xff])(
    "gives every entry that does not lie on a page filled with %i",
    (filling) => {
      const { path, hashes } = make();
      const whole = readFileSync(path);
      const places = placeEntries(whole);
      expect([...places.keys()].sort()).toEqual([...hashes].sort());
      const damaged = join(newFolder(), "damaged.fieldbook");
      for (let page = 0; page < whole.length / PAGE; page++) {
        const bytes = Buffer.from(whole).fill(filling, page * PAGE, (page + 1) * PAGE);
        writeFileSync(damaged, bytes);
        const here = foundIn(damaged);
        const missing = hashes.filter((hash) => !here.has(hash) && !places.get(hash)?.has(page));
        expect(missing, `page ${page}`).toEqual([]);
        expect(
          [...here].filter((hash) => !hashes.includes(hash)),
          `page ${page}`,
        ).toEqual([]);
      }
    },
    120_000,
  );

  it("gives every entry before the cut of a file cut at each tenth", () => {
    const { path, hashes } = make();
    const whole = readFileSync(path);
    const places = placeEntries(whole);
    const counts = Array.from({ length: 10 }, (_, tenth) => {
      const size = Math.floor((whole.length * tenth) / 10);
      const cut = join(newFolder(), "cut.fieldbook");
      copyFileSync(path, cut);
      truncateSync(cut, size);
      const here = foundIn(cut);
      const complete = hashes.filter((hash) =>
        [...(places.get(hash) ?? [])].every((page) => (page + 1) * PAGE <= size),
      );
      expect(complete.filter((hash) => !here.has(hash))).toEqual([]);
      return here.size;
    });
    expect(counts[0]).toBe(0);
    expect(counts[9]).toBeGreaterThan(30);
  });
});

describe("an entry of which the row is damaged and the text is not", () => {
  /** Where the text of an entry begins in the file, and where its hash does. */
  function find(path: string, hash: string): { hashAt: number; textAt: number } {
    const file = readFileSync(path);
    const [page = 0] = placeEntries(file).get(hash) ?? [];
    const hashAt = file.indexOf(Buffer.from(hash, "hex"), page * PAGE);
    return { hashAt, textAt: file.indexOf('{"v":1', hashAt) };
  }

  it("comes back without the stored hash also when it goes on in other pages", () => {
    const { path, hashes } = make();
    const long = hashes[21] ?? "";
    expect(placeEntries(readFileSync(path)).get(long)?.size).toBeGreaterThan(3);
    overwrite(path, find(path, long).hashAt, Buffer.alloc(32, 0x55));
    expect(salvageFiles([path])).toMatchObject({ admitted: hashes.length, gaps: [], waiting: 0 });
  });

  it.each([
    ["the stored hash", (path: string, at: number) => overwrite(path, at, Buffer.alloc(32, 0x55))],
    ["the header of the row", (path: string, at: number) => overwrite(path, at - 8, Buffer.alloc(8, 0x55))],
    [
      "the cell pointers of its page",
      (path: string, at: number) => overwrite(path, at - (at % PAGE), Buffer.alloc(200, 0)),
    ],
  ])("comes back by its signature without %s", (_name, spoil) => {
    const { path, hashes } = make();
    spoil(path, find(path, hashes[10] ?? "").hashAt);
    expect(salvageFiles([path])).toMatchObject({ admitted: hashes.length, gaps: [], waiting: 0 });
  });

  it.each([
    ["the text", 40],
    ["the signature", -1],
  ])("does not when %s is changed, too", (_name, where) => {
    const { path, hashes } = make();
    const { hashAt, textAt } = find(path, hashes[10] ?? "");
    const file = readFileSync(path);
    const end = file.indexOf("}]}", textAt) + 3;
    const at = where < 0 ? end : file.indexOf("answer", textAt);
    overwrite(path, at, Buffer.of((file[at] ?? 0) ^ 1));
    overwrite(path, hashAt, Buffer.alloc(32, 0x55));
    const salvage = salvageFiles([path]);
    const here = new Set(salvage.entries.map(({ bytes }) => hashBytes(bytes)));
    expect(hashes.filter((hash) => !here.has(hash))).toEqual([hashes[10]]);
    expect(here.size).toBe(hashes.length - 1);
    expect(salvage.gaps).toMatchObject([{ hash: hashes[10], seq: 10 }]);
  });
});

describe("salvage of a file that holds another one as content", () => {
  it.each([
    ["whole", () => undefined],
    ["without its first page", (path: string) => overwrite(path, 0, Buffer.alloc(PAGE, 0x55))],
    [
      // The pages of the content belong to no row then, and look like any other.
      "without the rows of the content",
      (path: string) => {
        const file = readFileSync(path);
        for (let at = 0; at < file.length; at += PAGE) {
          const isLeaf = file[at] === 13 && !file.subarray(at, at + PAGE).includes('{"v":1,"eng"');
          if (isLeaf) overwrite(path, at, Buffer.alloc(PAGE));
        }
      },
    ],
  ])("gives the entries of its own engagement, %s", (_name, spoil) => {
    const other = make({ name: "Berta", entries: 300 });
    const own = make({ entries: 19, blobs: [readFileSync(other.path)] });
    expect(own.engagement).not.toBe(other.engagement);
    spoil(own.path);
    const salvage = salvageFiles([own.path]);
    expect(salvage).toMatchObject({
      engagement: own.engagement,
      admitted: 20,
      waiting: 0,
      gaps: [],
      hasBeginning: true,
    });
    expect(new Set(salvage.entries.map(({ bytes }) => hashBytes(bytes)))).toEqual(new Set(own.hashes));
  });
});

describe("salvage of a file whose last write was cut off", () => {
  it("takes from the rollback journal what that write had already replaced", () => {
    const { path, hashes } = make({ entries: 90 });
    const crashed = join(newFolder(), "crashed.fieldbook");
    const db = new Database(path);
    db.pragma("cache_size = 1");
    db.exec("BEGIN IMMEDIATE; UPDATE entry SET bytes = zeroblob(length(bytes)) WHERE pos > 30");
    db.exec("INSERT INTO blob VALUES (zeroblob(32), 0, zeroblob(900000))");
    copyFileSync(path, crashed);
    copyFileSync(`${path}-journal`, `${crashed}-journal`);
    db.exec("ROLLBACK");
    db.close();
    overwrite(crashed, 0, Buffer.alloc(PAGE, 0x55));
    const alone = join(newFolder(), "alone.fieldbook");
    copyFileSync(crashed, alone);
    expect(foundIn(alone).size).toBeLessThan(60);
    const before = readFileSync(`${crashed}-journal`);
    const here = foundIn(crashed);
    // Long entries go on in pages that are the new ones.
    const short = hashes.filter((_, i) => i === 0 || i % 20 !== 1);
    expect(short.filter((hash) => !here.has(hash))).toEqual([]);
    expect(readFileSync(`${crashed}-journal`).equals(before)).toBe(true);
  });
});

describe("the signature of a salvaged entry", () => {
  it("is not judged by a device that another entry claims for the session", () => {
    const { path, hashes } = make();
    const file = readFileSync(path);
    const device = /"device":"([0-9a-f]{64})"/.exec(file.toString("latin1"))?.[1] ?? "";
    const other = generateDeviceKey().key.publicKey;
    const forged = join(newFolder(), "forged.fieldbook");
    writeFileSync(forged, Buffer.from(file.toString("latin1").replaceAll(device, other), "latin1"));
    expect(device).not.toBe("");
    // An entry of which only the signature tells that it is genuine.
    const stored = Buffer.from(hashes[10] ?? "", "hex");
    for (let at = file.indexOf(stored); at >= 0; at = file.indexOf(stored, at + 1)) {
      for (const damaged of [path, forged]) overwrite(damaged, at, Buffer.alloc(32, 0x55));
    }
    for (const paths of [
      [forged, path],
      [path, forged],
    ]) {
      expect(salvageFiles(paths)).toMatchObject({ admitted: hashes.length, gaps: [], waiting: 0 });
    }
    expect(foundIn(forged).has(hashes[0] ?? "")).toBe(false);
  });
});
