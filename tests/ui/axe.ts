import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";

/** Serious and critical accessibility findings of the page as it stands, each with the first places where it was found. */
export async function findBarriers(page: Page, name: string): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => {
      const places = nodes.slice(0, 3).map(({ target }) => target.join(" "));
      return `${name}: ${id} at ${places.join("; ")}`;
    });
}

/** The same in light and in dark. */
export async function findBarriersInBoth(page: Page, name: string): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.waitForTimeout(250);
    found.push(...(await findBarriers(page, `${colorScheme}, ${name}`)));
  }
  return found;
}
