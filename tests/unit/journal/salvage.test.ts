import {
  closeSync,
  copyFileSync,
  openSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { hashBytes } from "../../../src-main/journal/core/ids.ts";
import {
  createFromEntries,
  createJournal,
  openJournal,
  salvageFiles,
  verifyFile,
} from "../../../src-main/journal/index.ts";
import { createFolders, createTestDeps, FORM } from "./world.ts";

const newFolder = createFolders();
const PAGE = 4096;
let path: string;
let hashes: string[];
let blobs: string[];

/** Some hundred entries, long ones that fill several pages, and content of one and of many parts. */
beforeEach(() => {
  path = join(newFolder(), "a.fieldbook");
  const journal = createJournal(path, createTestDeps(), { form: FORM });
  blobs = [journal.putBlob(Buffer.alloc(2_500_000, "part")), journal.putBlob(Buffer.from("short"))];
  for (let i = 0; i < 60; i++) {
    const value = i % 10 === 0 ? "long ".repeat(3_000) : `answer ${i}`;
    journal.append([{ kind: "set", entity: `rfi/s${i % 7}`, field: "x", value }]);
  }
  hashes = journal.entries().map(({ bytes }) => hashBytes(bytes));
  journal.close();
});

const found = (...paths: string[]) => new Set(salvageFiles(paths).entries.map(({ bytes }) => hashBytes(bytes)));

function overwrite(file: string, at: number, bytes: Uint8Array): void {
  const descriptor = openSync(file, "r+");
  writeSync(descriptor, bytes, 0, bytes.length, at);
  closeSync(descriptor);
}

describe("salvage", () => {
  it("finds everything in a whole file, and a clean file can be made of it", () => {
    const salvage = salvageFiles([path]);
    expect(new Set(salvage.entries.map(({ bytes }) => hashBytes(bytes)))).toEqual(new Set(hashes));
    expect(salvage).toMatchObject({ admitted: hashes.length, waiting: 0, gaps: [], hasBeginning: true });
    expect(new Set(salvage.blobs.map(({ hash }) => hash))).toEqual(new Set(blobs));
    const again = join(newFolder(), "again.fieldbook");
    createFromEntries(again, createTestDeps(), salvage.entries, salvage.blobs);
    expect(verifyFile(again)).toMatchObject({ ok: true, sealed: true, entries: hashes.length, blobs: 2 });
    const [old, fresh] = [path, again].map((file) => openJournal(file, createTestDeps(), { mode: "read" }));
    expect(fresh?.head()).toBe(old?.head());
  });

  it("loses with each page only what lay on it", () => {
    const pages = statSync(path).size / PAGE;
    const whole = readFileSync(path);
    for (let page = 0; page < pages; page += 31) {
      const copy = join(newFolder(), "damaged.fieldbook");
      copyFileSync(path, copy);
      overwrite(copy, page * PAGE, Buffer.alloc(PAGE));
      const here = found(copy);
      const lost = hashes.filter((hash) => !here.has(hash));
      const gone = whole.subarray(page * PAGE, (page + 1) * PAGE);
      // What is lost had its hash on the page, or went on there from another one.
      const untouched = lost.filter((hash) => !gone.includes(Buffer.from(hash, "hex")));
      expect(untouched.length, `page ${page}`).toBeLessThanOrEqual(1);
      expect(lost.length, `page ${page}`).toBeLessThanOrEqual(12);
    }
  }, 60_000);

  it("needs neither header nor schema nor inner pages", () => {
    overwrite(path, 0, Buffer.alloc(PAGE, 0xff));
    expect(found(path)).toEqual(new Set(hashes));
  });

  it("yields only genuine entries from a file with random damage, and names what is missing", () => {
    let lostSome = 0;
    for (let seed = 1; seed <= 12; seed++) {
      const copy = join(newFolder(), "damaged.fieldbook");
      const bytes = readFileSync(path);
      let state = seed;
      for (let i = 0; i < 4_000; i++) {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        bytes[state % bytes.length] = state >>> 24;
      }
      writeFileSync(copy, bytes);
      const salvage = salvageFiles([copy]);
      const here = new Set(salvage.entries.map((raw) => hashBytes(raw.bytes)));
      for (const hash of here) expect(hashes).toContain(hash);
      for (const { hash } of salvage.gaps) expect(here.has(hash)).toBe(false);
      for (const gap of salvage.gaps) expect(hashes).toContain(gap.hash);
      if (salvage.gaps.length > 0) lostSome++;
      expect(salvage.admitted + salvage.waiting).toBeLessThanOrEqual(hashes.length);
    }
    expect(lostSome).toBeGreaterThan(0);
  }, 60_000);

  it("names the session and number of a lost entry, and a snapshot fills the gap", () => {
    const lost = hashes[20] ?? "";
    const snapshot = join(newFolder(), "snapshot.fieldbook");
    copyFileSync(path, snapshot);
    const at = readFileSync(path).indexOf('"value":"answer 19"');
    overwrite(path, at, Buffer.from('"value":"ANSWER'));
    const salvage = salvageFiles([path]);
    expect(salvage.gaps).toEqual([{ hash: lost, stream: expect.any(String), seq: 20 }]);
    expect(salvage).toMatchObject({ admitted: 20, waiting: hashes.length - 21, hasBeginning: true });
    overwrite(snapshot, 0, Buffer.alloc(PAGE));
    expect(salvageFiles([path, snapshot])).toMatchObject({ admitted: hashes.length, gaps: [], waiting: 0 });
  });

  it("gives what there is of a truncated file, and nothing from a file of another kind", () => {
    const sizes = [0, 100, PAGE, 10 * PAGE + 17, Math.floor(statSync(path).size / 2)];
    for (const size of sizes) {
      const copy = join(newFolder(), "cut.fieldbook");
      copyFileSync(path, copy);
      truncateSync(copy, size);
      for (const hash of found(copy)) expect(hashes).toContain(hash);
    }
    const noise = join(newFolder(), "noise");
    writeFileSync(noise, crypto.getRandomValues(new Uint8Array(60_000)));
    expect(salvageFiles([noise])).toMatchObject({ engagement: undefined, entries: [], hasBeginning: false });
  });

  it("does not follow chains of pages that lead nowhere or in a circle", () => {
    const page = Buffer.alloc(PAGE * 4);
    for (let at = 0; at + 64 < PAGE; at += 16) {
      Buffer.from([8, 0, 76, 0x87, 0xff, 0x7c, 0x81, 0x0c]).copy(page, at);
      page.writeUInt32BE(2, at + 8);
    }
    // So long a row leaves 489 bytes in its page: here the number of the next one would lie behind its end.
    Buffer.from([8, 0, 76, 0x87, 0xff, 0x7c, 0x81, 0x0c]).copy(page, PAGE - 489);
    page.writeUInt32BE(2, PAGE);
    const file = join(newFolder(), "circle");
    writeFileSync(file, page);
    expect(salvageFiles([file]).entries).toEqual([]);
  });
});
