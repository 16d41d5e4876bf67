import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listPlaywrightFailures, listVitestFailures, type Suite, type VitestReport } from "./failures.ts";
import { findLabObstacle } from "./lab/lab.ts";
import { findNamespaceObstacle } from "./lab/namespaces.ts";
import { findDirectoryObstacle } from "./lab/site-directory.ts";
import { findSiteLabObstacle } from "./lab/site-lab.ts";
import { sites } from "./lab/sites/index.ts";
import { findTracingObstacle } from "./proof/power-loss/record.ts";

/** Runs every test that can run on this machine and ends with one line of counts. What cannot run is counted as skipped, with its reason. */
interface Counts {
  passed: number;
  failed: number;
  skipped: number;
  /** Why tests were skipped, each reason once. */
  why?: string[];
  /** What failed: name and first lines of the message, said again at the end, where it is found. */
  failures?: string[];
}
interface Part {
  name: string;
  /** Why the part cannot run here; null when it can. */
  obstacle(): string | null;
  run(report: string): Promise<Counts>;
  /** Number of tests that an obstacle leaves out. */
  size(): number;
}

const bin = (name: string) => join("node_modules", ".bin", name);
const setupHint = "tests/setup-system.sh installs it";

function run(command: string, args: string[], env: NodeJS.ProcessEnv = process.env): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: "inherit", env });
    child.on("error", () => resolve(127));
    child.on("exit", (code, signal) => resolve(code ?? (signal ? 1 : 0)));
  });
}

async function runVitest(report: string, which: string[]): Promise<Counts> {
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const code = await run(bin("vitest"), ["run", ...which, ...reporters]);
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 };
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numFailedTestSuites, testResults } =
    JSON.parse(readFileSync(report, "utf8")) as VitestReport;
  // A file that does not even load has no tests to count, and an unhandled error fails the run without failing a test.
  const failed = Math.max(numFailedTests, numFailedTestSuites > 0 || code !== 0 ? 1 : 0);
  const skipped = numPendingTests + numTodoTests;
  const why = [
    ...new Set([findLabObstacle(), findSiteLabObstacle(), findNamespaceObstacle()]),
    ...new Set(sites.map(findDirectoryObstacle)),
    findTracingObstacle(),
    ...["pdftotext", "gcc"].map((name) => (hasProgram(name) ? null : `${name} is not installed; ${setupHint}`)),
  ];
  return {
    passed: numPassedTests,
    failed,
    skipped,
    why: skipped > 0 ? why.filter((reason) => reason !== null) : [],
    failures: testResults.flatMap(listVitestFailures),
  };
}

const coreTests = ["admission", "cells", "core-edges", "entry", "properties", "signoffs", "spaces", "strictness"];

/** Every branch of what decides merges and sign-offs is taken by its own tests; counts as one test. */
async function runCoverage(): Promise<Counts> {
  const only = ["--coverage.enabled", "--coverage.include=src-main/journal/core/**", "--coverage.reporter=text"];
  const bound = ["--coverage.thresholds.branches=100", "--coverage.thresholds.functions=100"];
  const tests = coreTests.map((name) => join("tests/unit/journal", `${name}.test.ts`));
  const code = await run(bin("vitest"), ["run", ...tests, ...only, ...bound]);
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
}

async function runPlaywright(project: string, report: string, env: NodeJS.ProcessEnv): Promise<Counts> {
  const code = await run(bin("playwright"), ["test", "--project", project, "--reporter=list,json"], {
    ...env,
    PLAYWRIGHT_JSON_OUTPUT_NAME: report,
  });
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 };
  const { stats, suites } = JSON.parse(readFileSync(report, "utf8")) as {
    stats: Record<string, number>;
    suites: Suite[];
  };
  const { expected = 0, unexpected = 0, flaky = 0, skipped = 0 } = stats;
  return {
    passed: expected + flaky,
    failed: Math.max(unexpected, code === 0 ? 0 : 1),
    skipped,
    why: [...new Set(suites.flatMap(listSkipReasons))],
    failures: suites.flatMap(listPlaywrightFailures),
  };
}

