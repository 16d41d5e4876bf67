import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const project = fileURLToPath(new URL("../../..", import.meta.url));

function filesBelow(path: string): string[] {
  const whole = join(project, path);
  if (!existsSync(whole)) throw new Error(`There is no ${path} to search.`);
  if (!statSync(whole).isDirectory()) return [path];
  return readdirSync(whole).flatMap((name) => filesBelow(join(path, name)));
}

/** Every line below the given files and folders that the pattern finds, as `path:line: text`. */
export function findLines(pattern: RegExp, ...places: string[]): string[] {
  return places.flatMap(filesBelow).flatMap((path) =>
    readFileSync(join(project, path), "utf8")
      .split("\n")
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
  );
}

export const fileOf = (line: string): string => line.slice(0, line.indexOf(":"));
