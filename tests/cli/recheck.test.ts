import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { completeAnswers } from "../support/answers.ts";
import { loopbackNetwork, writeSettings } from "../support/settings.ts";

const cli = "dist/engine/cli.mjs";
let folder: string;
let file: string;

function fieldbook(...args: string[]) {
  const done = spawnSync("node_modules/.bin/node", [cli, ...args, "--home", join(folder, "home")], {
    encoding: "utf8",
    timeout: 60_000,
  });
  return { code: done.status, out: done.stdout, err: done.stderr };
}

beforeAll(() => {
  if (!existsSync(cli)) throw new Error("The program is not built: run `npm run build` first.");
  folder = mkdtempSync(join(tmpdir(), "fieldbook-recheck-"));
  file = join(folder, "acme.fieldbook");
  // Nothing listens there: the check is refused at once, and records that.
  writeSettings(join(folder, "home"), { ...loopbackNetwork, resolver: "127.0.0.1:9", dnsTimeout: 600 });
  const made = ["--customer", "Acme Ltd", "--reference", "ENG-104", "--region", "EU", "--platform", "postfix"];
  expect(fieldbook("new", file, ...made, "--services", "email-security")).toMatchObject({ code: 0 });
  writeFileSync(join(folder, "answers.json"), JSON.stringify(completeAnswers));
  expect(fieldbook("rfi", "import", file, join(folder, "answers.json"))).toMatchObject({ code: 0 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("says that there is nothing to judge before a check has run", () => {
  expect(fieldbook("recheck", file)).toMatchObject({ code: 0, out: expect.stringContaining("no old evidence") });
});

test("judges a recorded run again, and ends with 0 while nothing became worse", () => {
  expect(fieldbook("check", file, "outbound", "--only", "dmarc-record").code).toBe(1);
  const { code, out } = fieldbook("recheck", file);
  expect(out).toMatch(/same +not-measurable +outbound +dmarc-record/);
  expect(out).toContain("1 the same, 0 better, 0 worse");
  expect(code).toBe(0);
  expect(JSON.parse(fieldbook("recheck", file, "--json").out)).toMatchObject([
    { check: "dmarc-record", was: "not-measurable", now: "not-measurable", outcome: "same" },
  ]);
});

test("ends with 1 when evidence was changed in the file", () => {
  const content = new Database(file);
  content.prepare("UPDATE blob SET bytes = x'7b7d'").run();
  content.close();
  const { code, out } = fieldbook("recheck", file);
  expect(out).toMatch(/unreadable +not-measurable/);
  expect(code).toBe(1);
});

test("tells its exit codes in the help", () => {
  expect(fieldbook("--help").out).toMatch(/recheck FILE\n.*exit code 1 when a verdict became worse/);
});
