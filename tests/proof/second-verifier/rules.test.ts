import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { composeEntry } from "../../../src-main/journal/authoring.ts";
import { type EntryBody, type SignedBytes, signEntry } from "../../../src-main/journal/core/entry.ts";
import { hashBytes } from "../../../src-main/journal/core/ids.ts";
import type { Ledger } from "../../../src-main/journal/core/ledger.ts";
import type { Op } from "../../../src-main/journal/core/ops.ts";
import { createStream } from "../../../src-main/journal/file/streams.ts";
import { createJournal, type Journal } from "../../../src-main/journal/index.ts";
import { compare } from "./compare.ts";
import { mirror } from "./compose.ts";
import { createDice, createPerson } from "./people.ts";

const anna = createPerson("Anna", createDice("rules"));
const foreign = "019a0000-0000-7000-8000-000000000001";
const spare = "9".repeat(64);
let folder: string;
let journal: Journal;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fieldbook-rules-"));
  journal = createJournal(join(folder, "a.fieldbook"), anna, { form: "f".repeat(64) });
  journal.append([{ kind: "set", entity: "rfi/a", field: "x", value: 1 }]);
});
afterEach(() => {
  journal.close();
  rmSync(folder, { recursive: true, force: true });
});

function compose(ledger: Ledger, ops: object[]): EntryBody {
  const openStream = () => createStream(anna, [], null);
  return composeEntry(ops as Op[], { clock: anna.clock, author: anna.author, session: undefined, openStream }, ledger);
}

/** What both verifiers say about the closed file with these rows written into it. */
function judge(change: (db: Database.Database) => void): boolean {
  journal.close();
  const path = join(folder, "changed.fieldbook");
  copyFileSync(journal.path, path);
  const db = new Database(path);
  db.exec("UPDATE seal SET sha = zeroblob(32)");
  change(db);
  db.close();
  const { differences, ok } = compare(path, anna);
  expect(differences).toEqual([]);
  return ok;
}

function plant(table: string, { bytes, sig }: SignedBytes): (db: Database.Database) => void {
  const row = [Buffer.from(hashBytes(bytes), "hex"), bytes, sig];
  return (db) => db.prepare(`INSERT INTO ${table} (hash, bytes, sig) VALUES (?, ?, ?)`).run(...row);
}

type Change = (body: EntryBody, ledger: Ledger) => unknown;
const change = (name: string, isKept: boolean, work: Change, table = "entry") => ({ name, isKept, work, table });
const overOf = (index: number): Change => {
  return (body, { graph }) => Object.assign(body.ops[1] ?? {}, { over: [`${[...graph.nodes.keys()][0]}:${index}`] });
};

describe("both verifiers keep", () => {
  it.each([
    change("an entry as it was composed", true, () => undefined),
    change("a claimed time of 64 letters", true, (body) => Object.assign(body, { wall: "w".repeat(64) })),
    change("no claimed time of 65", false, (body) => Object.assign(body, { wall: "w".repeat(65) })),
    change("the largest count", true, (body) => Object.assign(body, { mono: 2 ** 53 - 1 })),
    change("no larger one", false, (body) => Object.assign(body, { mono: 2 ** 53 })),
    change("no greater depth", false, (body) => Object.assign(body, { lam: body.lam + 1 })),
    change("no smaller depth", false, (body) => Object.assign(body, { lam: body.lam - 1 })),
    change("a replaced op that is there", true, overOf(0)),
    change("no replaced op behind the last", false, overOf(1)),
    change("no space but the two", false, (body) => Object.assign(body.ops[0] ?? {}, { space: "other" })),
    change("no second open op", false, (body) => body.ops.push(body.ops[0] ?? {})),
    change("no foreign engagement", false, (body) => Object.assign(body, { eng: foreign })),
    change("no second beginning", false, (body) => Object.assign(body, { deps: [], lam: 1 })),
    change("no entry that waits for nothing", false, () => undefined, "inbox"),
    change("one that waits for another", true, (body) => Object.assign(body, { deps: [spare] }), "inbox"),
    change(
      "none of another engagement that waits",
      false,
      (body) => Object.assign(body, { deps: [spare], eng: foreign }),
      "inbox",
    ),
  ])("$name", ({ isKept, work, table }) => {
    const ledger = mirror(journal);
    const body = compose(ledger, [{ kind: "confirm", step: "outbound" }]);
    work(body, ledger);
    expect(judge(plant(table, signEntry(body, anna.device)))).toBe(isKept);
  });

  it("no shared entry on an internal one", () => {
    journal.append([{ kind: "set", entity: "internal/note", field: "x", value: 1 }]);
    const ledger = mirror(journal);
    const body = compose(ledger, [{ kind: "confirm", step: "outbound" }]);
    const rested = { ...body, deps: [...ledger.graph.frontier].sort(), lam: ledger.graph.lam + 1 };
    expect(judge(plant("entry", signEntry(body, anna.device)))).toBe(true);
    expect(judge(plant("entry", signEntry(rested, anna.device)))).toBe(false);
  });

  it("no stored file in a part of more than 1 MiB", () => {
    const insert = (size: number) => (db: Database.Database) => {
      const bytes = Buffer.alloc(size);
      db.prepare("INSERT INTO blob VALUES (?, 0, ?)").run(Buffer.from(hashBytes(bytes), "hex"), bytes);
    };
    expect(judge(insert(1024 * 1024))).toBe(true);
    expect(judge(insert(1024 * 1024 + 1))).toBe(false);
  });
});

it("both see no conflict between equal values in another order of keys", () => {
  const ledger = mirror(journal);
  const set = { kind: "set", entity: "rfi/b", field: "x", over: [] };
  for (const value of [
    { a: 1, b: [{ c: 1, d: 2 }] },
    { b: [{ d: 2, c: 1 }], a: 1 },
  ]) {
    journal.receive([signEntry(compose(ledger, [{ ...set, value }]), anna.device)]);
  }
  journal.close();
  expect(compare(journal.path, anna)).toMatchObject({ differences: [], ok: true, view: { conflicts: 0 } });
});

it("both count no version as covered that the signer had not seen", () => {
  const ledger = mirror(journal);
  const { ids } = journal.append([{ kind: "set", entity: "step/outbound/a", field: "x", value: 1 }]);
  const hash = "d".repeat(64);
  const signer = { name: "Jan Novak", role: "", organisation: "" };
  const common = { kind: "sign", step: "outbound", scope: ["step/outbound/"], evidence: [], form: hash, statement: "" };
  const covers = { "step/outbound/a#x": ids };
  const sign = { ...common, covers, signer, method: "drawn", drawing: hash, strokes: hash, zone: "" };
  journal.receive([signEntry(compose(ledger, [sign]), anna.device)]);
  journal.close();
  const { differences, view } = compare(journal.path, anna);
  expect(differences).toEqual([]);
  expect(view?.signOffs.map(({ state }) => state)).toEqual(["contested"]);
});
