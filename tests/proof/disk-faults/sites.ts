import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";

const sources = fileURLToPath(new URL("../../../src-main", import.meta.url));

/** The parts of the program that keep files. */
const folders = ["engine", "journal"];

/** Functions of node:fs that change the disk; `openSync` only where it does not open for reading. */
const names = [
  ...["appendFileSync", "chmodSync", "copyFileSync", "cpSync", "createWriteStream", "fsyncSync", "ftruncateSync"],
  ...["linkSync", "mkdirSync", "mkdtempSync", "openSync", "renameSync", "rmSync", "truncateSync", "unlinkSync"],
  ...["writeFileSync", "writeSync"],
] as const;
const called = new RegExp(`\\b(${names.join("|")})\\((?!.*"r"\\))`);
/** Statements that write: those of the tables, and what SQLite itself is told to do to the file. */
const statement = /"(INSERT|UPDATE|DELETE|VACUUM|BEGIN EXCLUSIVE|CREATE)\b|pragma\("(journal_mode|user_version)/;

const reached = new Set<string>();

/** Notes who of the program called; the innermost frame of its sources. */
function note(): void {
  const frame = /src-main\/((?:engine|journal)\/[\w./-]+\.ts):(\d+):/.exec(new Error().stack ?? "");
  if (frame) reached.add(`${frame[1]}:${frame[2]}`);
}

/** From here on every call of a writing function notes the line it comes from. */
export function watchSites(): void {
  Error.stackTraceLimit = 30;
  const mutable = fs as unknown as Record<string, (...given: unknown[]) => unknown>;
  for (const name of names) {
    const real = mutable[name];
    if (!real) continue;
    mutable[name] = (...given) => {
      note();
      return real(...given);
    };
  }
  syncBuiltinESMExports();
  const prototype = Database.prototype as unknown as Record<string, (...given: unknown[]) => unknown>;
  for (const name of ["exec", "pragma", "prepare"]) {
    const real = prototype[name];
    if (!real) continue;
    prototype[name] = function (this: unknown, ...given) {
      note();
      return real.apply(this, given);
    };
  }
}

export const listReached = (): string[] => [...reached];

/** Every line of the sources that writes, as `file:line`. */
export function listSites(): string[] {
  return folders.flatMap((folder) =>
    fs
      .readdirSync(join(sources, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .flatMap((name) => sitesOf(join(sources, folder, name))),
  );
}

function sitesOf(path: string): string[] {
  const lines = fs.readFileSync(path, "utf8").split("\n");
  return lines.flatMap((line, index) =>
    (called.test(line) && !/^\s*(import|\*|\/\/)/.test(line)) || statement.test(line)
      ? [`${relative(sources, path)}:${index + 1}`]
      : [],
  );
}
