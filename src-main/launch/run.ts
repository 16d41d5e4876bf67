import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import type { StartRequest } from "./request.ts";

/** A window that ends with an error this soon never opened. */
const openingTime = 10_000;

export interface Ended {
  code: number;
  /** Milliseconds from start to end. */
  after: number;
}

/** Opens the desktop window and waits for its end. */
export function runWindow(electron: string, project: string, { sample, file }: StartRequest): Promise<Ended> {
  const { ELECTRON_RUN_AS_NODE: _plainNode, ...env } = process.env;
  return untilEnd(
    spawn(electron, [project, ...(sample ? ["--sample"] : []), ...(file ? [file] : [])], { stdio: "inherit", env }),
  );
}

export const hasNotOpened = ({ code, after }: Ended): boolean => code !== 0 && after < openingTime;

/** Serves the same program to the local browser until Ctrl-C. The address it prints carries a token that works once. */
export function runBrowser(project: string, { sample, file }: StartRequest): Promise<Ended> {
  const script = join(project, "dist", "engine", "cli.mjs");
  const args = [script, "serve", ...(sample ? ["--sample"] : []), ...(file ? [file] : [])];
  return untilEnd(spawn(process.execPath, args, { stdio: "inherit" }));
}

/** Passes the signals that end this process on to the child, so that it can close its files, and waits for it. */
async function untilEnd(child: ChildProcess): Promise<Ended> {
  const started = Date.now();
  const pass = (signal: NodeJS.Signals) => child.kill(signal);
  // Ctrl-C in a terminal reaches the child by itself; this process must only outlive it.
  const ignore = () => undefined;
  process.on("SIGTERM", pass);
  process.on("SIGINT", ignore);
  try {
    const code = await new Promise<number>((resolve) => {
      child.once("error", () => resolve(127));
      child.once("exit", (status) => resolve(status ?? 1));
    });
    return { code, after: Date.now() - started };
  } finally {
    process.off("SIGTERM", pass);
    process.off("SIGINT", ignore);
  }
}
