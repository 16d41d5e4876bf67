import { appendFileSync, mkdirSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";

const largestLog = 512 * 1024;

/** A small rotating log of the program's own life: no customer names, no paths of engagements, no addresses. */
export class Log {
  readonly path: string;
  constructor(path: string) {
    this.path = path;
    mkdirSync(dirname(path), { recursive: true });
  }

  write(line: string): void {
    try {
      if (sizeOf(this.path) > largestLog) renameSync(this.path, `${this.path}.old`);
      appendFileSync(this.path, `${new Date().toISOString()} ${line.replace(/[\r\n]+/g, " ").slice(0, 2_000)}\n`);
    } catch {
      // A full disk must not take the window down for the sake of its log.
    }
  }
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}
