import { expect, type Page } from "@playwright/test";
import type { Lab } from "../lab/lab.ts";

/** A customer for the walk; the rest of the answers comes from the lab. */
const customer = "Acme Example Ltd";

/** Makes an engagement as a person does. Returns its id. */
async function createEngagement(page: Page): Promise<string> {
  await page.getByRole("button", { name: "New engagement" }).first().click();
  await page.getByLabel(/^Customer\b/).fill(customer);
  await page.getByLabel(/^Reference\b/).fill("LAB-1");
  await page.getByLabel(/^Account code/).fill("CUK000A001");
  await page.getByLabel(/^Mail platform/).selectOption("postfix");
  await page.getByRole("checkbox", { name: "Email security" }).check();
  await page.getByRole("button", { name: "Create engagement" }).click();
  await expect(page.getByRole("heading", { level: 1, name: customer })).toBeVisible();
  return /#\/e\/([0-9a-f-]{36})/.exec(page.url())?.[1] ?? "";
}

/** Takes the lab's answers in, types one wrongly and then rightly, and sees the form complete. */
async function answerRfi(page: Page, lab: Lab): Promise<void> {
  await page.getByRole("link", { name: /Answers/ }).click();
  const document = Buffer.from(JSON.stringify(lab.document));
  await page
    .getByLabel("File with answers")
    .setInputFiles({ name: "answers.json", mimeType: "application/json", buffer: document });
  await expect(page.getByText(/values? taken in/)).toBeVisible();
  const domain = page.getByLabel("Primary e-mail domain");
  await domain.fill("not a domain");
  await domain.blur();
  await expect(page.getByText("Enter a domain such as example.com")).toBeVisible();
  await domain.fill(String(lab.answers.fields["organisation.primaryDomain"]));
  await domain.blur();
  await page.getByLabel("Sites").fill("4");
  await page.getByLabel("Sites").blur();
  await expect(page.getByText("Nothing is missing. The form is complete.")).toBeVisible();
  await expect(page.getByText(/All changes saved/)).toBeVisible();
}

export const openStep = (page: Page, name: RegExp) =>
  page.getByRole("navigation").getByRole("link", { name }).first().click();
export const openTab = (page: Page, name: string) =>
  page
    .getByRole("navigation", { name: "Parts of the step" })
    .getByRole("link", { name: new RegExp(`^${name}`) })
    .click();

/** Marks every open task of the step on screen as done; the last one is waived with a reason and a name. */
async function settleTasks(page: Page): Promise<void> {
  const tasks = page.getByRole("region", { name: "Tasks" }).locator("li[data-state]");
  // Counting does not wait for the step that was just opened.
  await expect(tasks.first()).toBeVisible();
  const count = await tasks.count();
  for (let index = 0; index < count; index += 1) {
    const task = tasks.nth(index);
    const head = task.locator("h2 button");
    if ((await head.getAttribute("aria-expanded")) === "false") await head.click();
    if (index < count - 1) {
      await task.getByRole("button", { name: "Mark as done" }).click();
      await expect(task).toHaveAttribute("data-state", "done");
      continue;
    }
    await task.getByRole("button", { name: "Waive…" }).click();
    await task.getByLabel("Reason").fill("Agreed on the telephone.");
    await task.getByLabel("Who answers for it").fill("Ada Byron");
    await task.getByRole("button", { name: "Waive task" }).click();
    await expect(task).toHaveAttribute("data-state", "waived");
  }
}

/** Draws a wave across the pad with the mouse. */
async function drawSignature(page: Page): Promise<void> {
  const pad = page.getByRole("img", { name: /^Signature\./ });
  await pad.scrollIntoViewIfNeeded();
  const box = await pad.boundingBox();
  if (!box) throw new Error("The pad is not on the page.");
  const at = (share: number) =>
    [box.x + box.width * (0.1 + 0.7 * share), box.y + box.height * (0.5 + 0.3 * Math.sin(share * 14))] as const;
  await page.mouse.move(...at(0));
  await page.mouse.down();
  for (let point = 1; point <= 40; point += 1) await page.mouse.move(...at(point / 40));
  await page.mouse.up();
}

