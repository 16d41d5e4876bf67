import { closeSync, openSync, readFileSync } from "node:fs";
import { constants } from "node:os";

/** What a disk says when it does not do what it is asked (errno(3)). */
export const errorNames = ["ENOSPC", "EDQUOT", "EROFS", "EPERM", "EACCES", "EIO"] as const;
export type ErrorName = (typeof errorNames)[number];

/** `once`: that call fails. `on`: all calls from that one. `short`: that write is cut, and the write after it fails. */
export type Mode = "once" | "on" | "short";

export interface Fault {
  /** Number of the failing call, from 1; 0 counts only. */
  call: number;
  error: ErrorName;
  mode: Mode;
  /** A second call that fails too. */
  second?: number;
}

export interface Called {
  failed: boolean;
  name: string;
  path: string;
}

const CONTROL = "/fieldbook-fault";

/** Opening a name below the control folder steers the library of `faults.c`; the name itself never exists. */
function steer(command: string): void {
  try {
    closeSync(openSync(`${CONTROL}/${command}`, "r"));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
}

export function arm({ call, error, mode, second = 0 }: Fault): void {
  steer(`arm/${mode}/${constants.errno[error]}/${call}/${second}`);
}

/** Ends the fault and lists the calls since it began. */
export function disarm(): Called[] {
  steer("disarm");
  const lines = readFileSync(`${CONTROL}/report`, "utf8").split("\n").filter(Boolean);
  return lines.map((line) => {
    const [verdict, name = "", ...path] = line.split(" ");
    return { failed: verdict === "failed", name, path: path.join(" ") };
  });
}

export function describeFault({ call, error, mode, second }: Fault): string {
  const also = second ? ` and ${second}` : "";
  const how = { once: "fails", on: "and all after it fail", short: "is cut and the next write fails" }[mode];
  return `call ${call}${also} ${how} with ${error}`;
}
