import { expect, test } from "@playwright/test";
import { type FakeDns, startFakeDns, type Zone } from "../unit/checks/fake-dns.ts";
import { findBarriers } from "./axe.ts";
import { type ServedProgram, serveAlone } from "./program.ts";

const own = "eu._netblocks.mimecast.com";
const senders = Array.from({ length: 9 }, (_, n) => `sender${n}.example`);
const zoneOf = (domain: string): Zone => ({
  [domain]: { TXT: [`v=spf1 include:_netblocks.mimecast.com include:spf.other.example a:gone.example -all`] },
  "_netblocks.mimecast.com": { TXT: [`v=spf1 include:${own} ~all`] },
  [own]: { TXT: ["v=spf1 ip4:198.51.100.0/24 ~all"] },
  "spf.other.example": { TXT: ["v=spf1 ip4:203.0.113.7 -all"] },
  "many.example": { TXT: [`v=spf1 ${senders.map((name) => `include:${name}`).join(" ")} -all`] },
  ...Object.fromEntries(senders.map((name) => [name, { TXT: ["v=spf1 -all"] }])),
});

let served: ServedProgram;
let dns: FakeDns;
let zone: Zone;
test.beforeEach(async () => {
  zone = {};
  dns = await startFakeDns(zone);
  served = await serveAlone({ resolver: dns.endpoint, dnsTimeout: 300 }, "--sample");
});
test.afterEach(async () => {
  await served?.kill();
  dns?.stop();
});

test("plans a record: tree with counts, a record to try, a proposal before and after", async ({ page }) => {
  await page.goto(served.address);
  await page.getByRole("link", { name: "SPF planner" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "SPF planner" })).toBeVisible();
  Object.assign(zone, zoneOf(await page.getByRole("combobox", { name: "Domain" }).inputValue()));
  await page.getByRole("combobox", { name: "Address of a server" }).fill("203.0.113.7");
  await page.getByRole("button", { name: "Look up" }).click();
  await expect(page.getByText("4 of 10 look-ups").first()).toBeVisible();
  await expect(page.getByText(/sending as .*: ip4:203\.0\.113\.7 of spf\.other\.example matches/)).toBeVisible();

  const items = page.getByRole("treeitem");
  await expect(items).toHaveCount(10);
  await items.first().focus();
  await page.keyboard.press("ArrowLeft");
  await expect(items.first()).toHaveAttribute("aria-expanded", "false");
  await expect(items).toHaveCount(6);
  await page.keyboard.press("ArrowDown");
  await expect(items.nth(1)).toBeFocused();
  expect(await findBarriers(page, "SPF planner, tree")).toEqual([]);

  await page.getByLabel("Record to try").fill(`v=spf1 include:${own} -all`);
  await page.getByRole("button", { name: "Try this record" }).click();
  await expect(page.getByRole("heading", { name: "The record you try" })).toBeFocused();
  await expect(page.getByText("1 of 10 look-ups")).toBeVisible();
  await page.getByRole("button", { name: "Back to the published record" }).click();
  await expect(page.getByRole("heading", { name: "The record as published" })).toBeVisible();

  await page.getByRole("checkbox").check();
  await page.getByRole("button", { name: "Propose record" }).click();
  await expect(page.getByText(`v=spf1 include:spf.other.example a:gone.example include:${own} -all`)).toBeVisible();
  await expect(page.getByText("3 of 10 look-ups")).toBeVisible();
  await page.getByRole("textbox", { name: "Add" }).fill("many.example");
  await page.getByRole("button", { name: "Propose record" }).click();
  await expect(page.getByText("Do not publish this record.")).toBeVisible();
  await expect(page.getByText(/, over the limit/)).toBeVisible();
  expect(await findBarriers(page, "SPF planner, refused")).toEqual([]);
});

test("a resolver that gives no answer is told as that", async ({ page }) => {
  await page.goto(served.address);
  await page.getByRole("link", { name: "SPF planner" }).click();
  zone[await page.getByRole("combobox", { name: "Domain" }).inputValue()] = "SILENT";
  await page.getByRole("button", { name: "Look up" }).click();
  await expect(page.getByText(/The resolver gave no answer, so nothing can be said/)).toBeVisible();
  await expect(page.getByRole("tree")).toHaveCount(0);
});
