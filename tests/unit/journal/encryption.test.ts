import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { hashBytes } from "../../../src-main/journal/core/ids.ts";
import { decryptFile, encryptFile } from "../../../src-main/journal/file/convert.ts";
import { closeDatabase, openDatabase } from "../../../src-main/journal/file/database.ts";
import {
  createFromEntries,
  createJournal,
  type Journal,
  type JournalDeps,
  openJournal,
  readEngagementSummary,
  salvageFiles,
  verifyFile,
} from "../../../src-main/journal/index.ts";
import { createFolders, createTestDeps, FORM } from "./world.ts";

const newFolder = createFolders();
const vaultKey = Buffer.from("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "hex");
const otherKey = Buffer.alloc(32, 7);
const ANSWER = "mx1.secret-customer.example";
const SEED = 20_260_823;

const withKey = (): JournalDeps => ({ ...createTestDeps(), vaultKey });

/** An engagement with an answer, a long answer, and content of several parts. */
function fill(path: string): Journal {
  const journal = createJournal(path, withKey(), { form: FORM });
  journal.append([{ kind: "set", entity: "engagement", field: "customer", value: ANSWER }]);
  journal.append([{ kind: "set", entity: "rfi/organisation", field: "hosts", value: ANSWER.repeat(2000) }]);
  journal.putBlob(Buffer.alloc(1024 * 1024 + 17, ANSWER));
  return journal;
}

function make(name: string): string {
  const path = join(newFolder(), name);
  fill(path).close();
  return path;
}

const contentOf = (path: string) => {
  const journal = openJournal(path, withKey(), { mode: "read" });
  try {
    return {
      engagement: journal.engagement,
      head: journal.head(),
      entries: journal.entries().map(({ bytes, sig }) => Buffer.concat([bytes, sig]).toString("hex")),
      blobs: journal.blobs(),
      customer: journal.state().get("engagement", "customer")?.value,
    };
  } finally {
    journal.close();
  }
};

const codeOf = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    return (error as { code?: string }).code;
  }
  return "accepted";
};

/** Reads every file of the folder in the middle of a transaction that rewrites the answer, rollback journal included. */
function readFolderWhileWriting(path: string, key: Uint8Array | undefined): { names: string[]; found: string[] } {
  const db = openDatabase(path, "write", "every page", key);
  try {
    db.exec("BEGIN IMMEDIATE; UPDATE entry SET bytes = zeroblob(length(bytes)); UPDATE blob SET bytes = zeroblob(7)");
    const names = readdirSync(dirname(path)).filter((name) => statSync(join(dirname(path), name)).size > 0);
    const found = names.filter((name) => readFileSync(join(dirname(path), name)).includes(ANSWER));
    db.exec("ROLLBACK");
    return { names, found };
  } finally {
    closeDatabase(db);
  }
}

