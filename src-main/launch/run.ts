import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";
import type { StartRequest } from "./request.ts";

/** How often it is looked whether npm is still there, in milliseconds. */
const parentPace = 500;
const parent = process.ppid;

/** A window that ends with an error this soon never opened. */
const openingTime = 10_000;

export interface Ended {
  code: number;
  /** Milliseconds from start to end. */
  after: number;
  /** A signal asked for this end: nothing has gone wrong. */
  wasAsked: boolean;
}

/** Opens the desktop window and waits for its end. */
export function runWindow(electron: string, project: string, { sample, file }: StartRequest): Promise<Ended> {
  const { ELECTRON_RUN_AS_NODE: _plainNode, ...env } = process.env;
  return untilEnd(
    spawn(electron, [project, ...(sample ? ["--sample"] : []), ...(file ? [file] : [])], { stdio: "inherit", env }),
  );
}

export const hasNotOpened = ({ code, after, wasAsked }: Ended): boolean =>
  code !== 0 && after < openingTime && !wasAsked;

/** Serves the same program to the local browser until Ctrl-C. The address it prints carries a token that works once. */
export function runBrowser(project: string, { sample, file }: StartRequest): Promise<Ended> {
  const script = join(project, "dist", "engine", "cli.mjs");
  const args = [script, "serve", ...(sample ? ["--sample"] : []), ...(file ? [file] : [])];
  return untilEnd(spawn(process.execPath, args, { stdio: "inherit" }));
}

/** Passes the signals that end this process on to the child, so that it can close its files, and waits for it. */
async function untilEnd(child: ChildProcess): Promise<Ended> {
  const started = Date.now();
  let wasAsked = false;
  // Ctrl-C in a terminal reaches the child by itself; this process must only outlive it.
  const remember = () => {
    wasAsked = true;
  };
  const pass = (signal: NodeJS.Signals) => {
    wasAsked = true;
    child.kill(signal);
  };
  process.on("SIGTERM", pass).on("SIGINT", remember);
  const watch = setInterval(() => isLeftBehind() && pass("SIGTERM"), parentPace);
  try {
    const code = await new Promise<number>((resolve) => {
      child.once("error", () => resolve(127));
      child.once("exit", (status, signal) => resolve(status ?? codeOfSignal(signal)));
    });
    return { code, after: Date.now() - started, wasAsked };
  } finally {
    clearInterval(watch);
    process.off("SIGTERM", pass).off("SIGINT", remember);
  }
}

/** The shell that npm puts between itself and its scripts ends on a signal without passing it on. */
const isLeftBehind = (): boolean => process.env.npm_lifecycle_event !== undefined && process.ppid !== parent;

/** What a shell gives for a process that a signal ended. */
export const codeOfSignal = (signal: NodeJS.Signals | null): number => (signal ? 128 + constants.signals[signal] : 1);
