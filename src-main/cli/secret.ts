import { readFileSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { BadUsage } from "./input.ts";

let unread: string | undefined;

/** What is left of the standard input. Secrets come this way: arguments and environment can be read by other programs. */
export function readInputText(): string {
  unread ??= readFileSync(0, "utf8");
  const text = unread;
  unread = "";
  return text;
}

/** A passphrase: asked for without echo at a terminal, else the first line of the standard input. */
export function readPassphrase(): Promise<string> | string {
  if (process.stdin.isTTY) return askHidden("Passphrase: ");
  const [first = "", ...rest] = readInputText().split("\n");
  unread = rest.join("\n");
  return first.replace(/\r$/, "");
}

async function askHidden(question: string): Promise<string> {
  process.stderr.write(question);
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: unseen, terminal: true });
  try {
    const given = new Promise<never>((_resolve, reject) => {
      terminal.once("close", () => reject(new BadUsage("No passphrase was entered.")));
    });
    return await Promise.race([terminal.question(""), given]);
  } finally {
    terminal.close();
    process.stderr.write("\n");
  }
}
