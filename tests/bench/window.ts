import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { _electron } from "@playwright/test";
import { makeFolder, removeFolder, startDesktop } from "../desktop/program.ts";
import { asPlainUser, olderElectron } from "../desktop/runtime.ts";
import { compare, printFigure } from "./measure.ts";

const bareMain = `const { app, BrowserWindow } = require("electron");
app.whenReady().then(() => {
  const window = new BrowserWindow({ show: false });
  window.once("ready-to-show", () => window.show());
  window.loadURL("data:text/html,<h1>Bare</h1>");
});
`;

/** Window of the program, interactive, against a window of the same Electron with nothing in it. */
export async function compareWindows(): Promise<void> {
  const obstacle = findObstacle();
  if (obstacle) {
    console.log(`Window: not measured here, ${obstacle}.\n`);
    return;
  }
  const folder = makeFolder();
  try {
    const bare = makeBareRuntime(folder);
    await openOurs();
    const { subject, baseline } = await compare(5, openOurs, () => openBare(bare));
    printFigure({
      what: "Window interactive and closed again: list of engagements on screen, engine answering",
      baselineIs: "an empty window of the same Electron",
      subject,
      baseline,
    });
  } finally {
    removeFolder(folder);
  }
}

async function openOurs(): Promise<void> {
  const folder = makeFolder();
  const { page, kill } = await startDesktop({ folder });
  await page.getByRole("button", { name: "New engagement" }).first().waitFor({ timeout: 15_000 });
  await kill();
  removeFolder(folder);
}

async function openBare(executable: string): Promise<void> {
  const folder = makeFolder();
  const app = await _electron.launch({
    executablePath: asPlainUser(executable),
    args: ["--disable-gpu", "--disable-dev-shm-usage", `--user-data-dir=${join(folder, "user-data")}`],
    env: { ...process.env, HOME: folder } as Record<string, string>,
    timeout: 30_000,
  });
  const gone = new Promise<void>((resolve) => app.process().once("exit", () => resolve()));
  await (await app.firstWindow()).getByRole("heading", { level: 1 }).waitFor({ timeout: 15_000 });
  app.process().kill("SIGKILL");
  await gone;
  removeFolder(folder);
}

function findObstacle(): string | null {
  if (!process.env.DISPLAY) return "there is no display (start under Xvfb)";
  return existsSync(olderElectron) ? null : "no Electron runtime is prepared (node tests/desktop/runtime.ts)";
}

/** The same binary with another program in its resources folder; hard links cost no space. */
function makeBareRuntime(folder: string): string {
  const runtime = join(folder, "runtime");
  const linked = spawnSync("cp", ["-al", resolve(olderElectron, ".."), runtime]).status === 0;
  if (!linked) cpSync(resolve(olderElectron, ".."), runtime, { recursive: true, verbatimSymlinks: true });
  const app = join(runtime, "resources", "app");
  rmSync(app, { recursive: true, force: true });
  mkdirSync(app);
  writeFileSync(join(app, "package.json"), JSON.stringify({ name: "bare", main: "main.js" }));
  writeFileSync(join(app, "main.js"), bareMain);
  return join(runtime, "electron");
}
