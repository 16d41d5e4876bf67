import { isAbsolute, resolve } from "node:path";

const longestPath = 4_096;

/**
 * Engagement files named on the command line of this or a second instance. Only local paths that end in .fieldbook are taken:
 * switches, addresses, network (UNC) paths, and names with control characters are dropped.
 */
export function filesInArguments(args: readonly string[], folder: string): string[] {
  return args
    .filter((argument) => isEngagementPath(argument))
    .map((argument) => (isAbsolute(argument) ? argument : resolve(folder, argument)));
}

/** Whether the filled sample was asked for: `npm start -- --sample`. */
export const wantsSample = (args: readonly string[]): boolean => args.includes("--sample");

function isEngagementPath(argument: string): boolean {
  const hasControl = [...argument].some((letter) => letter < " ");
  const isAddress = /^[a-z][a-z0-9+.-]+:/i.test(argument) && !/^[a-z]:[\\/]/i.test(argument);
  const isNetworkPath = argument.startsWith("\\\\") || argument.startsWith("//");
  return (
    argument.length <= longestPath &&
    argument.toLowerCase().endsWith(".fieldbook") &&
    !argument.startsWith("-") &&
    !hasControl &&
    !isAddress &&
    !isNetworkPath
  );
}

/** Files asked for before the program can open them (macOS sends `open-file` first) wait here. */
export class OpenQueue {
  #open: ((path: string) => void) | null = null;
  #waiting: string[] = [];

  add(path: string): void {
    if (this.#open) this.#open(path);
    else this.#waiting.push(path);
  }
  drainInto(open: (path: string) => void): void {
    this.#open = open;
    for (const path of this.#waiting.splice(0)) open(path);
  }
}
