import { expect, type Page, test } from "@playwright/test";
import { openStep, openTab } from "../support/main-job.ts";
import { type FakeDns, mx, startFakeDns, type Zone } from "../unit/checks/fake-dns.ts";
import { type FakeSmtp, startFakeSmtp } from "../unit/checks/fake-smtp.ts";
import { findBarriersInBoth } from "./axe.ts";
import { type ServedProgram, serveAlone } from "./program.ts";

const domain = "harbourfinch.example";
const own = "mail.harbourfinch.example";
const gateway = "gateway.harbourfinch.example";

let served: ServedProgram;
let zone: Zone;
let dns: FakeDns;
let mail: FakeSmtp;
test.beforeEach(async () => {
  const mailDomain = (host: string, ttl: number) => ({
    MX: [mx(10, host, ttl)],
    TXT: ["v=spf1 -all"],
    NS: ["ns1.harbourfinch.example"],
  });
  zone = {
    [domain]: mailDomain(own, 3_600),
    "ns1.harbourfinch.example": { A: ["127.0.0.1"] },
    [own]: { A: ["127.0.0.1"] },
    [gateway]: { A: ["127.0.0.1"] },
  };
  dns = await startFakeDns(zone);
  mail = await startFakeSmtp({ greeting: `220 ${own} ESMTP\r\n`, ehlo: `250 ${own}\r\n` });
  served = await serveAlone(
    {
      resolver: dns.endpoint,
      authoritativePort: dns.port,
      smtpPort: mail.port,
      submissionPort: 1,
      httpsPort: 2,
      dnsTimeout: 500,
      connectTimeout: 2_000,
    },
    "--sample",
  );
});
test.afterEach(async () => {
  await served?.kill();
  dns?.stop();
  mail?.stop();
});

/** The change itself: what the customer does at his DNS host. */
const changeMx = () => {
  zone[domain] = { MX: [mx(10, gateway, 300)], TXT: ["v=spf1 -all"], NS: ["ns1.harbourfinch.example"] };
};
const clock = (page: Page) => page.getByRole("region", { name: "MX change in caches" });

test("before, change, after, and the wait for caches", async ({ page }) => {
  await page.goto(served.address);
  await openStep(page, /Inbound routing/);
  await expect(page.getByText(/No snapshot was taken before the change/)).toBeVisible();
  await page.getByRole("link", { name: "Take it now" }).click();
  await expect(page.getByRole("heading", { name: "No snapshot yet" })).toBeVisible();

  await page.getByRole("button", { name: "Take the snapshot before the change" }).click();
  await expect(page.getByText(/There is no second snapshot yet/)).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole("table", { name: "What was seen" })).toContainText(own);
  await expect(clock(page)).toContainText("Change not seen yet");

  changeMx();
  await page.getByRole("button", { name: "Take the snapshot after the change" }).click();
  const difference = page.getByRole("table", { name: "What is different" });
  await expect(difference).toContainText(`10 ${gateway}`, { timeout: 30_000 });
  await expect(difference.getByText("Changed").first()).toBeVisible();
  await expect(clock(page)).toContainText("Old records may still be cached");
  await expect(clock(page).getByRole("timer")).toHaveText(/^1 h \d min left$/);
  await expect(clock(page).getByText("New", { exact: true }).first()).toBeVisible();
  expect(await findBarriersInBoth(page, "before and after, with a difference")).toEqual([]);

  await clock(page).getByRole("button", { name: "Watch the servers" }).click();
  await expect(clock(page)).toContainText("Watching the servers");
  await clock(page).getByRole("button", { name: "Stop watching" }).click();
  await expect(clock(page).getByRole("button", { name: "Watch the servers" })).toBeVisible();

  await openStep(page, /Firewall lockdown/);
  await openTab(page, "Sign-off");
  const wait = page.getByRole("link", { name: /The old MX may still be cached until \d\d:\d\d/ });
  await wait.click();
  await clock(page).getByRole("button", { name: "Waive the wait…" }).click();
  await clock(page).getByLabel("Reason").fill("The old gateway takes mail until Friday.");
  await clock(page).getByLabel("Who answers for it").fill("Ada Byron");
  await clock(page).getByRole("button", { name: "Waive the wait", exact: true }).click();
  await expect(clock(page)).toContainText("The wait is waived by Ada Byron");
  await openTab(page, "Sign-off");
  await expect(wait).toHaveCount(0);

  await page.getByRole("link", { name: "Overview" }).first().click();
  await expect(clock(page).getByRole("timer")).toBeVisible();
  expect(await findBarriersInBoth(page, "overview with a running clock")).toEqual([]);
});
