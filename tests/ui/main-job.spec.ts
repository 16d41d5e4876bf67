import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { findLabObstacle, type Lab, startLab } from "../lab/lab.ts";
import { expectJobKept, walkMainJob } from "../support/main-job.ts";
import { writeSettings } from "../support/settings.ts";
import { type ServedProgram, serveProgram } from "./program.ts";

const obstacle = findLabObstacle();
test.skip(obstacle !== null, obstacle ?? "");

let lab: Lab;
let home: string;
/** Ended after the tests too, so that a failed one leaves no server behind. */
const started: ServedProgram[] = [];
async function serve(): Promise<ServedProgram> {
  const served = await serveProgram(home);
  started.push(served);
  return served;
}
test.beforeAll(async () => {
  lab = await startLab();
  home = mkdtempSync(join(tmpdir(), "fieldbook-ui-"));
  writeSettings(home, lab.network);
});
test.afterAll(async () => {
  for (const served of started) await served.kill();
  await lab?.stop();
  rmSync(home, { recursive: true, force: true });
});

test("the main job in the browser: create, answer, prove, sign, document, kill, everything is there", async ({
  page,
}) => {
  const served = await serve();
  await page.goto(served.address);
  const job = await walkMainJob(page, lab, async () => {
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save document…" }).click();
    const path = join(home, "rfi.pdf");
    await (await download).saveAs(path);
    return path;
  });
  expect(readFileSync(job.document).subarray(0, 5).toString()).toBe("%PDF-");
  const verified = spawnSync(
    "node_modules/.bin/node",
    ["dist/engine/cli.mjs", "verify", job.document, "--json", "--home", join(home, "verifier")],
    { encoding: "utf8" },
  );
  expect(JSON.parse(verified.stdout)).toMatchObject({ kind: "document", ok: true });
  await served.kill();

  const again = await serve();
  await page.goto(again.address);
  await expectJobKept(page, job);
  await again.kill();
});
