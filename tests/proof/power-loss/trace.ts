import { readFileSync } from "node:fs";

/** One system call of the traced process that succeeded. */
export interface Call {
  name: string;
  /** First argument when it is a descriptor. */
  descriptor: number;
  /** What strace says the descriptor stands for; empty for a call without one. */
  descriptorPath: string;
  /** Path arguments, in order. */
  paths: string[];
  /** Symbolic arguments such as `O_RDWR|O_CREAT`. */
  flags: string[];
  /** Data of a write, cut to what the kernel took. */
  bytes: Buffer;
  /** Number arguments, in order: offset, length, mode. */
  numbers: number[];
  result: number;
}

/** Everything that can change a file or a name. What is listed and not modelled makes the replay stop, not guess. */
const TRACED = [
  ..."write pwrite64 writev pwritev pwritev2 ftruncate truncate fallocate copy_file_range sendfile splice".split(" "),
  ..."fsync fdatasync sync syncfs sync_file_range msync lseek mmap dup dup2 dup3".split(" "),
  ..."open openat openat2 creat unlink unlinkat rename renameat renameat2 link linkat symlink symlinkat".split(" "),
];

/** A write longer than this would be recorded cut off, which the parser refuses. */
const LONGEST_STRING = 64 * 1024 * 1024;

/** Arguments of strace: every thread, paths of descriptors, all strings as hexadecimal digits (strace(1)). */
export function straceArguments(log: string, command: string[]): string[] {
  const options = ["-f", "-y", "-xx", "-s", String(LONGEST_STRING), "--seccomp-bpf", "-o", log];
  return [...options, "-e", `trace=${TRACED.join(",")}`, "-e", "signal=none", ...command];
}

const fromHex = (digits: string): Buffer => Buffer.from(digits.replaceAll("\\x", ""), "hex");

/** `22<\x2f\x61>`, as arguments show descriptors. */
const DESCRIPTOR = /^(-?\d+|AT_FDCWD)<([^>]*)>/;

function readString(argument: string): Buffer {
  if (!argument.endsWith('"')) throw new Error(`a string of the trace is cut off: ${argument.slice(0, 80)}`);
  return fromHex(argument.slice(1, -1));
}

const isWrite = (name: string): boolean => name === "write" || name === "pwrite64";

function readCall(name: string, list: string, result: number): Call {
  const call: Call = {
    ...{ name, descriptor: -1, descriptorPath: "", paths: [], flags: [], bytes: Buffer.alloc(0), numbers: [], result },
  };
  for (const argument of list.split(", ")) {
    const descriptor = DESCRIPTOR.exec(argument);
    if (descriptor) {
      // AT_FDCWD comes with absolute paths here.
      if (descriptor[1] === "AT_FDCWD") continue;
      call.descriptor = Number(descriptor[1]);
      call.descriptorPath = fromHex(descriptor[2] ?? "").toString();
    } else if (argument.startsWith('"')) {
      const text = readString(argument);
      if (isWrite(name)) call.bytes = text.subarray(0, result);
      else call.paths.push(text.toString());
    } else if (/^-?\d+$/.test(argument)) call.numbers.push(Number(argument));
    else call.flags.push(argument);
  }
  return call;
}

const LINE = /^(\d+) +(\w+)\((.*)\) += (-?\d+|0x[0-9a-f]+)/s;
const UNFINISHED = " <unfinished ...>";
const RESUMED = /^(\d+) +<\.\.\. \w+ resumed>(.*)$/s;

/** Reads the log of strace; calls that failed or were broken off by the end of the process are left out. */
export function readTrace(log: string): Call[] {
  const calls: Call[] = [];
  const begun = new Map<string, string>();
  for (const written of readFileSync(log, "latin1").split("\n")) {
    let line = written;
    const pid = line.slice(0, line.indexOf(" "));
    if (line.endsWith(UNFINISHED)) {
      begun.set(pid, line.slice(0, -UNFINISHED.length));
      continue;
    }
    const resumed = RESUMED.exec(line);
    if (resumed) line = (begun.get(pid) ?? "") + resumed[2];
    const [, , name, list, result] = LINE.exec(line) ?? [];
    if (name === undefined || list === undefined || result?.startsWith("-")) continue;
    calls.push(readCall(name, list, Number(result)));
  }
  return calls;
}
