import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const cli = "dist/engine/cli.mjs";
let folder: string;
const fieldbook = (args: string[], input = "") => {
  const done = spawnSync("node_modules/.bin/node", [cli, ...args, "--home", join(folder, "home")], {
    encoding: "utf8",
    timeout: 60_000,
    input,
  });
  return { code: done.status, out: done.stdout, err: done.stderr };
};
const file = () => join(folder, "acme.fieldbook");

beforeAll(() => {
  if (!existsSync(cli)) throw new Error("The program is not built: run `npm run build` first.");
  folder = mkdtempSync(join(tmpdir(), "fieldbook-cli-"));
  const whose = ["--customer", "Acme", "--reference", "E-1", "--region", "EU"];
  fieldbook(["new", file(), ...whose, "--services", "email-security", "--platform", "postfix"]);
  const answers = {
    format: "connect-fieldbook-rfi",
    version: 1,
    sections: { organisation: { primaryDomain: "acme.example" } },
  };
  writeFileSync(join(folder, "answers.json"), JSON.stringify(answers));
  expect(fieldbook(["rfi", "import", file(), join(folder, "answers.json")]).code).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("reading from a terminal", () => {
  test("explains a reply from the standard input, and compares the grid with an engagement", () => {
    const reply = "451 Open relay not allowed [abc.us31]\n";
    const alone = fieldbook(["explain", "-"], reply);
    expect(alone).toMatchObject({ code: 0, out: expect.stringContaining("not an authorised outbound yet") });
    const compared = fieldbook(["explain", "--for", file(), "--json"], reply);
    expect(JSON.parse(compared.out).replies[0].grid).toMatchObject({ region: "US", isOther: true });
    expect(fieldbook(["explain"], "Hello\n")).toMatchObject({ code: 1, out: expect.stringContaining("No SMTP reply") });
  });

  test("judges a test mail from a file, and keeps the result", () => {
    const mail = join(folder, "mail.eml");
    writeFileSync(
      mail,
      "Received: from mail.acme.example by mx.google.com; Mon, 23 Nov 2026 10:00:09 +0000\r\nFrom: a@acme.example\r\n\r\nbody",
    );
    const read = fieldbook(["read", file(), "outbound", mail]);
    expect(read).toMatchObject({ code: 1, out: expect.stringContaining("went round the gateway") });
    expect(fieldbook(["steps", file(), "outbound"]).out).toMatch(/fail\s+test-mail/);
  });
});
