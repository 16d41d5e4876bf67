import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ElectronApplication, expect, type Page, test } from "@playwright/test";
import type { Bridge } from "../../src-main/contract/bridge.ts";
import {
  type DesktopProgram,
  describeLaunch,
  giveMenuCommand,
  makeFolder,
  removeFolder,
  startDesktop,
} from "./program.ts";

let folder = "";
let program: DesktopProgram | null = null;
test.beforeEach(() => {
  folder = makeFolder();
});
test.afterEach(async () => {
  await end();
  removeFolder(folder);
});

async function start(files: string[] = []): Promise<DesktopProgram> {
  program = await startDesktop({ folder, files });
  return program;
}

async function end(how: "quit" | "kill" = "quit"): Promise<void> {
  const ending = program;
  program = null;
  await ending?.[how]();
}

const inEngagement = /#\/e\/[0-9a-f-]{36}/;
const engagementOf = (page: Page) => inEngagement.exec(page.url())?.[0];

async function openSample({ app, page }: DesktopProgram): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await giveMenuCommand(app, "open-sample");
  await expect(page).toHaveURL(inEngagement);
  await expect(page.getByText(/All changes saved/)).toBeVisible();
}

/** A copy of the open engagement, saved where the answer to the save dialog says. */
async function exportCopy({ app, page }: DesktopProgram, path: string): Promise<void> {
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath });
  }, path);
  await giveMenuCommand(app, "export-copy");
  await page.getByRole("button", { name: "Make the copy" }).click();
  await expect.poll(() => statSync(path, { throwIfNoEntry: false })?.size ?? 0).toBeGreaterThan(0);
  await expect(page.getByRole("alert")).toHaveCount(0);
}

test("opens its window, reaches the engine over the port and ends when asked", async () => {
  const started = await start();
  const { app, page } = started;
  await expect(page).toHaveTitle(/Connect Fieldbook/);
  expect(page.url()).toMatch(/^app:\/\/fieldbook\//);
  await openSample(started);
  const menu = await app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById("show-history")?.enabled);
  expect(menu).toBe(true);
});

test("the page is sandboxed, isolated and without a network", async () => {
  const { app, page } = await start();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  const seen = await page.evaluate(async () => ({
    bridge: Object.keys((window as unknown as { fieldbook: Bridge }).fieldbook).sort(),
    node: ["require", "process", "module", "Buffer", "global"].filter((name) => name in globalThis),
    web: await fetch("https://example.com/").then(
      () => "reached",
      () => "refused",
    ),
    own: await fetch("app://fieldbook/index.html").then(
      () => "reached",
      () => "refused",
    ),
    opened: window.open("http://example.com/") === null,
  }));
  expect(seen).toEqual({
    bridge: ["fileToken", "platform", "post", "subscribe"],
    node: [],
    web: "refused",
    own: "refused",
    opened: true,
  });
  const sandboxed = await app.evaluate(({ app: electron }) =>
    electron
      .getAppMetrics()
      .filter(({ type }) => type === "Tab")
      .map(({ pid }) => pid),
  );
  for (const pid of sandboxed) expect(readFileSync(`/proc/${pid}/status`, "utf8")).toMatch(/Seccomp:\s+2/);
  expect(sandboxed.length).toBeGreaterThan(0);
});

