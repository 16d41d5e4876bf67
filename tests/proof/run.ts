import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Proof, ProofResult } from "./proof.ts";

/** `npm run proof -- [--minutes N] [--only WORD] [--seed N]`: every proof at its full size, or as far as the minutes reach. */
const { values } = parseArgs({
  options: { minutes: { type: "string" }, only: { type: "string" }, seed: { type: "string", default: "1" } },
});

async function findProofs(): Promise<Proof[]> {
  const folders = readdirSync(import.meta.dirname).filter((name) =>
    existsSync(join(import.meta.dirname, name, "proof.ts")),
  );
  const modules = folders.sort().map((name) => import(join(import.meta.dirname, name, "proof.ts")));
  return (await Promise.all(modules)).map(({ proof }) => proof as Proof);
}

function printRow(proof: Proof, result: ProofResult, seconds: number): void {
  const figures = Object.entries(result.figures).map(([name, value]) => `${name} ${value.toLocaleString("en")}`);
  const held = result.failures.length === 0 ? "held" : `${result.failures.length} failures`;
  const cells = [
    proof.name,
    `${result.done.toLocaleString("en")} ${proof.unit}`,
    held,
    figures.join(", "),
    `${Math.round(seconds)} s`,
  ];
  console.log(`| ${cells.join(" | ")} |`);
  for (const failure of result.failures.slice(0, 20)) console.log(`    ${failure}`);
}

const proofs = (await findProofs()).filter(({ name }) => !values.only || name.includes(values.only));
const end = values.minutes ? Date.now() + Number(values.minutes) * 60_000 : Number.POSITIVE_INFINITY;
let failures = 0;
for (const [index, proof] of proofs.entries()) {
  const obstacle = proof.obstacle?.() ?? null;
  if (obstacle) {
    console.log(`| ${proof.name} | skipped | ${obstacle} |`);
    continue;
  }
  const start = Date.now();
  // What one proof leaves of its share goes to those after it.
  const deadline = start + (end - start) / (proofs.length - index);
  const result = await proof.run({ size: proof.sizes.full, seed: Number(values.seed), deadline });
  failures += result.failures.length;
  printRow(proof, result, (Date.now() - start) / 1000);
}
process.exitCode = failures > 0 ? 1 : 0;
