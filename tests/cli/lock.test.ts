import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const PASSPHRASE = "correct horse battery";
let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "fieldbook-cli-lock-"));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Secrets go in by the standard input and nowhere else. */
function call(command: string, input: unknown, ...more: string[]) {
  const first = more.includes("--unlock") ? `${PASSPHRASE}\n` : "";
  const done = spawnSync(
    "node_modules/.bin/node",
    ["dist/engine/cli.mjs", "call", command, "-", ...more, "--json", "--home", home],
    { encoding: "utf8", timeout: 60_000, input: first + JSON.stringify(input) },
  );
  return { code: done.status, json: JSON.parse(done.stdout || "null"), text: done.stdout + done.stderr };
}

// Eight starts of the program, and half a second of scrypt for each passphrase on an idle machine.
test("locks, encrypts and unlocks from a terminal", { timeout: 180_000 }, () => {
  const draft = {
    customer: "Acme",
    reference: "E1",
    region: "EU",
    services: ["email-security"],
    platform: "exchange-2019",
  };
  expect(call("engagements.create", draft)).toMatchObject({ code: 0 });
  expect(call("lock.setPassphrase", { passphrase: PASSPHRASE }).json.recoveryCode).toMatch(/^([0-9A-Z]{5}-){7}/);
  const refused = call("engagements.list", {});
  expect(refused).toMatchObject({ code: 1, json: { code: "LOCKED_BY_PASSPHRASE" } });
  expect(refused.json.details[0]).toContain("--unlock");
  const { json } = call("lock.encrypt", { current: PASSPHRASE }, "--unlock");
  expect(readdirSync(join(home, "engagements"))).toEqual([expect.stringMatching(/\.fieldbook-vault$/)]);
  expect(call("engagements.list", {}, "--unlock").json.engagements).toMatchObject([{ customer: "Acme" }]);
  expect(call("lock.recover", { code: json.recoveryCode })).toMatchObject({ code: 0, json: { passphrase: false } });
  const listed = call("engagements.list", {});
  expect(listed.json.engagements).toMatchObject([{ customer: "Acme" }]);
  expect(listed.text).not.toContain(PASSPHRASE);
});
