import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { _electron } from "@playwright/test";
import { olderElectron } from "../desktop/runtime.ts";
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
  const folder = mkdtempSync(join(tmpdir(), "fieldbook-window-"));
  try {
    const bare = makeBareRuntime(folder);
    let run = 0;
    const ours = () => {
      run += 1;
      return openWindow(olderElectron, join(folder, `user-${run}`), "heading");
    };
    await ours();
    const { subject, baseline } = await compare(7, ours, (index) =>
      openWindow(bare, join(folder, `bare-${index}`), "heading"),
    );
    printFigure({
      what: "Window interactive: list of engagements on screen, engine answering",
      baselineIs: "an empty window of the same Electron",
      subject,
      baseline,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
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

async function openWindow(executablePath: string, userData: string, role: "heading"): Promise<void> {
  const { ELECTRON_RUN_AS_NODE: _node, ...inherited } = process.env;
  const env = Object.fromEntries(
    Object.entries(inherited).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const app = await _electron.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", `--user-data-dir=${userData}`],
    env: { ...env, FIELDBOOK_HOME: join(userData, "vault"), FIELDBOOK_ENGINE_NODE: process.execPath },
  });
  try {
    const page = await app.firstWindow();
    await page.getByRole(role, { level: 1 }).waitFor();
    if (executablePath === olderElectron) await page.getByRole("button", { name: "New engagement" }).first().waitFor();
  } finally {
    await app.close();
  }
}
