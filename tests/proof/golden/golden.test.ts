import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openJournal, verifyFile } from "../../../src-main/journal/index.ts";
import { verify } from "../../../tools/verify.mjs";
import { compare, viewFile } from "../second-verifier/compare.ts";
import { createDice, createPerson } from "../second-verifier/people.ts";
import { makeGolden } from "./make.ts";

const GOLDEN = join(import.meta.dirname, "../../golden");
const reader = createPerson("Reader", createDice("golden reader"));
const versions = readdirSync(GOLDEN).flatMap((name) => /^(.+)\.fieldbook$/.exec(name)?.[1] ?? []);
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fieldbook-golden-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function expectRecorded(path: string, recorded: object): void {
  expect(compare(path, reader).differences).toEqual([]);
  const { ok, entries, blobs, missingBlobs, sealed } = verifyFile(path);
  expect({ ok, sealed }).toEqual({ ok: true, sealed: true });
  expect(verify(path)).toMatchObject({ ok: true, problems: [], entries, blobs, missingBlobs });
  expect({ entries, blobs, missingBlobs, ...viewFile(path, reader) }).toEqual(recorded);
}

it("has golden files", () => {
  expect(versions).toContain("0.1.0");
});

it.each(versions)("opens, verifies and rebuilds the file of version %s to the recorded state", (version) => {
  const { version: _, ...recorded } = JSON.parse(readFileSync(join(GOLDEN, `${version}.json`), "utf8"));
  const path = join(folder, "copy.fieldbook");
  copyFileSync(join(GOLDEN, `${version}.fieldbook`), path);
  expectRecorded(path, recorded);
  const journal = openJournal(path, reader, { mode: "write" });
  journal.rebuild();
  journal.close();
  expectRecorded(path, recorded);
});

it("can still make a golden file with everything in it, and never writes over one", () => {
  makeGolden(folder, "next");
  const path = join(folder, "next.fieldbook");
  const { conflicts, waiting, opaque, signOffs } = viewFile(path, reader);
  expect({ conflicts, waiting, opaque }).toEqual({ conflicts: 1, waiting: 1, opaque: 1 });
  expect(signOffs.map(({ state }) => state).sort()).toEqual(["contested", "reopened", "stale", "valid"]);
  expect(statSync(path).size).toBeLessThan(200_000);
  expect(() => makeGolden(folder, "next")).toThrow(/EEXIST/);
});
