import { explainOldRuntime } from "../engine/runtime.ts";

// The guard comes before anything that loads SQLite, which would end an old runtime without a word.
const problem = explainOldRuntime();
if (problem) {
  process.stderr.write(`${problem}\n`);
  process.exit(1);
}
const { runCommandLine } = await import("./run.ts");
process.exitCode = await runCommandLine(process.argv.slice(2));
