import { spawnSync } from "node:child_process";
import { chownSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { findLabObstacle, type Lab, startLab } from "../lab/lab.ts";
import { expectJobKept, walkMainJob } from "../support/main-job.ts";
import { writeSettings } from "../support/settings.ts";
import { answerDialogs, makeFolder, removeFolder, startDesktop } from "./program.ts";
import { isRoot, plainUser } from "./runtime.ts";

const obstacle = findLabObstacle();
test.skip(obstacle !== null, obstacle ?? "");

let lab: Lab;
let folder: string;
test.beforeAll(async () => {
  lab = await startLab();
  folder = makeFolder();
  const home = join(folder, "vault");
  mkdirSync(home);
  writeSettings(home, lab.network);
  if (isRoot) for (const path of [home, join(home, "settings.json")]) chownSync(path, plainUser, plainUser);
});
test.afterAll(async () => {
  await lab?.stop();
  removeFolder(folder);
});

test("the main job in the desktop window: create, answer, prove, sign, document, kill, everything is there", async () => {
  const first = await startDesktop({ folder });
  const document = join(folder, "rfi.pdf");
  const job = await walkMainJob(first.page, lab, async () => {
    await answerDialogs(first.app, document);
    await first.page.getByRole("button", { name: "Save document…" }).click();
    await expect(first.page.getByText("Saved.", { exact: true })).toBeVisible();
    await first.page.getByRole("link", { name: "Back to the step" }).click();
    return document;
  });
  const answers = join(folder, "answers.json");
  await answerDialogs(first.app, answers);
  await first.page.getByRole("link", { name: /Answers/ }).click();
  await first.page.getByRole("button", { name: "Export answers" }).click();
  await expect(first.page.getByText("Answers saved.")).toBeVisible();
  expect(JSON.parse(readFileSync(answers, "utf8"))).toMatchObject({ format: "connect-fieldbook-rfi" });
  await first.kill();

  const verify = (path: string) =>
    JSON.parse(
      spawnSync(
        process.execPath,
        ["dist/engine/cli.mjs", "verify", path, "--json", "--home", join(folder, "verifier")],
        { encoding: "utf8" },
      ).stdout,
    );
  expect(readFileSync(job.document).subarray(0, 5).toString()).toBe("%PDF-");
  expect(verify(job.document)).toMatchObject({ kind: "document", ok: true });

  const again = await startDesktop({ folder });
  await expectJobKept(again.page, job);
  await again.quit();

  const [name = ""] = readdirSync(join(folder, "vault", "engagements")).filter((file) => file.endsWith(".fieldbook"));
  expect(verify(join(folder, "vault", "engagements", name))).toMatchObject({ kind: "engagement", ok: true });
});
