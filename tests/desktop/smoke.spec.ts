import { expect, test } from "@playwright/test";
import { giveMenuCommand, makeFolder, removeFolder, startDesktop } from "./program.ts";

test("opens its window, reaches the engine and ends when asked", async () => {
  const folder = makeFolder();
  const { app, page, quit } = await startDesktop({ folder });
  try {
    await expect(page).toHaveTitle(/Connect Fieldbook/);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    expect(new URL(page.url()).protocol).toBe("app:");
    await giveMenuCommand(app, "open-sample");
    await expect(page).toHaveURL(/#\/e\/[0-9a-f-]+/i);
    await expect(page.getByText(/All changes saved/)).toBeVisible();
  } finally {
    await quit();
    removeFolder(folder);
  }
});