function countPlaywright(project: string): number {
  const listed = spawnSync(bin("playwright"), ["test", "--project", project, "--list", "--reporter=json"], {
    encoding: "utf8",
  });
  try {
    return JSON.parse(listed.stdout).suites.reduce(countSpecs, 0);
  } catch {
    return 1;
  }
}
function listSkipReasons({ specs = [], suites = [] }: Suite): string[] {
  const annotations = specs.flatMap(({ tests }) => tests.flatMap((one) => one.annotations));
  const own = annotations.flatMap(({ type, description }) => (type === "skip" && description ? [description] : []));
  return [...own, ...suites.flatMap(listSkipReasons)];
}
const countSpecs = (total: number, suite: Suite): number =>
  (suite.suites ?? []).reduce(countSpecs, total + (suite.specs?.length ?? 0));

/** A display of our own for the desktop tests, ended by pid. */
async function withDisplay<Result>(work: (env: NodeJS.ProcessEnv) => Promise<Result>): Promise<Result> {
  const server = spawn("Xvfb", ["-displayfd", "3", "-screen", "0", "1400x1000x24", "-nolisten", "tcp"], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  try {
    const display = await new Promise<string>((resolve, reject) => {
      server.once("error", reject);
      server.stdio[3]?.once("data", (data: Buffer) => resolve(data.toString().trim()));
      setTimeout(() => reject(new Error("Xvfb gave no display within 20 s")), 20_000).unref();
    });
    return await work({ ...process.env, DISPLAY: `:${display}` });
  } finally {
    server.kill("SIGTERM");
  }
}

const hasProgram = (name: string) => spawnSync("sh", ["-c", `command -v ${name}`]).status === 0;
const chromium = process.env.FIELDBOOK_CHROMIUM ?? "/usr/bin/chromium";

function prepareElectron(): string | null {
  if (!hasProgram("Xvfb")) return `no display server (Xvfb); ${setupHint}`;
  const prepared = spawnSync(process.execPath, ["tests/desktop/runtime.ts"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  return prepared.status === 0
    ? null
    : `no Electron runtime could be had: ${prepared.stdout.trim().split("\n").at(-1)}`;
}

const parts: Part[] = [
  {
    name: "unit, contract and lab",
    obstacle: () => null,
    run: (report) => runVitest(report, ["--exclude", "tests/proof/**"]),
    size: () => 0,
  },
  {
    // One after the other: each of them uses the whole machine.
    name: "proofs of the engagement file",
    obstacle: () => null,
    run: (report) => runVitest(report, ["tests/proof", "--no-file-parallelism"]),
    size: () => 0,
  },
  { name: "branches of the merge core", obstacle: () => null, run: runCoverage, size: () => 0 },
  {
    name: "ui (Chromium)",
    obstacle: () => (existsSync(chromium) ? null : `Chromium is not installed; ${setupHint}`),
    run: (report) => runPlaywright("ui", report, process.env),
    size: () => countPlaywright("ui"),
  },
  {
    name: "desktop (Electron)",
    obstacle: prepareElectron,
    run: (report) => withDisplay((env) => runPlaywright("desktop", report, env)),
    size: () => countPlaywright("desktop"),
  },
];

const total: Counts = { passed: 0, failed: 0, skipped: 0 };
const reasons: string[] = [];
const failures: string[] = [];
const folder = mkdtempSync(join(tmpdir(), "fieldbook-tests-"));
try {
  if ((await run("npm", ["run", "-s", "build"])) !== 0) {
    total.failed += 1;
    reasons.push("build: failed");
  } else {
    for (const [index, part] of parts.entries()) {
      const obstacle = part.obstacle();
      const counts = obstacle
        ? { passed: 0, failed: 0, skipped: Math.max(1, part.size()) }
        : await part.run(join(folder, `${index}.json`));
      total.passed += counts.passed;
      total.failed += counts.failed;
      total.skipped += counts.skipped;
      failures.push(...(counts.failures ?? []));
      const why = obstacle ? [obstacle] : (counts.why ?? []);
      reasons.push(
        `${part.name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped${why.length > 0 ? ` (${why.join("; ")})` : ""}`,
      );
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (failures.length > 0) console.log(`\n${failures.join("\n\n")}`);
console.log(`\n${reasons.join("\n")}`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
