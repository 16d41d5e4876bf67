import Database from "better-sqlite3";
import { expect, it } from "vitest";
import { hashBytes } from "../../../src-main/journal/core/ids.ts";
import { readOp, type SignOp } from "../../../src-main/journal/core/ops.ts";
import { createJournal, verifyFile } from "../../../src-main/journal/index.ts";
import { createFolders, createSign, createTestDeps, FORM, Replica } from "./world.ts";

const newFolder = createFolders();

it.each(["entity", "field"])("refuses half a surrogate pair in the %s, which a table cannot keep", (member) => {
  const path = `${newFolder()}/a.fieldbook`;
  const journal = createJournal(path, createTestDeps(), { form: FORM });
  const op = { kind: "set", entity: "rfi/a", field: "x", value: "\ud800", [member]: "rfi/\udc00\ud800" } as const;
  expect(() => journal.append([op])).toThrow(/form the file format demands/);
  expect(readOp({ ...op, over: [] }).kind).toBe("opaque");
  journal.append([{ ...op, [member]: "rfi/\ud83d\ude00" }]);
  journal.close();
  expect(verifyFile(path)).toMatchObject({ ok: true, entries: 2 });
});

it("takes a covered name without a field for no cell", () => {
  const anna = new Replica("Anna");
  const covers = { "a#x": [anna.set("a", "x", 1)], rx: [] };
  anna.set("r", "rx", 1);
  anna.write([{ ...createSign("outbound", ["a#x"]), covers } as SignOp]);
  expect(anna.state.signOffs()[0]).toMatchObject({ state: "valid", reasons: [] });
});

it("finds a stored file that is not cut into parts of 1 MiB", () => {
  const path = `${newFolder()}/a.fieldbook`;
  createJournal(path, createTestDeps(), { form: FORM }).close();
  const bytes = Buffer.alloc(1024 * 1024 + 1);
  const db = new Database(path);
  db.prepare("INSERT INTO blob VALUES (?, 0, ?)").run(Buffer.from(hashBytes(bytes), "hex"), bytes);
  db.close();
  expect(verifyFile(path).problems.map(({ code }) => code)).toContain("BLOB");
});
