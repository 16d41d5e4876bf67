import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { codeOf, newDraft, startTestEngine, type TestEngine } from "../../support/engine.ts";

let here: TestEngine;
let elsewhere: TestEngine;
beforeEach(() => {
  here = startTestEngine();
  elsewhere = startTestEngine();
});
afterEach(async () => {
  await here.close();
  await elsewhere.close();
});

const folderOf = ({ home }: TestEngine) => join(home, "engagements");
const tokenFor = ({ engine }: TestEngine, path: string) => ({
  kind: "token" as const,
  token: engine.context.files.grant(path, "open"),
});

/** A verified hand-over copy of an engagement, as a file of its own. */
async function handOver(from: TestEngine, engagement: string, path: string): Promise<string> {
  const { job } = await from.client.copies.handOver({ engagement, space: "everything", seal: { kind: "open" } });
  const { download } = await from.engine.context.jobs.finished(job);
  await from.client.files.saveDownload({
    download: download ?? "",
    token: from.engine.context.files.grant(path, "save"),
  });
  return path;
}

describe("opening a file from outside", () => {
  test("takes it into the program's own folder and leaves the source as it was", async () => {
    const { engagement } = await elsewhere.client.engagements.create(newDraft());
    const path = await handOver(elsewhere, engagement, join(here.home, "usb.fieldbook"));
    const before = readFileSync(path);
    expect(await here.client.engagements.open({ source: tokenFor(here, path) })).toEqual({ engagement });
    expect((await here.client.engagements.get({ engagement })).customer).toBe("Acme Ltd");
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(folderOf(here)).filter((name) => name.endsWith(".fieldbook"))).toHaveLength(1);
  });

  test("opens the copy that is here when the file holds nothing new, and refuses one that does", async () => {
    const { engagement } = await elsewhere.client.engagements.create(newDraft());
    const first = await handOver(elsewhere, engagement, join(here.home, "first.fieldbook"));
    await here.client.engagements.open({ source: tokenFor(here, first) });
    await here.client.rfi.answer({ engagement, field: "organisation.sites", value: 2 });
    expect(await here.client.engagements.open({ source: tokenFor(here, first) })).toEqual({ engagement });
    await elsewhere.client.rfi.answer({ engagement, field: "organisation.sites", value: 9 });
    const second = await handOver(elsewhere, engagement, join(here.home, "second.fieldbook"));
    expect(await codeOf(here.client.engagements.open({ source: tokenFor(here, second) }))).toBe("ENGAGEMENT_EXISTS");
    expect((await here.client.rfi.get({ engagement })).answers.fields["organisation.sites"]).toBe(2);
    expect(readdirSync(folderOf(here)).filter((name) => name.endsWith(".fieldbook"))).toHaveLength(1);
  });

  test.each([
    ["text", Buffer.from("no database at all"), "NOT_A_FIELDBOOK"],
    ["nothing", Buffer.alloc(0), "NOT_A_FIELDBOOK"],
    [
      "another program's database",
      Buffer.concat([Buffer.from("SQLite format 3\0"), Buffer.alloc(4_080)]),
      "NOT_A_FIELDBOOK",
    ],
  ])("that holds %s is refused and leaves nothing behind", async (_name, bytes, code) => {
    const path = join(here.home, "foreign.fieldbook");
    writeFileSync(path, bytes);
    expect(await codeOf(here.client.engagements.open({ source: tokenFor(here, path) }))).toBe(code);
    expect(readdirSync(folderOf(here))).toEqual([]);
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  test("that is gone, a folder or a pipe is refused without waiting for it", async () => {
    const at = (name: string) => join(here.home, name);
    mkdirSync(at("folder.fieldbook"));
    const paths = [at("gone.fieldbook"), at("folder.fieldbook")];
    if (spawnSync("sh", ["-c", `mkfifo "${at("pipe.fieldbook")}"`]).status === 0) paths.push(at("pipe.fieldbook"));
    for (const path of paths)
      expect(await codeOf(here.client.engagements.open({ source: tokenFor(here, path) })), path).toBe("FILE_MISSING");
  });

  test("with one flipped byte in an entry is refused as damaged", async () => {
    const { engagement } = await elsewhere.client.engagements.create(newDraft());
    const path = await handOver(elsewhere, engagement, join(here.home, "flipped.fieldbook"));
    const bytes = readFileSync(path);
    const at = bytes.indexOf('"reference"');
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    expect(await codeOf(here.client.engagements.open({ source: tokenFor(here, path) }))).toBe("DAMAGED");
  });
});

describe("the list of engagements", () => {
  test("keeps a file that cannot be read, with its reason, beside those that can", async () => {
    await here.client.engagements.create(newDraft());
    writeFileSync(join(folderOf(here), "broken.fieldbook"), "not an engagement");
    const { engagements } = await here.client.engagements.list({});
    expect(engagements).toHaveLength(2);
    const broken = engagements.find(({ problem }) => problem !== null);
    expect(broken).toMatchObject({ file: "broken.fieldbook", problem: expect.stringMatching(/\.$/) });
    expect(readFileSync(join(folderOf(here), "broken.fieldbook"), "utf8")).toBe("not an engagement");
  });

  test("shows one engagement once although its file lies there twice", async () => {
    const { engagement } = await elsewhere.client.engagements.create(newDraft());
    const path = await handOver(elsewhere, engagement, join(here.home, "copy.fieldbook"));
    copyFileSync(path, join(folderOf(here), "a.fieldbook"));
    copyFileSync(path, join(folderOf(here), "b.fieldbook"));
    expect((await here.client.engagements.list({})).engagements).toHaveLength(1);
  });
});

describe("an engagement", () => {
  test("takes its region from the account code, or asks for it", async () => {
    const { region: _region, ...rest } = newDraft();
    expect(await codeOf(here.client.engagements.create(rest))).toBe("INVALID_INPUT");
    const { engagement } = await here.client.engagements.create({ ...rest, accountCode: "cuk12a34" });
    expect((await here.client.engagements.get({ engagement })).region).toBe("EU");
  });

  test("is duplicated with its answers and without its work", async () => {
    const { client } = here;
    const { engagement } = await client.engagements.create(newDraft());
    await client.rfi.answer({ engagement, field: "organisation.legalName", value: "Acme Ltd" });
    await client.rfi.addRows({ engagement, group: "domains", rows: [{ name: "acme.example" }] });
    const step = await client.steps.get({ engagement, step: "account" });
    await client.steps.setTask({
      engagement,
      step: "account",
      task: step.tasks[0]?.task ?? "",
      change: { state: "done" },
    });
    const copy = await client.engagements.duplicate({ engagement, customer: "Beta Ltd", reference: "ENG-105" });
    expect(copy.engagement).not.toBe(engagement);
    const { answers } = await client.rfi.get(copy);
    expect(answers.fields["organisation.legalName"]).toBe("Acme Ltd");
    expect(answers.rows.domains?.[0]?.values.name).toBe("acme.example");
    expect((await client.steps.get({ ...copy, step: "account" })).tasks.every(({ state }) => state === "open")).toBe(
      true,
    );
  });

  test("is archived and brought back, with both in its history", async () => {
    const { engagement } = await here.client.engagements.create(newDraft());
    expect((await here.client.engagements.archive({ engagement, archived: true })).archived).toBe(true);
    expect((await here.client.engagements.archive({ engagement, archived: false })).archived).toBe(false);
    const [latest, before] = (await here.client.history.list({ engagement })).entries;
    expect([before?.changes[0]?.after, latest?.changes[0]?.after]).toEqual(["true", "false"]);
  });

  test("survives the engine: what was confirmed is there after a new start", async () => {
    const { engagement } = await here.client.engagements.create(newDraft());
    await here.client.rfi.answer({ engagement, field: "organisation.mailboxes", value: 77 });
    await here.engine.close();
    const again = startTestEngine(here.home);
    expect((await again.client.rfi.get({ engagement })).answers.fields["organisation.mailboxes"]).toBe(77);
    await again.engine.close();
    expect(existsSync(folderOf(here))).toBe(true);
  });

  test("that is the sample is made once and opened again after that", async () => {
    const first = await here.client.engagements.sample({});
    expect(await here.client.engagements.sample({})).toEqual(first);
    const { completeness } = await here.client.rfi.get(first);
    expect(completeness.gaps).toEqual([]);
  });
});
