import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Salvages } from "../../../src-main/engine/salvages.ts";
import { verifyFile } from "../../../src-main/journal/index.ts";
import { newDraft, startTestEngine, type TestEngine } from "../../support/engine.ts";

let home: string;
let engagement: string;
let now: TestEngine;

beforeEach(async () => {
  now = startTestEngine();
  ({ home } = now);
  ({ engagement } = await now.client.engagements.create(newDraft()));
  for (let i = 0; i < 40; i++) await now.client.rfi.answer({ engagement, field: "organisation.sites", value: i });
  await now.client.copies.takeSnapshot({ engagement });
  await now.client.rfi.answer({ engagement, field: "organisation.legalName", value: "After the snapshot" });
  await now.engine.context.housekeeping.proveNewest(engagement);
  await now.engine.close();
});
afterEach(() => now.close());

const folder = () => join(home, "engagements");
const files = () => readdirSync(folder()).filter((name) => name.endsWith(".fieldbook"));
const file = () => join(folder(), files()[0] ?? "");

function overwrite(path: string, at: number, bytes: Uint8Array): void {
  const descriptor = openSync(path, "r+");
  writeSync(descriptor, bytes, 0, bytes.length, at);
  closeSync(descriptor);
}
const spoilHeader = (path: string) => overwrite(path, 0, Buffer.alloc(4096, 0x55));

async function listed() {
  now = startTestEngine(home);
  const { engagements } = await now.client.engagements.list({});
  return engagements;
}

describe("a damaged engagement file", () => {
  test("is kept aside, and everything sound in it and its snapshots goes on in a new file", async () => {
    const damaged = file();
    spoilHeader(damaged);
    const bytes = readFileSync(damaged);
    expect(await listed()).toMatchObject([{ engagement, customer: "Acme Ltd", problem: null }]);
    const { answers } = await now.client.rfi.get({ engagement });
    expect(answers.fields).toMatchObject({ "organisation.sites": 39, "organisation.legalName": "After the snapshot" });
    const [kept = ""] = readdirSync(join(folder(), "damaged")).filter((name) => name.endsWith(".fieldbook"));
    expect(readFileSync(join(folder(), "damaged", kept)).equals(bytes)).toBe(true);
    const { notices } = await now.client.engagements.get({ engagement });
    expect(notices).toMatchObject([
      { kind: "salvaged", dismissible: true, details: [expect.stringContaining("Nothing"), expect.any(String)] },
    ]);
    const { notices: left } = await now.client.engagements.dismissNotice({
      engagement,
      notice: notices[0]?.notice ?? "",
    });
    expect(left).toEqual([]);
    expect((await now.client.history.verify({ engagement })).ok).toBe(true);
    await now.engine.close();
    expect(verifyFile(file())).toMatchObject({ ok: true, sealed: true });
    expect(await listed()).toMatchObject([{ engagement, problem: null }]);
  });

  test("gives back from a snapshot what it lost itself", async () => {
    truncateSync(file(), 3 * 4096);
    spoilHeader(file());
    expect(await listed()).toMatchObject([{ engagement, problem: null }]);
    expect((await now.client.rfi.get({ engagement })).answers.fields["organisation.sites"]).toBe(39);
  });

  test("of which nothing can be saved stays where it is and is named with its reason", async () => {
    rmSync(join(home, "snapshots"), { recursive: true });
    writeFileSync(file(), crypto.getRandomValues(new Uint8Array(20_000)));
    const before = readFileSync(file());
    const [item] = await listed();
    expect(item?.problem).toBeTruthy();
    expect(readFileSync(file()).equals(before)).toBe(true);
    expect(existsSync(join(folder(), "damaged"))).toBe(false);
    const { engagement: other } = await now.client.engagements.create(newDraft());
    expect((await now.client.engagements.get({ engagement: other })).customer).toBe("Acme Ltd");
  });

  test("is made one new file even when the program ended before the damaged one was put aside", async () => {
    const damaged = file();
    spoilHeader(damaged);
    await listed();
    await now.engine.close();
    const [made = ""] = files();
    const [kept = ""] = readdirSync(join(folder(), "damaged")).filter((name) => name.endsWith(".fieldbook"));
    renameSync(join(folder(), "damaged", kept), damaged);
    rmSync(join(folder(), "damaged"), { recursive: true });
    expect(await listed()).toMatchObject([{ engagement, problem: null }]);
    expect(files()).toEqual([made]);
    expect(readdirSync(join(folder(), "damaged")).filter((name) => name.endsWith(".fieldbook"))).toHaveLength(1);
    const { notices } = await now.client.engagements.get({ engagement });
    expect(notices).toMatchObject([{ kind: "salvaged" }]);
  });

  test("is named with the reason when what was saved of it cannot be opened, and the others are listed", async () => {
    spoilHeader(file());
    const repair = vi.spyOn(Salvages.prototype, "repair").mockImplementationOnce((path) => {
      renameSync(path, `${path}.aside`);
      return `${path}.gone`;
    });
    now = startTestEngine(home);
    const { engagement: other } = await now.client.engagements.create(newDraft());
    const { engagements } = await now.client.engagements.list({});
    expect(repair).toHaveBeenCalledOnce();
    expect(engagements.find((item) => item.engagement === other)?.problem).toBeNull();
    expect(engagements.filter(({ problem }) => problem !== null)).toHaveLength(1);
  });

  test("is looked at as a whole after an unclean end, and saved even where no page is torn", async () => {
    const again = startTestEngine(home);
    await again.client.rfi.answer({ engagement, field: "organisation.sites", value: 77 });
    const path = file();
    const cut = `${path}.cut`;
    copyFileSync(path, cut);
    await again.engine.close();
    renameSync(cut, path);
    // A derived row: no page check and no load of entries reads it. Its columns are entity, field, op.
    const bytes = readFileSync(path);
    const place = bytes.toString("latin1").search(/(?<=sites)[0-9a-f]{64}:\d/);
    overwrite(path, place, Buffer.from(bytes[place] === 0x30 ? "1" : "0"));
    expect(verifyFile(path).problems.map(({ code }) => code)).toEqual(["DERIVED", "DERIVED"]);
    expect(await listed()).toMatchObject([{ engagement, problem: null }]);
    expect((await now.client.engagements.get({ engagement })).notices).toMatchObject([{ kind: "salvaged" }]);
    expect((await now.client.rfi.get({ engagement })).answers.fields["organisation.sites"]).toBe(77);
    await now.engine.close();
    expect(verifyFile(file())).toMatchObject({ ok: true, sealed: true });
  });
});
