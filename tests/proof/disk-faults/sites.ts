import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import Plain from "better-sqlite3";
import Ciphers from "better-sqlite3-multiple-ciphers";

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
/** Whoever speaks to a database, unless it only asks, or only on another system. */
const database = /\b(db|copy|from|other|sealing)\.(exec|pragma|prepare)\b/;
const asking = /"(SELECT|PRAGMA)|(HASHES|last|row)\)|simple: true|trusted_schema|cell_size_check|"(darwin|win32)"/;

const reached = new Set<string>();

/** Notes who of the program called: the innermost frame of its sources. Frames are not put into words, which takes long. */
function note(): void {
  const inWords = Error.prepareStackTrace;
  Error.prepareStackTrace = (_error, frames) => frames;
  const frames = new Error().stack as unknown as NodeJS.CallSite[];
  Error.prepareStackTrace = inWords;
  for (const frame of frames) {
    const [, place] = /src-main\/((?:engine|journal)\/.+)$/.exec(frame.getFileName() ?? "") ?? [];
    if (place === undefined) continue;
    reached.add(`${place}:${frame.getLineNumber()}`);
    return;
  }
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
  for (const library of [Plain, Ciphers]) watchDatabase(library.prototype);
}

function watchDatabase(prototype: object): void {
  const mutable = prototype as Record<string, (...given: unknown[]) => unknown>;
  for (const name of ["exec", "pragma", "prepare"]) {
    const real = mutable[name];
    if (!real) continue;
    mutable[name] = function (this: unknown, ...given) {
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
  return lines.flatMap((line, index) => {
    const statement = line + (lines[index + 1] ?? "");
    const isSite = called.test(line) || (database.test(line) && !asking.test(statement));
    return isSite && !/^\s*(import|\*|\/\/)/.test(line) ? [`${relative(sources, path)}:${index + 1}`] : [];
  });
}
