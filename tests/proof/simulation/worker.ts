import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parentPort } from "node:worker_threads";
import { loadOldProgram } from "../histories/programs.ts";
import { addCounts } from "../threads.ts";
import { playSeason } from "./season.ts";

export interface SeasonsRequest {
  /** Seasons with the seeds from `first` on. */
  first: number;
  count: number;
}

export interface SeasonsAnswer {
  deviceDays: number;
  failures: string[];
  sights: { [sight: string]: number };
}

/** Every so many seasons one is played on real files, which are some hundred times slower than memory. */
const SEASONS_PER_FILE_SEASON = 50;

const old = await loadOldProgram();

function play(seed: number, answer: SeasonsAnswer): void {
  const folder = seed % SEASONS_PER_FILE_SEASON === 0 ? mkdtempSync(join(tmpdir(), "fieldbook-season-")) : undefined;
  try {
    const { deviceDays, sights } = playSeason(seed, old, folder);
    answer.deviceDays += deviceDays;
    addCounts(answer.sights, { ...sights, [folder ? "seasons on files" : "seasons in memory"]: 1 });
  } catch (error) {
    answer.failures.push(`season ${seed}: ${error instanceof Error ? error.message : error}`);
  } finally {
    if (folder) rmSync(folder, { recursive: true, force: true });
  }
}

parentPort?.on("message", ({ first, count }: SeasonsRequest) => {
  const answer: SeasonsAnswer = { deviceDays: 0, failures: [], sights: {} };
  for (let seed = first; seed < first + count; seed++) play(seed, answer);
  parentPort?.postMessage(answer);
});
