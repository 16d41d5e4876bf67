import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const cli = "dist/engine/cli.mjs";
const node = "node_modules/.bin/node";
let folder: string;
const at = (name: string) => join(folder, name);

function fieldbook(args: string[], { home = "anna", input = "" } = {}) {
  const done = spawnSync(node, [cli, ...args, "--json", "--home", at(home)], {
    encoding: "utf8",
    timeout: 60_000,
    input,
  });
  return { code: done.status, json: JSON.parse(done.stdout || "null"), err: done.stderr };
}

function answer(file: string, home: string, legalName: string): void {
  const document = at(`${home}.json`);
  const { json } = fieldbook(["rfi", "export", file], { home });
  const sections = { ...json.sections, organisation: { ...json.sections?.organisation, legalName } };
  writeFileSync(document, JSON.stringify({ ...json, sections }));
  expect(fieldbook(["rfi", "import", file, document], { home })).toMatchObject({ code: 0, json: { changed: 1 } });
}

beforeAll(() => {
  if (!existsSync(cli)) throw new Error("The program is not built: run `npm run build` first.");
  folder = mkdtempSync(join(tmpdir(), "fieldbook-merge-"));
  const what = ["--customer", "Acme Ltd", "--reference", "E-1", "--region", "EU", "--services", "email-security"];
  fieldbook(["new", at("a.fieldbook"), ...what, "--platform", "postfix"]);
  copyFileSync(at("a.fieldbook"), at("b.fieldbook"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("two copies from a terminal", () => {
  test("are united after a dry run, with the conflict listed and decided", () => {
    answer(at("a.fieldbook"), "anna", "Acme A");
    answer(at("b.fieldbook"), "ben", "Acme B");
    const before = readFileSync(at("b.fieldbook"));
    const dry = fieldbook(["merge", at("a.fieldbook"), at("b.fieldbook"), "--dry-run"]);
    expect(dry).toMatchObject({ code: 0, json: { relation: "adds", incoming: 1, conflicts: 1 } });
    expect(fieldbook(["conflicts", at("a.fieldbook")]).json).toEqual([]);
    expect(fieldbook(["merge", at("a.fieldbook"), at("b.fieldbook")])).toMatchObject({ code: 0, json: { open: 1 } });
    expect(readFileSync(at("b.fieldbook")).equals(before)).toBe(true);
    const [conflict] = fieldbook(["conflicts", at("a.fieldbook")]).json;
    expect(conflict.versions.map(({ value }: { value: string }) => value).sort()).toEqual(["Acme A", "Acme B"]);
    const both = ["--choose", "x", "--write", "y"];
    expect(fieldbook(["resolve", at("a.fieldbook"), conflict.cell, ...both]).code).toBe(2);
    expect(fieldbook(["resolve", at("a.fieldbook"), conflict.cell, "--write", "Acme Both"]).json).toEqual([]);
    expect(fieldbook(["merge", at("a.fieldbook"), at("b.fieldbook")]).json).toMatchObject({ relation: "same" });
    expect(fieldbook(["merge", at("b.fieldbook"), at("a.fieldbook")], { home: "ben" }).code).toBe(0);
    expect(fieldbook(["rfi", "export", at("b.fieldbook")], { home: "ben" }).json).toMatchObject({
      sections: { organisation: { legalName: "Acme Both" } },
    });
    for (const name of ["a", "b"])
      expect(fieldbook(["verify", at(`${name}.fieldbook`)])).toMatchObject({ code: 0, json: { ok: true } });
  }, 120_000);

  test("refuses a copy of another engagement", () => {
    const what = ["--customer", "Other", "--reference", "E-2", "--region", "EU", "--services", "email-security"];
    fieldbook(["new", at("c.fieldbook"), ...what, "--platform", "postfix"]);
    const refused = fieldbook(["merge", at("a.fieldbook"), at("c.fieldbook")]);
    expect(refused).toMatchObject({ code: 1, json: { code: "ANOTHER_HISTORY" } });
  });

  test("travels sealed with a passphrase that is never an argument", () => {
    answer(at("b.fieldbook"), "ben", "Acme Sealed");
    const passphrase = "correct horse battery\n";
    const sealed = ["export", at("b.fieldbook"), "--out", at("b.age"), "--passphrase-stdin"];
    expect(fieldbook(sealed, { home: "ben", input: passphrase }).code).toBe(0);
    expect(fieldbook(sealed, { home: "ben", input: passphrase }).json.code).toBe("ALREADY_EXISTS");
    expect(fieldbook(["merge", at("a.fieldbook"), at("b.age")])).toMatchObject({
      code: 1,
      json: { code: "SEALED_FILE" },
    });
    const merge = ["merge", at("a.fieldbook"), at("b.age"), "--passphrase-stdin"];
    expect(fieldbook(merge, { input: "wrong\n" }).json.code).toBe("WRONG_PASSPHRASE");
    expect(fieldbook(merge, { input: passphrase })).toMatchObject({ code: 0, json: { relation: "adds" } });
    expect(fieldbook(["rfi", "export", at("a.fieldbook")]).json).toMatchObject({
      sections: { organisation: { legalName: "Acme Sealed" } },
    });
  }, 120_000);
});
