import { expect, test } from "@playwright/test";
import { findBarriers } from "./axe.ts";
import { type ServedProgram, serveAlone } from "./program.ts";

let served: ServedProgram;
test.beforeEach(async () => {
  // Nothing listens there: a check is refused at once, and records that.
  served = await serveAlone({ resolver: "127.0.0.1:9", dnsTimeout: 300 }, "--sample");
});
test.afterEach(async () => {
  await served?.kill();
});

test("old evidence is judged again on the history page", async ({ page }) => {
  const engagement = /#\/e\/([0-9a-f-]{36})/.exec(served.address)?.[1] ?? "";
  const go = (path: string) => page.evaluate((hash) => location.assign(hash), `#/e/${engagement}${path}`);
  await page.goto(served.address);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await go("/history");
  const again = page.getByRole("button", { name: "Judge old evidence again" });
  await again.click();
  await expect(page.getByText(/no old evidence to judge|recorded runs? (?:was|were) looked at/)).toBeVisible();

  await go("/step/inbound/checks");
  await page.getByRole("button", { name: "Run TLS reports" }).click();
  const check = page.getByRole("listitem", { name: "TLS reports" });
  await expect(check.getByText("Not measurable").first()).toBeVisible({ timeout: 15_000 });

  await go("/history");
  await again.click();
  await page.getByText(/^The same as recorded/).click();
  const table = page.getByRole("table", { name: "Runs that came out the same" });
  await expect(
    table.getByRole("row", { name: /TLS reports.*Not measurable.*could not be read/ }).first(),
  ).toBeVisible();
  expect(await findBarriers(page, "history, old evidence")).toEqual([]);
  await page.emulateMedia({ colorScheme: "dark" });
  await page.waitForTimeout(250);
  expect(await findBarriers(page, "history, old evidence, dark")).toEqual([]);
});
