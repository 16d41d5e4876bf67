import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { forkReader } from "../../../src-main/journal/index.ts";
import type { Proof, ProofRequest, ProofResult } from "../proof.ts";
import { createBases } from "./bases.ts";
import { type Examined, examine } from "./case.ts";

const project = fileURLToPath(new URL("../../..", import.meta.url));
const AT_ONCE = 4;
const MIB = 1024 * 1024;

/** Bundles the reading process as the program ships it: starting the bundle takes a third of the time of the sources. */
async function bundleReader(folder: string): Promise<string> {
  symlinkSync(join(project, "node_modules"), join(folder, "node_modules"), "junction");
  await build({
    configFile: false,
    root: project,
    logLevel: "error",
    publicDir: false,
    ssr: { noExternal: true, external: ["better-sqlite3"] },
    build: {
      ssr: true,
      target: "node24",
      outDir: folder,
      emptyOutDir: false,
      minify: false,
      rolldownOptions: {
        input: { reader: join(project, "src-main/journal/intake/child.ts") },
        output: { format: "es", entryFileNames: "[name].mjs" },
      },
    },
  });
  return join(folder, "reader.mjs");
}

/** Adds up what the cases found. */
class Tally {
  readonly failures: string[] = [];
  readonly figures = {
    refused: 0,
    "admitted entries": 0,
    "rejected entries": 0,
    "slowest reading in ms": 0,
    "slowest step in ms": 0,
    "largest reading in MiB": 0,
  };
  done = 0;

  add(found: Examined): void {
    const { figures } = this;
    for (const fault of found.faults) {
      this.failures.push(`seed ${found.seed} (${found.kind} in ${found.base.name}): ${fault}`);
    }
    this.done++;
    figures.refused += found.isRefused ? 1 : 0;
    figures["admitted entries"] += found.admitted;
    figures["rejected entries"] += found.rejected;
    figures["slowest reading in ms"] = Math.max(figures["slowest reading in ms"], found.readMs);
    figures["slowest step in ms"] = Math.max(figures["slowest step in ms"], Math.round(found.stepMs));
    figures["largest reading in MiB"] = Math.max(
      figures["largest reading in MiB"],
      Math.round(found.memoryBytes / MIB),
    );
  }
}

async function run({ size, seed, deadline }: ProofRequest): Promise<ProofResult> {
  const folder = mkdtempSync(join(tmpdir(), "fieldbook-hostile-"));
  const tally = new Tally();
  let next = seed;
  try {
    const script = await bundleReader(folder);
    const bases = createBases(folder);
    const work = async (): Promise<void> => {
      while (next < seed + size && Date.now() < deadline) {
        const caseSeed = next++;
        await examine(caseSeed, bases, folder, () => forkReader(script)).then(
          (found) => tally.add(found),
          (error: unknown) =>
            void tally.failures.push(`seed ${caseSeed}: ${error instanceof Error ? error.stack : error}`),
        );
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const { done, failures, figures } = tally;
  return { done, failures, figures };
}

/**
 * Replay of one case: `FIELDBOOK_PROOF_SEED` set to the seed that the failure names, `FIELDBOOK_PROOF_SIZE=1`. Seconds are
 * processor time, so that a busy machine proves the same as an idle one.
 */
export const proof: Proof = {
  name: "hostile files admit nothing wrong, at most 2 s and 512 MB each",
  unit: "files",
  sizes: { ci: 2000, full: 1_000_000 },
  obstacle: () =>
    process.platform === "linux" ? null : "what a process uses is read from /proc, which only Linux has",
  run,
};