/** Signs the step on screen: the button stays shut until name, role and a real signature are there. */
export async function signStep(page: Page): Promise<void> {
  await openTab(page, "Sign-off");
  await page.getByRole("link", { name: "Go to the signature" }).click();
  const sign = page.getByRole("button", { name: "Sign step" });
  await page.getByLabel("Name", { exact: true }).fill("Ada Byron");
  await page.getByLabel("Role").fill("Head of IT");
  await expect(sign).toBeDisabled();
  await drawSignature(page);
  await expect(sign).toBeEnabled();
  await sign.click();
  await expect(page.getByRole("heading", { level: 1, name: "Signed" })).toBeVisible();
}

/** Makes the document and saves it by `save`, which presses the button and brings the file's path. */
async function makeDocument(page: Page, save: () => Promise<string>): Promise<string> {
  await page.getByRole("button", { name: "Make the document" }).click();
  await expect(page.getByText("The document is made, re-opened and checked.")).toBeVisible({ timeout: 60_000 });
  return save();
}

/** Runs the checks of the outbound step against the lab and reads their verdicts. */
async function proveOutbound(page: Page, lab: Lab): Promise<void> {
  await openStep(page, /Outbound routing/);
  await page.getByRole("button", { name: "Enter Outbound smart hosts", exact: true }).click();
  await page.getByRole("textbox", { name: "Outbound smart hosts" }).fill((lab.region["smart-hosts"] ?? []).join("\n"));
  await page.getByRole("button", { name: "Confirm value" }).click();
  await expect(page.getByText(/Confirmed by Sam Okafor/)).toBeVisible();
  await openTab(page, "Checks");
  await page.getByRole("button", { name: "Run all checks" }).click();
  for (const check of ["SPF record", "Smart host", "DMARC record"]) {
    const item = page.getByRole("listitem", { name: new RegExp(check, "i") }).first();
    await expect(item.getByText(/^(Pass|Warning)$/).first()).toBeVisible({ timeout: 90_000 });
  }
  await page.getByText("Transcript").first().click();
  await expect(page.locator("pre").first()).not.toBeEmpty();
}

export interface WalkedJob {
  engagement: string;
  document: string;
}

/** The main job as a consultant does it: create, answer, prove against real servers, sign, leave a document. */
export async function walkMainJob(page: Page, lab: Lab, save: () => Promise<string>): Promise<WalkedJob> {
  const engagement = await createEngagement(page);
  await answerRfi(page, lab);
  await proveOutbound(page, lab);
  await openStep(page, /Request for Information/);
  await settleTasks(page);
  await signStep(page);
  const document = await makeDocument(page, save);
  return { engagement, document };
}

/** Everything that was confirmed is there again: signature, answers, check results. */
export async function expectJobKept(page: Page, { engagement }: WalkedJob): Promise<void> {
  const go = (path: string) => page.evaluate((hash) => location.assign(hash), `#/e/${engagement}${path}`);
  await go("");
  await expect(page.getByRole("heading", { level: 1, name: customer })).toBeVisible();
  await go("/step/rfi/sign-off");
  await expect(page.getByText(/Ada Byron, Head of IT/)).toBeVisible();
  await expect(page.getByRole("img", { name: "Signature of Ada Byron" })).toBeVisible();
  await go("/rfi/organisation");
  await expect(page.getByLabel("Sites")).toHaveValue("4");
  await expect(page.getByText("These answers are signed and read-only.")).toBeVisible();
  await go("/step/outbound/checks");
  await expect(
    page
      .getByRole("listitem", { name: /SPF record/i })
      .first()
      .getByText(/^(Pass|Warning)$/)
      .first(),
  ).toBeVisible();
  await go("/documents");
  await expect(page.getByText(/Request for Information/).first()).toBeVisible();
}
