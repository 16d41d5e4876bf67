import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, expect, type Page, test } from "@playwright/test";
import { openStep, openTab, signStep } from "../support/main-job.ts";
import { loopbackNetwork, writeSettings } from "../support/settings.ts";
import { findBarriersInBoth } from "./axe.ts";
import { type ServedProgram, serveProgram } from "./program.ts";

/** One person's computer: a home of its own, a server of its own, a browser of its own. */
interface Desk {
  page: Page;
  home: string;
}

const started: { served: ServedProgram; home: string }[] = [];
async function sit(browser: Browser, name: string, ...more: string[]): Promise<Desk> {
  const home = mkdtempSync(join(tmpdir(), `fieldbook-${name}-`));
  writeSettings(home, loopbackNetwork, name);
  const served = await serveProgram(home, ...more);
  started.push({ served, home });
  const page = await (await browser.newContext({ viewport: { width: 1_280, height: 820 } })).newPage();
  await page.goto(served.address);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  return { page, home };
}
test.afterEach(async () => {
  for (const { served, home } of started.splice(0)) {
    await served.kill();
    rmSync(home, { recursive: true, force: true });
  }
});

let copies = 0;
/** Hands the open engagement over as the page does. Returns where the copy lies. */
async function handOver({ page, home }: Desk, choose?: () => Promise<void>): Promise<string> {
  await page.getByRole("navigation", { name: "Engagement map" }).getByRole("link", { name: "Overview" }).click();
  await page.getByRole("button", { name: "Export a hand-over copy…" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Hand over a copy" })).toBeVisible();
  await choose?.();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Make the copy" }).click();
  const copy = await download;
  const path = join(home, `${++copies}-${copy.suggestedFilename()}`);
  await copy.saveAs(path);
  return path;
}

/** Gives the program a file, as the person chooses it. */
async function chooseCopy({ page }: Desk, path: string): Promise<void> {
  const choosing = page.waitForEvent("filechooser");
  await page.keyboard.press("Control+Shift+I");
  await (await choosing).setFiles(path);
}

async function writeAnswer({ page }: Desk, label: string, value: string): Promise<void> {
  await page.getByRole("link", { name: /^Answers/ }).click();
  await page.getByLabel(label).fill(value);
  await page.getByLabel(label).blur();
  await expect(page.getByLabel(label)).toHaveValue(value);
  await expect(page.getByText(/All changes saved/)).toBeVisible();
}

const noteLabel = "Internal note: left out of copies for the customer";
async function writeNote({ page }: Desk, name: string, text: string): Promise<void> {
  await page.getByRole("link", { name: "Overview" }).click();
  await page.getByLabel(noteLabel).fill(text);
  await page.getByLabel(noteLabel).blur();
  await expect(page.getByRole("region", { name: "Internal note" }).getByText(new RegExp(`^${name}, `))).toBeVisible();
}

async function finishTasks(page: Page): Promise<void> {
  const open = page.getByRole("region", { name: "Tasks" }).locator('li[data-state="open"]');
  await expect(open).not.toHaveCount(0);
  for (let left = await open.count(); left > 0; left -= 1) {
    const head = open.first().locator("h2 button");
    if ((await head.getAttribute("aria-expanded")) === "false") await head.click();
    await open.first().getByRole("button", { name: "Mark as done" }).click();
    await expect(open).toHaveCount(left - 1);
  }
}

test("two copies edited apart are united: a conflict is decided, a contested signature set back", async ({
  browser,
}) => {
  const anna = await sit(browser, "Anna", "--sample");
  const ben = await sit(browser, "Ben");
  await chooseCopy(ben, await handOver(anna));
  await expect(ben.page.getByText(/^Taken in with \d+ entries/)).toBeVisible({ timeout: 60_000 });

  await openStep(anna.page, /Request for Information/);
  await finishTasks(anna.page);
  await signStep(anna.page);
  await anna.page.getByRole("link", { name: "Back to the step" }).click();
  await writeNote(anna, "Anna", "Call Priya before noon.");
  await writeAnswer(ben, "Sites", "11");
  await writeNote(ben, "Ben", "Priya is away until Monday.");

  const fromBen = await handOver(ben);
  await chooseCopy(anna, fromBen);
  const { page } = anna;
  await expect(page.getByText(/^The copy adds \d+ entries/)).toBeVisible({ timeout: 60_000 });
  const change = page.getByRole("region", { name: "Signatures that would change" });
  await expect(change.getByRole("row", { name: /Request for Information Valid Contested/ })).toBeVisible();
  await expect(page.getByText("1, to be decided afterwards")).toBeVisible();
  await expect(page.getByRole("row", { name: /^Ben.* Unverified author/ })).toBeVisible();
  expect(await findBarriersInBoth(page, "what a copy would bring")).toEqual([]);
  await page.getByRole("button", { name: "Take it in" }).click();

  await expect(page.getByText(/entries came in; 1 conflict to decide\./)).toBeVisible();
  await expect(page.getByRole("row", { name: /Request for Information.*Contested/ })).toBeVisible();
  await page.getByRole("link", { name: "Decide them" }).click();
  await expect(page.getByText("Anna and Ben wrote different values without knowing of each other.")).toBeVisible();
  expect(await findBarriersInBoth(page, "conflicts")).toEqual([]);
  await page.getByRole("button", { name: /^Keep this one for Internal note: Priya is away/ }).click();
  await expect(page.getByText(/the value of Ben was kept\. Nothing is left to decide\./)).toBeFocused();
  await expect(page.getByRole("heading", { name: "No conflicts" })).toBeVisible();

  await openStep(page, /Request for Information/);
  await openTab(page, "Sign-off");
  const signature = page.getByRole("list", { name: "Signatures, newest first" }).getByRole("listitem");
  await expect(signature.getByText("Contested")).toBeVisible();
  await expect(signature.getByRole("row", { name: /^Sites .* 11 Ben/ })).toBeVisible();
  expect(await findBarriersInBoth(page, "a contested signature")).toEqual([]);
  await page.getByRole("button", { name: "Set back to what was signed" }).click();
  await expect(signature.getByText("Valid", { exact: true })).toBeVisible();
  await expect(page.getByRole("button", { name: "Set back to what was signed" })).toHaveCount(0);

  // The same copy again brings nothing, and changes nothing.
  await chooseCopy(anna, fromBen);
  await expect(page.getByText(/holds nothing that is not here; nothing was changed\./)).toBeVisible({
    timeout: 60_000,
  });
});

test("a copy sealed with a passphrase is asked for it, and lacks the internal note when it is for the customer", async ({
  browser,
}) => {
  const anna = await sit(browser, "Anna", "--sample");
  await writeNote(anna, "Anna", "They pay late.");
  const path = await handOver(anna, async () => {
    await anna.page.getByRole("radio", { name: "Without the internal note" }).check();
    await anna.page.getByRole("radio", { name: "Whoever knows a passphrase" }).check();
    await anna.page.getByLabel("Passphrase", { exact: true }).fill("too short");
    await anna.page.getByRole("button", { name: "Make the copy" }).click();
    await expect(anna.page.getByText("Enter at least 12 characters.")).toBeVisible();
    await anna.page.getByLabel("Passphrase", { exact: true }).fill("four words of no sense");
    await anna.page.getByLabel("The same again").fill("four words of no sense");
  });
  const ben = await sit(browser, "Ben");
  await chooseCopy(ben, path);
  await ben.page.getByLabel("Passphrase").fill("four words of good sense");
  await ben.page.getByRole("button", { name: "Open the copy" }).click();
  await expect(ben.page.getByText("That passphrase does not open it. Enter it again.")).toBeVisible({
    timeout: 60_000,
  });
  await ben.page.getByLabel("Passphrase").fill("four words of no sense");
  await ben.page.getByRole("button", { name: "Open the copy" }).click();
  await expect(ben.page.getByText(/^Taken in with \d+ entries/)).toBeVisible({ timeout: 60_000 });
  await expect(ben.page.getByLabel(noteLabel)).toHaveValue("");
});

test("a snapshot is taken, proven, looked into read-only, closed and restored as a copy", async ({ browser }) => {
  const { page } = await sit(browser, "Anna", "--sample");
  await page.getByRole("link", { name: "Snapshots" }).click();
  await page.getByRole("button", { name: "Take a snapshot now" }).click();
  const row = page.getByRole("row", { name: /Taken by hand/ });
  await expect(row.getByText("Proven")).toBeVisible({ timeout: 60_000 });
  await row.getByRole("button", { name: /^Look into/ }).click();
  const bar = page.getByRole("region", { name: "Read-only view" });
  await expect(bar.getByText(/You are looking at a snapshot of .*; nothing can be changed\./)).toBeVisible();
  await expect(page.getByRole("button", { name: /change customer/ })).toHaveCount(0);
  expect(await findBarriersInBoth(page, "a snapshot looked into")).toEqual([]);
  await bar.getByRole("button", { name: "Close" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Snapshots" })).toBeVisible();
  await expect(bar).toHaveCount(0);
  const download = page.waitForEvent("download");
  await row.getByRole("button", { name: /^Restore as a copy/ }).click();
  expect((await download).suggestedFilename()).toMatch(/-restored\.fieldbook$/);
});
