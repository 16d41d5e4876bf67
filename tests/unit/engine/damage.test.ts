import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
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

  test("is looked at as a whole after an unclean end, and found even where no page is torn", async () => {
    const path = file();
    const bytes = readFileSync(path);
    const at = bytes.indexOf("After the snapshot");
    // The value as the derived table keeps it: no page check and no load of entries reads it.
    const derived = bytes.indexOf('"After the snapshot"', bytes.lastIndexOf("organisation"));
    expect(at).toBeGreaterThan(0);
    overwrite(path, derived > 0 ? derived + 1 : at, Buffer.from("Beforehand"));
    expect(verifyFile(path).ok).toBe(false);
    const [row] = await listed();
    expect(row?.problem).toBeNull();
    expect(statSync(path).size).toBe(bytes.length);
  });
});