describe("an encrypted engagement file", () => {
  it("keeps no answer readable, in itself or in its rollback journal; a plain one keeps it in both", () => {
    const [vault, plain] = [make("a.fieldbook-vault"), make("a.fieldbook")];
    const encrypted = readFolderWhileWriting(vault, vaultKey);
    expect(encrypted).toEqual({ names: ["a.fieldbook-vault", "a.fieldbook-vault-journal"], found: [] });
    expect(readFolderWhileWriting(plain, undefined).found).toEqual(["a.fieldbook", "a.fieldbook-journal"]);
    expect(readFileSync(vault).subarray(0, 15).toString("latin1")).not.toBe("SQLite format 3");
    expect(contentOf(vault).customer).toBe(ANSWER);
  });

  it("is opened by its own key only, and the key is in no message", () => {
    const path = make("a.fieldbook-vault");
    const before = readFileSync(path);
    for (const mode of ["read", "write"] as const) {
      expect(codeOf(() => openJournal(path, createTestDeps(), { mode }))).toBe("ENCRYPTED");
      expect(codeOf(() => openJournal(path, { ...createTestDeps(), vaultKey: otherKey }, { mode }))).toBe("ENCRYPTED");
    }
    expect(() => readEngagementSummary(path, otherKey)).toThrow(/^The vault key does not open the file/);
    expect(() => readEngagementSummary(path, otherKey.subarray(1))).toThrow(/^A vault key has 32 bytes\.$/);
    expect(codeOf(() => createJournal(join(newFolder(), "b.fieldbook-vault"), createTestDeps(), { form: FORM }))).toBe(
      "ENCRYPTED",
    );
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readEngagementSummary(path, vaultKey).cells.customer).toBe(ANSWER);
  });

  it("is no plain file with the name of an encrypted one", () => {
    const path = make("a.fieldbook");
    copyFileSync(path, `${path}-vault`);
    expect(codeOf(() => openJournal(`${path}-vault`, withKey(), { mode: "read" }))).toBe("NOT_A_FIELDBOOK");
  });

  it("is whole without a seal", () => {
    const path = make("a.fieldbook-vault");
    expect(verifyFile(path, undefined, vaultKey)).toMatchObject({ ok: true, sealed: false, problems: [], entries: 3 });
    expect(verifyFile(path).problems.map(({ code }) => code)).toEqual(["ENCRYPTED"]);
  });

  it("shows a flipped bit anywhere", () => {
    const path = make("a.fieldbook-vault");
    const bytes = readFileSync(path);
    let random = SEED;
    for (let i = 0; i < 150; i++) {
      random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0;
      const at = i < 30 ? i * 4 : random % bytes.length;
      const flipped = Buffer.from(bytes);
      flipped[at] = (bytes[at] ?? 0) ^ (1 << (i % 8));
      writeFileSync(path, flipped);
      expect(verifyFile(path, undefined, vaultKey).ok, `seed ${SEED}, byte ${at}, bit ${i % 8}`).toBe(false);
    }
  });

  it("snapshots encrypted and hands over plain, sealed and verified", () => {
    const path = join(newFolder(), "a.fieldbook-vault");
    const journal = fill(path);
    const snapshot = join(newFolder(), "s.fieldbook-vault");
    const copy = join(newFolder(), "copy.fieldbook");
    journal.snapshot(snapshot);
    journal.exportCopy(copy);
    journal.close();
    expect(readFileSync(snapshot).includes(ANSWER)).toBe(false);
    expect(contentOf(snapshot)).toEqual(contentOf(path));
    expect(verifyFile(copy)).toMatchObject({ ok: true, sealed: true });
    expect(contentOf(copy)).toEqual(contentOf(path));
    expect(readdirSync(dirname(copy))).toEqual(["copy.fieldbook"]);
  });
});

describe("a damaged encrypted file", () => {
  /** Many entries on many pages. */
  const makeLong = (): string => {
    const path = join(newFolder(), "a.fieldbook-vault");
    const journal = createJournal(path, withKey(), { form: FORM });
    for (let i = 0; i < 60; i++)
      journal.append([{ kind: "set", entity: `rfi/${i}`, field: "note", value: `${ANSWER} ${i}`.repeat(10) }]);
    journal.putBlob(Buffer.alloc(9_000, ANSWER));
    journal.close();
    return path;
  };

  it("gives every entry of the pages that hold", { timeout: 60_000 }, () => {
    const path = makeLong();
    const whole = salvageFiles([path], vaultKey);
    expect(whole).toMatchObject({ admitted: 61, waiting: 0, gaps: [], hasBeginning: true });
    const hashOf = ({ bytes }: { bytes: Uint8Array }) => hashBytes(bytes);
    const known = new Set(whole.entries.map(hashOf));
    const bytes = readFileSync(path);
    const left: number[] = [];
    let rest = whole;
    for (let page = 1; page < bytes.length / 4096; page++) {
      const spoiled = Buffer.from(bytes);
      spoiled[page * 4096 + 9] = (spoiled[page * 4096 + 9] ?? 0) ^ 1;
      writeFileSync(path, spoiled);
      expect(
        codeOf(() => openJournal(path, withKey(), { mode: "write" })),
        `page ${page}`,
      ).toBe("DAMAGED");
      const salvage = salvageFiles([path], vaultKey);
      expect(
        salvage.entries.every((entry) => known.has(hashOf(entry))),
        `page ${page}`,
      ).toBe(true);
      left.push(salvage.entries.length);
      if (salvage.hasBeginning && salvage.entries.length < rest.entries.length) rest = salvage;
    }
    // Pages of entries lose their rows, and pages of anything else no entry; with the one above them all go.
    expect(left.filter((count) => count > 40 && count < 61).length, `${left}`).toBeGreaterThan(3);
    expect(left.filter((count) => count === 61).length, `${left}`).toBeGreaterThan(3);
    expect(left.filter((count) => count <= 40).length, `${left}`).toBeLessThan(3);
    const saved = join(newFolder(), "saved.fieldbook-vault");
    createFromEntries(saved, withKey(), rest.entries, rest.blobs);
    expect(readFileSync(saved).includes(ANSWER)).toBe(false);
    expect(verifyFile(saved, undefined, vaultKey)).toMatchObject({ ok: true });
  });

  it("gives nothing to another key, or without its first page", () => {
    const path = makeLong();
    expect(salvageFiles([path], otherKey)).toMatchObject({ entries: [], hasBeginning: false });
    const bytes = readFileSync(path);
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    expect(salvageFiles([path], vaultKey)).toMatchObject({ entries: [], hasBeginning: false });
  });
});

