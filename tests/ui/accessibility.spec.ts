import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { findBarriers } from "./axe.ts";
import { type ServedProgram, serveProgram } from "./program.ts";

let home: string;
let served: ServedProgram;
let engagement: string;
test.beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "fieldbook-axe-"));
  served = await serveProgram(home, "--sample");
  engagement = /#\/e\/([0-9a-f-]{36})/.exec(served.address)?.[1] ?? "";
});
test.afterEach(async () => {
  await served?.kill();
  rmSync(home, { recursive: true, force: true });
});

const screens = [
  ["engagements", "/"],
  ["new engagement", "/new"],
  ["settings", "/settings"],
  ["rehearsal", "/rehearsal"],
  ["verify", "/verify"],
  ["overview", "/e/ID"],
  ["RFI, fields", "/e/ID/rfi/organisation"],
  ["RFI, rows", "/e/ID/rfi/contacts"],
  ["RFI, choices", "/e/ID/rfi/recipients"],
  ["step, tasks", "/e/ID/step/outbound"],
  ["step, missing values", "/e/ID/step/lockdown"],
  ["step, checks", "/e/ID/step/outbound/checks"],
  ["step, evidence", "/e/ID/step/account/evidence"],
  ["step, before and after", "/e/ID/step/inbound/before-after"],
  ["step, sign-off", "/e/ID/step/rfi/sign-off"],
  ["step, history", "/e/ID/step/rfi/history"],
  ["customer's page", "/e/ID/sign/rfi"],
  ["documents", "/e/ID/documents"],
  ["SPF planner", "/e/ID/spf"],
  ["history", "/e/ID/history"],
  ["conflicts, none", "/e/ID/conflicts"],
  ["snapshots", "/e/ID/copies"],
  ["hand over a copy", "/e/ID/hand-over"],
  ["take in a copy", "/take-in"],
  ["explain a reply", "/explain"],
  ["explain a reply, in an engagement", "/e/ID/explain"],
] as const;

for (const colorScheme of ["light", "dark"] as const) {
  test(`no screen has a serious accessibility finding, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await page.goto(served.address);
    const found: string[] = [];
    for (const [name, path] of screens) {
      await page.evaluate((hash) => location.assign(hash), `#${path.replace("ID", engagement)}`);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await page.waitForTimeout(250);
      found.push(...(await findBarriers(page, name)));
    }
    expect(found).toEqual([]);
  });
}
