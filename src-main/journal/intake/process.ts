import { fork } from "node:child_process";
import { readFileSync } from "node:fs";

/** A started reading process, whichever way it runs: a Node child here, a utility process under Electron. */
export interface ChildPort {
  /** Undefined while the process could not be started. */
  readonly pid: number | undefined;
  send(message: object): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once the process is gone, or could not be started. */
  onExit(listener: () => void): void;
  /** Ends the process at once, whatever it is doing. */
  kill(): void;
}

/** JavaScript heap of the reading process in MiB: rows go out one chunk at a time. */
const HEAP_MIB = 256;

/** Windows cannot load system libraries without these; nothing else of the environment is passed on. */
const passedOn = ["SystemRoot", "windir"];

/**
 * Starts the reading process as a Node child.
 * @param script `child.ts`, or what it was bundled into.
 */
export function forkReader(script: string | URL): ChildPort {
  const child = fork(script, [], {
    execArgv: [`--max-old-space-size=${HEAP_MIB}`],
    env: Object.fromEntries(passedOn.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []))),
    serialization: "advanced",
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  // A child that dies with a message under way makes the channel fail; its exit says all there is to say.
  const ignore = () => undefined;
  return {
    pid: child.pid,
    send: (message) => child.connected && child.send(message, ignore),
    onMessage: (listener) => child.on("message", listener),
    onExit: (listener) => {
      child.once("exit", listener);
      child.once("error", listener);
    },
    kill: () => child.kill("SIGKILL"),
  };
}

export interface Usage {
  /** Most physical memory the process ever had, in bytes. */
  memoryBytes: number;
  /** Processor time it has used, in milliseconds. */
  cpuMs: number;
}

/** Ticks per second in /proc, the same on every Linux (proc_pid_stat(5), USER_HZ). */
const TICKS_PER_SECOND = 100;

/** What a process has used up to now; null where the system does not say (not Linux), or the process is gone. */
export function readUsage(pid: number): Usage | null {
  if (process.platform !== "linux") return null;
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const kibibytes = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0);
    // The name in the second field may hold blanks; fields are counted behind it: utime is the 14th, stime the 15th.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ticks = Number(fields[11]) + Number(fields[12]);
    return { memoryBytes: kibibytes * 1024, cpuMs: (ticks * 1000) / TICKS_PER_SECOND };
  } catch {
    return null;
  }
}