describe("changing the form of a file", () => {
  it("keeps everything, there and back", () => {
    const path = make("a.fieldbook");
    const before = contentOf(path);
    const vault = encryptFile(path, vaultKey);
    expect(readdirSync(dirname(path))).toEqual(["a.fieldbook-vault"]);
    expect(readFileSync(vault).includes(ANSWER)).toBe(false);
    expect(contentOf(vault)).toEqual(before);
    const later = openJournal(vault, withKey(), { mode: "write" });
    later.append([{ kind: "set", entity: "engagement", field: "reference", value: "ENG-7" }]);
    later.close();
    const written = contentOf(vault);
    expect(decryptFile(vault, vaultKey)).toBe(path);
    expect(readdirSync(dirname(path))).toEqual(["a.fieldbook"]);
    expect(contentOf(path)).toEqual(written);
    expect(written.entries.slice(0, before.entries.length)).toEqual(before.entries);
    expect(verifyFile(path)).toMatchObject({ ok: true, sealed: true });
  });

  it("leaves the old file as it was when the new one cannot be made", () => {
    const path = make("a.fieldbook");
    const before = readFileSync(path);
    mkdirSync(`${path}-vault.unfinished`);
    expect(codeOf(() => encryptFile(path, vaultKey))).not.toBe("accepted");
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(existsSync(`${path}-vault`)).toBe(false);
  });

  it("does not touch a file that somebody has open, or that is damaged", () => {
    const path = join(newFolder(), "a.fieldbook");
    const journal = fill(path);
    expect(codeOf(() => encryptFile(path, vaultKey))).toBe("LOCKED");
    journal.close();
    const bytes = readFileSync(path);
    const at = bytes.indexOf(ANSWER);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    expect(codeOf(() => encryptFile(path, vaultKey))).toBe("DAMAGED");
    expect(readdirSync(dirname(path))).toEqual(["a.fieldbook"]);
  });

  describe("when a crash left both forms", () => {
    const twins = () => {
      const path = make("a.fieldbook");
      const kept = join(newFolder(), basename(path));
      copyFileSync(path, kept);
      const vault = encryptFile(path, vaultKey);
      copyFileSync(kept, path);
      return { path, vault };
    };
    const addTo = (path: string, value: string) => {
      const journal = openJournal(path, withKey(), { mode: "write" });
      journal.append([{ kind: "set", entity: "engagement", field: "reference", value }]);
      journal.close();
      return contentOf(path);
    };

    test("of equal content, the attempt is finished", () => {
      const { path, vault } = twins();
      const before = contentOf(vault);
      encryptFile(path, vaultKey);
      expect(readdirSync(dirname(path))).toEqual([basename(vault)]);
      expect(contentOf(vault)).toEqual(before);
    });

    test("and one was written to since, nothing of it is lost", () => {
      const encrypting = twins();
      const newer = addTo(encrypting.path, "ENG-8");
      expect(contentOf(encryptFile(encrypting.path, vaultKey))).toEqual(newer);
      expect(readdirSync(dirname(encrypting.path))).toEqual([basename(encrypting.vault)]);
      const decrypting = twins();
      const newest = addTo(decrypting.path, "ENG-9");
      expect(contentOf(decryptFile(decrypting.vault, vaultKey))).toEqual(newest);
      expect(readdirSync(dirname(decrypting.path))).toEqual([basename(decrypting.path)]);
    });

    test("and both were written to since, both stay", () => {
      const { path, vault } = twins();
      const [plain, encrypted] = [addTo(path, "ENG-8"), addTo(vault, "ENG-9")];
      expect(codeOf(() => encryptFile(path, vaultKey))).toBe("ALREADY_EXISTS");
      expect(codeOf(() => decryptFile(vault, vaultKey))).toBe("ALREADY_EXISTS");
      expect([contentOf(path), contentOf(vault)]).toEqual([plain, encrypted]);
    });

    test("and the other one is damaged, neither is removed", () => {
      const { path, vault } = twins();
      const bytes = readFileSync(vault);
      bytes[9000] = (bytes[9000] ?? 0) ^ 1;
      writeFileSync(vault, bytes);
      expect(codeOf(() => encryptFile(path, vaultKey))).toBe("DAMAGED");
      expect(readdirSync(dirname(path)).sort()).toEqual([basename(path), basename(vault)]);
    });
  });
});
