import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadOldProgram } from "../histories/programs.ts";
import { playSeason } from "./season.ts";

// Replays the season that a failure names: FIELDBOOK_SEASON=123 vitest run tests/proof/simulation/season.test.ts
const season = Number(process.env.FIELDBOOK_SEASON ?? 7);

async function play(seed: number, isOnFiles: boolean): Promise<string> {
  const folder = isOnFiles ? mkdtempSync(join(tmpdir(), "fieldbook-season-")) : undefined;
  try {
    return playSeason(seed, await loadOldProgram(), folder).trace;
  } finally {
    if (folder) rmSync(folder, { recursive: true, force: true });
  }
}

describe("a season", () => {
  it.each([
    ["in memory", false],
    ["on files", true],
  ])(
    "replays exactly from its seed, %s",
    async (_, isOnFiles) => {
      const trace = await play(season, isOnFiles);
      expect(trace).toMatch(/^[0-9a-f]{64}$/);
      expect(await play(season, isOnFiles)).toBe(trace);
      expect(await play(season + 1, isOnFiles)).not.toBe(trace);
    },
    120_000,
  );
});
