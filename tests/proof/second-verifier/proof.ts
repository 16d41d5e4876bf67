import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { verify } from "../../../tools/verify.mjs";
import type { Proof, ProofRequest, ProofResult } from "../proof.ts";
import { type Comparison, compare } from "./compare.ts";
import { corrupt } from "./corrupt.ts";
import { createDice, createPerson, type Dice } from "./people.ts";
import { createWorld } from "./world.ts";

/** Files that are also verified through the command line. */
const COMMAND_LINE_FILES = 20;
const CORRUPTED_COPIES = 6;
const TOOL = join(import.meta.dirname, "../../../tools/verify.mjs");

/** What the command line says must be what the function says; returns the difference in words. */
function compareCommandLine(path: string): string[] {
  const { holds: _, ...expected } = verify(path);
  const { status, stdout } = spawnSync(process.execPath, [TOOL, "--json", path], { encoding: "utf8" });
  const isSame = stdout.trim() === JSON.stringify(expected) && status === (expected.ok ? 0 : 1);
  return isSame ? [] : [`the command line ended with ${status} and said ${stdout.slice(0, 500)}`];
}

function count(figures: Record<string, number>, { ok, view }: Comparison): void {
  const add = (name: string, more: number): void => {
    figures[name] = (figures[name] ?? 0) + more;
  };
  add("files that hold", ok ? 1 : 0);
  add("files that do not", ok ? 0 : 1);
  if (!view) return;
  for (const key of ["conflicts", "forks", "waiting", "opaque"] as const) add(key, view[key]);
  for (const { state } of view.signOffs) add(state, 1);
}

interface Case {
  label: string;
  path: string;
}

/** The files of a world as they are, then corrupted copies of them. */
function* createCases(folder: string, dice: Dice): Iterable<Case> {
  const { paths, refused } = createWorld(folder, dice);
  for (const path of paths) yield { label: basename(path), path };
  for (let copy = 0; copy < CORRUPTED_COPIES; copy++) {
    const path = join(folder, `corrupted-${copy}.fieldbook`);
    const refusal = refused.length > 0 && dice.once(2) ? dice.pick(refused) : undefined;
    const original = refusal?.path ?? dice.pick(paths);
    copyFileSync(original, path);
    const own = refused.filter((one) => one.path === original);
    yield { label: `copy ${copy} of ${basename(original)}, ${corrupt(path, own, dice)}`, path };
  }
}

async function run({ size, seed, deadline }: ProofRequest): Promise<ProofResult> {
  const result: ProofResult = { done: 0, failures: [], figures: {} };
  for (let world = 0; result.done < size && Date.now() < deadline; world++) {
    const dice = createDice(`seed ${seed}, world ${world}`);
    const folder = mkdtempSync(join(tmpdir(), "fieldbook-verifier-"));
    try {
      for (const { label, path } of createCases(folder, dice)) {
        const comparison = compare(path, createPerson("Reader", dice));
        if (result.done < COMMAND_LINE_FILES) comparison.differences.push(...compareCommandLine(path));
        for (const difference of comparison.differences) {
          result.failures.push(`seed ${seed}, world ${world}, ${label}: ${difference}`);
        }
        count(result.figures, comparison);
        result.done++;
      }
    } catch (error) {
      result.failures.push(`seed ${seed}, world ${world}: ${error instanceof Error ? error.stack : error}`);
      result.done++;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return result;
}

export const proof: Proof = {
  name: "The second verifier agrees with the program",
  unit: "files",
  sizes: { ci: 1_000, full: 100_000 },
  run,
};
