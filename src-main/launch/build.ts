import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const outputs = [
  "engine/cli.mjs",
  "engine/engine.mjs",
  "engine/intake.mjs",
  "desktop/main.cjs",
  "preload/preload.cjs",
  "renderer/index.html",
];
const sources = ["src-main", "src-renderer", "vite.config.ts", "package.json"];

/** True when a bundle is missing or older than the newest source. */
export function isBuildStale(project: string): boolean {
  const built = outputs.map((path) => changedAt(join(project, "dist", path)));
  return Math.min(...built) < newestBelow(sources.map((path) => join(project, path)));
}

const changedAt = (path: string): number => (existsSync(path) ? statSync(path).mtimeMs : 0);

function newestBelow(paths: readonly string[]): number {
  let newest = 0;
  for (const path of paths) {
    // Editors leave links that lead nowhere beside a file they hold.
    const found = lstatSync(path);
    const inside = found.isDirectory() ? newestBelow(readdirSync(path).map((name) => join(path, name))) : found.mtimeMs;
    newest = Math.max(newest, inside);
  }
  return newest;
}

/** Builds every bundle. Returns null, or what the build said when it failed. */
export function build(project: string): string | null {
  const npm = process.env.npm_execpath;
  const [command, args] = npm ? [process.execPath, [npm]] : ["npm", []];
  const done = spawnSync(command, [...args, "run", "-s", "build"], { cwd: project, encoding: "utf8" });
  return done.status === 0 ? null : `${done.error?.message ?? ""}${done.stdout ?? ""}${done.stderr ?? ""}`;
}
