import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const MOST_LINES = 1000;
const core = join(import.meta.dirname, "../../../src-main/journal/core");
const sources = readdirSync(core).map((name) => readFileSync(join(core, name), "utf8"));

/** Lines that are neither blank nor part of a comment. Comments stand on lines of their own throughout the core. */
function countCodeLines(source: string): number {
  const code = source.replace(/^\s*\/\*[\s\S]*?\*\/\s*$/gm, "");
  return code.split("\n").filter((line) => line.trim() !== "" && !line.trim().startsWith("//")).length;
}

describe("the merge core", () => {
  it(`is small enough to be read whole: at most ${MOST_LINES} lines of code`, () => {
    expect(sources.length).toBeGreaterThan(5);
    expect(sources.reduce((sum, source) => sum + countCodeLines(source), 0)).toBeLessThanOrEqual(MOST_LINES);
  });

  it("rests on itself and on node:crypto only", () => {
    const imports = sources.flatMap((source) => [
      ...source.matchAll(/\bfrom\s+["']([^"']+)["']/g),
      ...source.matchAll(/\b(?:import|require|getBuiltinModule)\s*\(?\s*["']([^"']+)["']/g),
    ]);
    const foreign = new Set(imports.map(([, name]) => name as string).filter((name) => !/^\.\/[a-z]+\.ts$/.test(name)));
    expect([...foreign]).toEqual(["node:crypto"]);
  });
});
