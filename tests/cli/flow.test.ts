import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { completeAnswers } from "../support/answers.ts";
import { drawSignature } from "../support/engine.ts";

const cli = "dist/engine/cli.mjs";
const node = "node_modules/.bin/node";
let folder: string;
let file: string;

/** Runs one command of the built program as a person would; the reply is JSON when it can be read as such. */
function fieldbook(...args: string[]) {
  const done = spawnSync(node, [cli, ...args, "--json", "--home", join(folder, "home")], {
    encoding: "utf8",
    timeout: 60_000,
  });
  const read = () => {
    try {
      return JSON.parse(done.stdout);
    } catch {
      return undefined;
    }
  };
  return { code: done.status, json: read(), out: done.stdout, err: done.stderr };
}
const at = (name: string) => join(folder, name);

beforeAll(() => {
  if (!existsSync(cli)) throw new Error("The program is not built: run `npm run build` first.");
  folder = mkdtempSync(join(tmpdir(), "fieldbook-cli-"));
  file = at("acme.fieldbook");
  writeFileSync(at("answers.json"), JSON.stringify(completeAnswers));
  writeFileSync(at("signature.png"), Buffer.from(drawSignature(), "base64"));
  writeFileSync(at("photo.png"), Buffer.from(drawSignature(), "base64"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the main job from a terminal", () => {
  test("makes an engagement and takes the answers in", () => {
    const made = fieldbook(
      "new",
      file,
      "--customer",
      "Acme Ltd",
      "--reference",
      "ENG-104",
      "--region",
      "EU",
      "--services",
      "email-security,archiving",
      "--platform",
      "exchange-2019",
    );
    expect(made).toMatchObject({ code: 0, json: { customer: "Acme Ltd", region: "EU" } });
    const imported = fieldbook("rfi", "import", file, at("answers.json"));
    expect(imported.json?.completeness.gaps).toEqual([]);
    expect(fieldbook("rfi", "import", file, at("answers.json")).json.changed).toBe(0);
    expect(fieldbook("rfi", "export", file).json).toEqual(completeAnswers);
  });

  test("refuses to sign before the gate, and names what is missing", () => {
    const refused = fieldbook(
      "sign",
      file,
      "rfi",
      "--signer",
      "Ada Moreau",
      "--role",
      "IT manager",
      "--organisation",
      "Acme Ltd",
      "--signature",
      at("signature.png"),
    );
    expect(refused).toMatchObject({ code: 1, json: { code: "STEP_NOT_READY" } });
    expect(refused.json.details.length).toBeGreaterThan(0);
  });

  test("does, waives and proves the tasks of a step, with evidence", () => {
    const { json: step } = fieldbook("steps", file, "rfi");
    const [first, ...rest] = step.tasks as { task: string }[];
    expect(
      fieldbook("task", file, "rfi", first?.task ?? "", "--waive", "Done by telephone.", "--by", "Ada Moreau").code,
    ).toBe(0);
    for (const { task } of rest) expect(fieldbook("task", file, "rfi", task, "--done").code).toBe(0);
    for (const { check } of step.checks as { check: string }[])
      fieldbook("waive", file, "rfi", check, "--reason", "No network at the site.", "--by", "Ada Moreau");
    expect(fieldbook("evidence", "add", file, "rfi", at("photo.png"), "--title", "Whiteboard")).toMatchObject({
      code: 0,
      json: { kind: "picture", present: true },
    });
  });

  test("refuses what is no signature", () => {
    const sign = (picture: string) =>
      fieldbook(
        "sign",
        file,
        "rfi",
        "--signer",
        "Ada Moreau",
        "--role",
        "IT manager",
        "--organisation",
        "Acme Ltd",
        "--signature",
        picture,
      );
    expect(sign(at("answers.json"))).toMatchObject({ code: 1, json: { code: "SIGNATURE_UNREADABLE" } });
    expect(sign(at("gone.png"))).toMatchObject({ code: 1, json: { code: "FILE_MISSING" } });
    expect(fieldbook("steps", file, "rfi").json.signOffs).toEqual([]);
  });

  test("makes a draft, signs, makes the document, and both files verify", () => {
    expect(fieldbook("report", file, "rfi", "--out", at("draft.pdf")).code).toBe(0);
    const signed = fieldbook(
      "sign",
      file,
      "rfi",
      "--signer",
      "Ada Moreau",
      "--role",
      "IT manager",
      "--organisation",
      "Acme Ltd",
      "--signature",
      at("signature.png"),
    );
    expect(signed).toMatchObject({ code: 0, json: { state: "valid" } });
    expect(fieldbook("report", file, "rfi", "--out", at("rfi.pdf")).code).toBe(0);
    for (const path of [file, at("rfi.pdf"), at("draft.pdf")])
      expect(fieldbook("verify", path), path).toMatchObject({ code: 0, json: { ok: true, problems: [] } });
  });

  test("keeps a signed step read-only until it is reopened with a reason", () => {
    const { json: step } = fieldbook("steps", file, "rfi");
    const task = step.tasks[0].task as string;
    expect(fieldbook("task", file, "rfi", task, "--open")).toMatchObject({ code: 1, json: { code: "STEP_SIGNED" } });
    const changed = {
      ...completeAnswers,
      sections: { organisation: { ...completeAnswers.sections.organisation, mailboxes: 121 } },
    };
    writeFileSync(at("changed.json"), JSON.stringify(changed));
    expect(fieldbook("rfi", "import", file, at("changed.json"))).toMatchObject({
      code: 1,
      json: { code: "ANSWER_SIGNED" },
    });
    expect(fieldbook("reopen", file, "rfi", "--reason", "A mailbox was added.").code).toBe(0);
    expect(fieldbook("rfi", "import", file, at("changed.json")).json.changed).toBe(1);
    expect(fieldbook("steps", file, "rfi").json.signOffs).toMatchObject([
      { state: "reopened", reopened: { reason: "A mailbox was added." } },
    ]);
  });

  test("hands over a verified copy, never over an existing file", () => {
    expect(fieldbook("export", file, "--out", at("copy.fieldbook")).code).toBe(0);
    expect(fieldbook("verify", at("copy.fieldbook"))).toMatchObject({ code: 0, json: { ok: true } });
    const size = statSync(at("copy.fieldbook")).size;
    expect(fieldbook("export", file, "--out", at("copy.fieldbook"))).toMatchObject({
      code: 1,
      json: { code: "ALREADY_EXISTS" },
    });
    expect(statSync(at("copy.fieldbook")).size).toBe(size);
  });

  test("tells the history, newest first", () => {
    const { json } = fieldbook("history", file, "--limit", "5");
    expect(json).toHaveLength(5);
    expect(json[0].position).toBeGreaterThan(json[1].position);
  });

  test.each(["acme.fieldbook", "copy.fieldbook", "rfi.pdf", "draft.pdf"])(
    "rejects %s with one flipped byte, wherever it is",
    (name) => {
      const bytes = readFileSync(at(name));
      for (let flip = 0; flip < 12; flip += 1) {
        const position = Math.floor(((flip + 0.5) / 12) * bytes.length);
        const damaged = Buffer.from(bytes);
        damaged[position] = (damaged[position] ?? 0) ^ 0x10;
        writeFileSync(at(`flipped-${name}`), damaged);
        expect(fieldbook("verify", at(`flipped-${name}`)), `byte ${position}`).toMatchObject({
          code: 1,
          json: { ok: false },
        });
      }
    },
  );
});

describe("bad usage and bad input", () => {
  test("exit 2 with the usage when the command line is wrong", () => {
    for (const args of [
      ["nonsense"],
      ["show"],
      ["task", file, "rfi", "x"],
      ["new", at("x.fieldbook"), "--customer", "A"],
      ["show", file, "--nonsense"],
      ["steps", file, "no-step"],
    ]) {
      expect(fieldbook(...args).code, args.join(" ")).toBe(2);
    }
    expect(existsSync(at("x.fieldbook"))).toBe(false);
  });

  test("exit 1 with a code and sentences when a file is not what it should be", () => {
    writeFileSync(at("text.fieldbook"), "this is no engagement");
    writeFileSync(at("empty.fieldbook"), "");
    const cases: [string[], string][] = [
      [["show", at("gone.fieldbook")], "FILE_MISSING"],
      [["show", at("text.fieldbook")], "NOT_A_FIELDBOOK"],
      [["show", at("empty.fieldbook")], "NOT_A_FIELDBOOK"],
      [
        [
          "new",
          file,
          "--customer",
          "A",
          "--reference",
          "B",
          "--region",
          "EU",
          "--services",
          "archiving",
          "--platform",
          "postfix",
        ],
        "ALREADY_EXISTS",
      ],
      [["evidence", "add", file, "account", at("no-picture.png")], "FILE_MISSING"],
      [["call", "engagements.nothing"], "UNKNOWN_COMMAND"],
      [["call", "constructor.constructor"], "UNKNOWN_COMMAND"],
    ];
    for (const [args, code] of cases) {
      const refused = fieldbook(...args);
      expect(refused, args.join(" ")).toMatchObject({
        code: 1,
        json: { code, happened: expect.stringMatching(/\.$/), todo: expect.any(String) },
      });
      expect(refused.err).not.toMatch(/\n\s+at /);
    }
    expect(readFileSync(at("text.fieldbook"), "utf8")).toBe("this is no engagement");
  });
});
