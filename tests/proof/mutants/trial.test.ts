import { describe, expect, it } from "vitest";
import type { Mutant } from "./mutant.ts";
import { tryMutant } from "./trial.ts";

const HISTORIES = 30;
const mutant = (change: Partial<Mutant>): Mutant => ({
  name: "a test",
  file: "core/cells.ts",
  find: "return this.records.get(entity)?.cells.get(field);",
  replace: "return this.records.get(entity)?.cells.get(field);",
  bug: "None.",
  ...change,
});
const outcomeOf = async (change: Partial<Mutant>) => (await tryMutant(mutant(change), HISTORIES, 1)).outcome;

describe("a mutant", () => {
  it("survives when nothing changed", async () => {
    expect(await outcomeOf({})).toBe("survived");
  });

  it("is killed by a violated property", async () => {
    expect(await outcomeOf({ replace: "return undefined;" })).toBe("killed");
  });

  it("is broken, not killed, when it does not load or throws by itself", async () => {
    expect(await outcomeOf({ replace: "return this.records.get(entity" })).toBe("broken");
    expect(await outcomeOf({ replace: "throw new TypeError(field);" })).toBe("broken");
  });

  it("is outdated when its text is gone or there twice", async () => {
    expect(await outcomeOf({ find: "no such text" })).toBe("outdated");
    expect(await outcomeOf({ find: "return" })).toBe("outdated");
  });
});
