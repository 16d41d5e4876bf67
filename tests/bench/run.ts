import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { newDraft, startTestEngine } from "../support/engine.ts";
import { checkSetFigures } from "./checks.ts";
import { dnsFigures } from "./dns.ts";
import { journalFigures } from "./journal-file.ts";
import { compare, printFigure } from "./measure.ts";
import { printRawDocument } from "./raw-document.ts";
import { compareWindows } from "./window.ts";

/** Figures as ratios against a raw baseline in the same run: machines differ and are noisy, ratios travel better. */
const folder = mkdtempSync(join(tmpdir(), "fieldbook-bench-"));
const cli = "dist/engine/cli.mjs";
if (!existsSync(cli)) throw new Error("Run `npm run build` first.");
const measured = startTestEngine(join(folder, "home"));
try {
  await startFigure();
  await commitFigure();
  await journalFigures(folder);
  await documentFigure();
  await checkSetFigures(folder);
  await dnsFigures(folder, cli);
  await compareWindows();
} finally {
  await measured.close();
  rmSync(folder, { recursive: true, force: true });
}

async function startFigure(): Promise<void> {
  const home = join(folder, "cli");
  const file = join(folder, "bench.fieldbook");
  const cliRun = (...args: string[]) => {
    const done = spawnSync(process.execPath, [cli, ...args, "--home", home], { encoding: "utf8" });
    if (done.status !== 0) throw new Error(done.stderr);
  };
  cliRun(
    "new",
    file,
    "--customer",
    "Bench",
    "--reference",
    "B-1",
    "--region",
    "EU",
    "--services",
    "email-security",
    "--platform",
    "exchange-2019",
  );
  const { subject, baseline } = await compare(
    9,
    () => cliRun("steps", file),
    () => spawnSync(process.execPath, ["-e", "0"]),
  );
  printFigure({ what: "Command line: start, open a file, list its steps", baselineIs: "node -e 0", subject, baseline });
}

async function commitFigure(): Promise<void> {
  const { client } = measured;
  const { engagement } = await client.engagements.create(newDraft());
  const raw = new Database(join(folder, "raw.db"));
  for (const pragma of ["locking_mode = EXCLUSIVE", "journal_mode = TRUNCATE", "synchronous = EXTRA"])
    raw.pragma(pragma);
  raw.exec("CREATE TABLE entry (hash BLOB PRIMARY KEY, bytes BLOB NOT NULL, sig BLOB NOT NULL) STRICT");
  const insert = raw.prepare("INSERT INTO entry VALUES (randomblob(32), randomblob(600), randomblob(64))");
  const { subject, baseline } = await compare(
    300,
    (run) => client.rfi.answer({ engagement, field: "organisation.mailboxes", value: run }),
    () => insert.run(),
  );
  raw.close();
  printFigure({
    what: "One answer: checked, signed, durable, read back as the whole form",
    baselineIs: "one insert of the same size with the same pragmas",
    subject,
    baseline,
  });
}

async function documentFigure(): Promise<void> {
  const { client, engine } = measured;
  const { engagement } = await client.engagements.sample({});
  const make = async () => {
    const { job } = await client.reports.create({ engagement, step: "account" });
    const { failure } = await engine.context.jobs.finished(job);
    if (failure) throw new Error(failure.happened);
  };
  await make();
  const { subject, baseline } = await compare(5, make, () => printRawDocument());
  printFigure({
    what: "Step document: collected, set, sealed, re-opened and checked",
    baselineIs: "pdfmake alone, two pages of plain text with the same fonts",
    subject,
    baseline,
  });
}
