import { expect, test } from "@playwright/test";
import { openStep, openTab } from "../support/main-job.ts";
import { type FakeDns, startFakeDns } from "../unit/checks/fake-dns.ts";
import { type FakeSmtp, startFakeSmtp } from "../unit/checks/fake-smtp.ts";
import { findBarriersInBoth } from "./axe.ts";
import { type ServedProgram, serveAlone } from "./program.ts";

const smart = "eu-smtp-outbound-1.mimecast.com";
let served: ServedProgram;
let dns: FakeDns;
let mail: FakeSmtp;
test.beforeEach(async () => {
  dns = await startFakeDns({
    "harbourfinch.example": { TXT: ["v=spf1 -all"] },
    [smart]: { A: ["127.0.0.1"] },
  });
  mail = await startFakeSmtp({ greeting: null });
  served = await serveAlone(
    {
      resolver: dns.endpoint,
      smtpPort: mail.port,
      greetingTimeout: 300_000,
    },
    "--sample",
  );
});
test.afterEach(async () => {
  await served?.kill();
  dns?.stop();
  mail?.stop();
});

test("each check says what it does while it runs, results appear as they come, and stopping keeps them", async ({
  page,
}) => {
  await page.goto(served.address);
  await openStep(page, /Outbound routing/);
  await openTab(page, "Checks");
  await page.getByRole("button", { name: "Run all checks" }).click();
  const waiting = page.getByRole("listitem", { name: "Smart hosts" });
  await expect(waiting).toContainText(`${smart}:${mail.port} - waiting for the greeting…`);
  const done = page.getByRole("listitem", { name: "SPF record" });
  await expect(done).not.toContainText("Running");
  await expect(done).toContainText("Looked at");
  await expect(done.getByRole("button", { name: "Run SPF record" })).toBeDisabled();
  expect(await findBarriersInBoth(page, "checks while they run")).toEqual([]);
  await page.getByRole("region", { name: "Checks" }).getByRole("button", { name: /^Stop/ }).click();
  await expect(page.getByText("waiting for the greeting")).toHaveCount(0);
  await expect(waiting.getByText("Not run")).toBeVisible();
  await expect(done).toContainText("Looked at");
});