test("breaks no rule of its content policy on any screen", async () => {
  const started = await start();
  const { page } = started;
  const broken: string[] = [];
  page.on("console", (message) => {
    if (/Content Security Policy|Refused to/.test(message.text())) broken.push(message.text());
  });
  await openSample(started);
  const engagement = engagementOf(page);
  for (const screen of [
    "",
    "/rfi",
    "/step/rfi",
    "/step/outbound",
    "/sign/rfi",
    "/documents",
    "/history",
    "/conflicts",
    "/copies",
    "/hand-over",
  ]) {
    await page.evaluate((hash) => {
      location.hash = hash;
    }, `${engagement}${screen}`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  }
  expect(broken).toEqual([]);
});

test("gives a dropped file a token, and text that the page made up none", async () => {
  const { page } = await start();
  const path = join(folder, "evidence.txt");
  writeFileSync(path, "evidence");
  await page.evaluate(() => {
    const input = document.createElement("input");
    input.type = "file";
    input.id = "dropped";
    document.body.append(input);
  });
  await page.locator("#dropped").setInputFiles(path);
  const [real, invented, pasted] = await page.evaluate(async () => {
    const file = document.querySelector<HTMLInputElement>("#dropped")?.files?.[0] as File;
    const made = { name: "passwd", path: "/etc/passwd" } as unknown as File;
    const drop = (dropped: File) =>
      (window as unknown as { fieldbook: Bridge }).fieldbook.fileToken({ kind: "drop", file: dropped });
    return [await drop(file), await drop(made), await drop(new File(["x"], "pasted.png"))];
  });
  expect(real).toEqual({ token: expect.stringMatching(/^[0-9a-f]{32}$/), name: "evidence.txt" });
  expect([invented, pasted]).toEqual([null, null]);
});

test("opens an engagement file given as argument, and one given to a second start", async () => {
  const copy = join(folder, "copy.fieldbook");
  const first = await start();
  await openSample(first);
  const engagement = engagementOf(first.page);
  await exportCopy(first, copy);
  await end();
  removeFolder(first.home);

  const second = await start([copy]);
  await expect(second.page).toHaveURL(new RegExp(`${engagement}$`));
  await second.page.evaluate(() => {
    location.hash = "#/";
  });
  await expect(second.page).not.toHaveURL(inEngagement);
  // A real second start hands its file to the first one and ends.
  const { executablePath, args, env } = describeLaunch({ folder, files: [copy] });
  expect(await endOf(spawn(executablePath, args, { env, stdio: "ignore" }))).toBe(0);
  await expect(second.page).toHaveURL(new RegExp(`${engagement}$`));
  const recent = await second.app.evaluate(({ Menu }) => {
    const items = Menu.getApplicationMenu()?.items.flatMap(({ submenu }) => submenu?.items ?? []) ?? [];
    return items.find(({ label }) => label === "Open recent")?.submenu?.items.map(({ label }) => label);
  });
  expect(recent).toContain(copy);
});

const endOf = (child: ChildProcess) => new Promise<number | null>((resolve) => child.once("exit", resolve));

test("shows its window where it stood, and brings it back from a display that is gone", async () => {
  const stood = { x: 60, y: 40, width: 900, height: 640 };
  const boundsOf = ({ app }: DesktopProgram) =>
    app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getNormalBounds());
  const first = await start();
  await first.app.evaluate(({ BrowserWindow }, bounds) => BrowserWindow.getAllWindows()[0]?.setBounds(bounds), stood);
  await end();
  expect(await boundsOf(await start())).toEqual(stood);
  await end();
  const preferences = join(folder, "user-data", "preferences.json");
  writeFileSync(preferences, readFileSync(preferences, "utf8").replace(/"x": *60/, '"x": 9000'));
  const bounds = await boundsOf(await start());
  expect(bounds?.x).toBeLessThan(1_400);
  expect(bounds?.width).toBe(900);
});

test("says in words what is wrong with a file that it cannot open", async () => {
  const broken = join(folder, "broken.fieldbook");
  writeFileSync(broken, "not an engagement");
  const { page } = await start([broken]);
  await expect(page.getByText(/The copy was not opened/)).toBeVisible();
});

test("brings a crashed page back on the same screen", async () => {
  const started = await start();
  const { app, page } = started;
  await openSample(started);
  const address = page.url();
  await crashPage(app);
  await expect.poll(() => headingOf(app)).toContain("Harbour");
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getURL())).toBe(
    address,
  );
});

const crashPage = (app: ElectronApplication) =>
  app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer());
/** Asked of the window itself, since the test driver has lost the crashed page. A question to a page that is still loading may hang. */
const headingOf = (app: ElectronApplication) =>
  app.evaluate(({ BrowserWindow }) => {
    const question = "document.querySelector('h1')?.textContent ?? ''";
    const answer = BrowserWindow.getAllWindows()[0]
      ?.webContents.executeJavaScript(question)
      .catch(() => "");
    return Promise.race([answer, new Promise((resolve) => setTimeout(resolve, 1_000, "no answer"))]);
  });

/** The engine's process id: the one child of the program that runs engine.mjs. */
function findEngine(parent: number): number {
  const children = readdirSync("/proc").filter((name) => {
    try {
      const isChild = readFileSync(`/proc/${name}/status`, "utf8").includes(`\nPPid:\t${parent}\n`);
      return isChild && readFileSync(`/proc/${name}/cmdline`, "utf8").includes("engine.mjs");
    } catch {
      return false;
    }
  });
  expect(children).toHaveLength(1);
  return Number(children[0]);
}

test("restarts an engine that was killed, and everything saved is there", async () => {
  const started = await start();
  const { app, page } = started;
  await openSample(started);
  const engine = findEngine(app.process().pid ?? 0);
  process.kill(engine, "SIGKILL");
  await giveMenuCommand(app, "show-history");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(/History/);
  await giveMenuCommand(app, "show-engagements");
  await expect(page.getByText("Harbour & Finch Ltd").first()).toBeVisible();
});

test("comes back after a power cut with everything that was saved", async () => {
  const first = await start();
  await openSample(first);
  const engagement = engagementOf(first.page);
  await end("kill");
  const second = await start();
  await second.page.getByText("Harbour & Finch Ltd").first().click();
  await expect(second.page).toHaveURL(new RegExp(`${engagement}$`));
});
