import { expect, test } from "@playwright/test";
import { type ServedProgram, serveAlone } from "./program.ts";

let served: ServedProgram;
let base: string;
test.beforeEach(async ({ page }) => {
  served = await serveAlone({}, "--sample");
  base = `/e/${/#\/e\/([0-9a-f-]{36})/.exec(served.address)?.[1]}`;
  await page.goto(served.address);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
});
test.afterEach(async () => {
  await served?.kill();
});

test("a reply is explained, its grid compared, and kept as evidence", async ({ page }) => {
  await page.getByRole("link", { name: "Explain a reply" }).click();
  await page.getByLabel("Reply, log lines or bounce").fill("451 Open relay not allowed [abc.us31]");
  await page.getByRole("button", { name: "Explain", exact: true }).click();
  await expect(page.getByText("another grid than the account's")).toBeVisible();
  await page.getByRole("button", { name: "Keep as evidence" }).click();
  await page.getByRole("link", { name: "Show the evidence" }).click();
  await expect(page.getByRole("heading", { name: "SMTP reply 451 Open relay not allowed" })).toBeVisible();
});

test("a header is pasted or dropped as a file, and judged in place", async ({ page }) => {
  await page.evaluate((hash) => location.assign(hash), `#${base}/step/outbound/checks`);
  const check = page.getByRole("listitem", { name: "Test mail" });
  await expect(check.getByText("Looks at: headers of a message.")).toBeVisible();
  await check.getByRole("button", { name: /^Read a header/ }).click();
  await check.getByLabel("Header of the mail").fill("From: x@stranger.example");
  await check.getByRole("button", { name: "Read header", exact: true }).click();
  await expect(check.getByText("the program did not see the mail itself").first()).toBeVisible();
  await check.getByRole("button", { name: /^Read another header/ }).click();
  const transfer = await page.evaluateHandle(() => {
    const data = new DataTransfer();
    const text = "Received: from a.example by b.example; x\r\nFrom: x@harbourfinch.example\r\n\r\nbody";
    data.items.add(new File([text], "mail.eml", { type: "message/rfc822" }));
    return data;
  });
  await check.locator("form").dispatchEvent("drop", { dataTransfer: transfer });
  await expect(check.getByText("went round the gateway").first()).toBeVisible();
  await expect(check.getByText("headers read from a file by").first()).toBeVisible();
});
