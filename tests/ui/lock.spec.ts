import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { findBarriers } from "./axe.ts";
import { type ServedProgram, serveProgram } from "./program.ts";

const PASSPHRASE = "correct horse battery";
let home: string;
let served: ServedProgram;
test.beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "fieldbook-lock-"));
  served = await serveProgram(home, "--sample");
});
test.afterEach(async () => {
  await served?.kill();
  rmSync(home, { recursive: true, force: true });
});

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

/** Reads the code that is shown, and says that it is written down. */
async function keepCode(page: Page): Promise<string> {
  const shown = page.getByRole("list", { name: "Recovery code" });
  const code = (await shown.innerText()).split(/\s+/).join("-");
  await expect(button(page, "Done")).toBeDisabled();
  await page.getByLabel("I have written it down").check();
  await button(page, "Done").click();
  await expect(shown).toBeHidden();
  return code;
}

test("sets a passphrase, encrypts, locks, and opens by passphrase and by recovery code", async ({ page }) => {
  test.setTimeout(180_000);
  await page.goto(served.address);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Harbour & Finch");
  await page.evaluate(() => location.assign("#/settings"));
  await button(page, "Set a passphrase…").click();
  await page.getByRole("textbox", { name: "New passphrase" }).fill(PASSPHRASE);
  await page.getByRole("textbox", { name: "The same again" }).fill(PASSPHRASE);
  await button(page, "Set the passphrase").click();
  const first = await keepCode(page);
  await button(page, "Encrypt the engagement files…").click();
  await page.getByRole("textbox", { name: "Passphrase now" }).fill("not the passphrase");
  await button(page, "Encrypt").click();
  await expect(page.getByText("That is not the passphrase that is set.")).toBeVisible();
  await page.getByRole("textbox", { name: "Passphrase now" }).fill(PASSPHRASE);
  await button(page, "Encrypt").click();
  const code = await keepCode(page);
  expect(code).not.toBe(first);
  await expect(page.getByText("every file is encrypted")).toBeVisible();
  expect(readdirSync(join(home, "engagements")).filter((name) => name.endsWith(".fieldbook"))).toEqual([]);

  await button(page, "Lock now").click();
  await expect(page.getByRole("heading", { name: "Connect Fieldbook is locked" })).toBeVisible();
  await expect(page.getByText("Settings")).toBeHidden();
  expect(await findBarriers(page, "locked")).toEqual([]);
  await page.getByRole("textbox", { name: "Passphrase" }).fill("not the passphrase");
  await button(page, "Unlock").click();
  await expect(page.getByText("The passphrase does not open it.")).toBeVisible();
  await page.getByRole("textbox", { name: "Passphrase" }).fill(PASSPHRASE);
  await button(page, "Unlock").click();
  await expect(page.getByRole("heading", { name: "Settings" })).toBeVisible();

  await served.kill();
  served = await serveProgram(home);
  await page.goto(served.address);
  await expect(page.getByRole("heading", { name: "Connect Fieldbook is locked" })).toBeVisible();
  await button(page, "The passphrase is forgotten").click();
  await page.getByRole("textbox", { name: "Recovery code" }).fill(first);
  await button(page, "Open").click();
  await expect(page.getByText("The recovery code does not open the vault.")).toBeVisible();
  expect(await findBarriers(page, "recovery")).toEqual([]);
  await page.getByRole("textbox", { name: "Recovery code" }).fill(code);
  await button(page, "Open").click();
  await expect(page.getByText("Harbour & Finch")).toBeVisible();
});
