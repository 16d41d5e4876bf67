import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listVitestFailures, type VitestReport } from "../../failures.ts";
import type { Proof, ProofRequest, ProofResult } from "../proof.ts";

const shared = "support/fast-check.ts";

function findPropertyTests(): string[] {
  const unit = join("tests", "unit");
  const names = readdirSync(unit, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".test.ts"));
  return names.map((name) => join(unit, name)).filter((path) => readFileSync(path, "utf8").includes(shared));
}

/** Runs every property test once with a seed; a sentence for each that fails. */
function runWithSeed(seed: number, files: string[], report: string): { run: number; failures: string[] } {
  const args = ["run", ...files, "--reporter=json", `--outputFile.json=${report}`];
  const { status, stderr } = spawnSync(join("node_modules", ".bin", "vitest"), args, {
    env: { ...process.env, FIELDBOOK_PROOF_SEED: String(seed) },
    encoding: "utf8",
  });
  const { testResults, numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, "utf8")) as VitestReport;
  const failures = testResults.flatMap(listVitestFailures).map((failure) => `seed ${seed}, ${failure}`);
  if (status !== 0 && failures.length === 0)
    failures.push(`seed ${seed}: the run failed without a failed test: ${stderr}`);
  return { run: numPassedTests + numFailedTests, failures };
}
async function run({ size, seed, deadline }: ProofRequest): Promise<ProofResult> {
  const result: ProofResult = { done: 0, failures: [], figures: {} };
  const folder = mkdtempSync(join(tmpdir(), "fieldbook-properties-"));
  try {
    const files = findPropertyTests();
    for (; result.done < size && Date.now() < deadline; result.done++) {
      const { run, failures } = runWithSeed(seed + 1 + result.done, files, join(folder, "report.json"));
      result.failures.push(...failures);
      result.figures["tests run"] = (result.figures["tests run"] ?? 0) + run;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return result;
}

/** CI runs the property tests with seed 1 among the unit tests; here they meet the seeds after it. */
export const proof: Proof = {
  name: "properties of the checks, documents and forms",
  unit: "seeds",
  sizes: { ci: 0, full: 1_000 },
  run,
};
