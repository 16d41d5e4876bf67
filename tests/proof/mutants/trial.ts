import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { HistoriesResult } from "../histories/histories.ts";
import type { Mutant } from "./mutant.ts";

const ROOT = join(import.meta.dirname, "../../..");
const COPIED = [
  "package.json",
  "src-main/journal",
  "tests/proof/proof.ts",
  "tests/proof/histories",
  "tests/proof/mutants",
];

/**
 * What became of a mutant. Only a violated property is a kill: a mutant that does not load, or throws, proves nothing
 * about the properties.
 */
export type Verdict =
  | { outcome: "killed"; after: number }
  | { outcome: "survived" }
  | { outcome: "broken"; why: string }
  /** The text to be replaced is not in the program any more, or more than once. */
  | { outcome: "outdated" };

/** Runs histories on a copy of the program with the bug; `null` tries the program as it is. */
export async function tryMutant(mutant: Mutant | null, histories: number, seed: number): Promise<Verdict> {
  const folder = mkdtempSync(join(tmpdir(), "fieldbook-mutant-"));
  try {
    for (const path of COPIED) cpSync(join(ROOT, path), join(folder, path), { recursive: true });
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"), "junction");
    if (mutant && !applyMutant(mutant, folder)) return { outcome: "outdated" };
    return judge(await runChild(join(folder, "tests/proof/mutants/child.ts"), histories, seed));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function applyMutant({ file, find, replace }: Mutant, folder: string): boolean {
  const path = join(folder, "src-main/journal", file);
  const [before, after, ...more] = readFileSync(path, "utf8").split(find);
  if (after === undefined || more.length > 0) return false;
  writeFileSync(path, `${before}${replace}${after}`);
  return true;
}

function judge({ output, errors }: { output: string; errors: string }): Verdict {
  if (output === "") return { outcome: "broken", why: errors.trim().split("\n").at(-1) ?? "" };
  const { failure, isViolation, done }: HistoriesResult = JSON.parse(output);
  if (failure === null) return { outcome: "survived" };
  return isViolation ? { outcome: "killed", after: done } : { outcome: "broken", why: failure };
}

async function runChild(path: string, histories: number, seed: number): Promise<{ output: string; errors: string }> {
  const child = spawn(process.execPath, [path, String(histories), String(seed)], { stdio: ["ignore", "pipe", "pipe"] });
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { output, errors };
}
