import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, isBuildStale } from "./build.ts";
import { explainNoWindow, fetchElectron, findElectron, findElectronPackage } from "./electron.ts";
import { readRequest, type StartRequest, usage } from "./request.ts";
import { hasNotOpened, runBrowser, runWindow } from "./run.ts";

/** What `npm start` runs: builds when needed, opens the desktop window, and serves the same program to the browser where no window can be had. */
const project = fileURLToPath(new URL("../..", import.meta.url));
const say = (line: string) => process.stderr.write(`${line}\n`);

/** An Electron binary, fetched if need be; otherwise why there is none. */
async function getElectron(): Promise<{ binary: string } | { obstacle: string }> {
  const obstacle = explainNoWindow({ platform: process.platform, env: process.env, uid: process.getuid?.() });
  if (obstacle) return { obstacle };
  const installed = findElectronPackage(join(project, "package.json"));
  if (!installed) return { obstacle: "Electron is not installed (run “npm ci” with the development packages)" };
  const { folder, version } = installed;
  const found = findElectron(folder, process.env);
  if (found) return { binary: found };
  say(`Fetching Electron ${version}, once; this is about 120 MB.`);
  const problem = await fetchElectron({ installer: join(folder, "install.js"), target: join(folder, "dist"), say });
  const fetched = findElectron(folder, process.env);
  return fetched ? { binary: fetched } : { obstacle: problem ?? "Electron was fetched but cannot be found" };
}

/** Returns the exit code, or why no window opened. */
async function openWindow(request: StartRequest): Promise<number | string> {
  const electron = await getElectron();
  if ("obstacle" in electron) return electron.obstacle;
  const ended = await runWindow(electron.binary, project, request);
  return hasNotOpened(ended)
    ? `The desktop window could not be opened (Electron ended with code ${ended.code})`
    : ended.code;
}

async function start(): Promise<number> {
  const request = readRequest(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd());
  if (typeof request === "string") {
    say(`${request}\n${usage}`);
    return 2;
  }
  if (isBuildStale(project)) {
    say("Building the program, once after each change; this takes some seconds.");
    const problem = build(project);
    if (problem !== null) {
      say(`${problem}\nThe build failed, so nothing was started. If packages are missing, run “npm ci” first.`);
      return 1;
    }
  }
  if (!request.browser) {
    const opened = await openWindow(request);
    if (typeof opened === "number") return opened;
    say(`${opened}, so the same program is served to the browser on this machine instead.`);
  }
  return (await runBrowser(project, request)).code;
}

process.exitCode = await start();
