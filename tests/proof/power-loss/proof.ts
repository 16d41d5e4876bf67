import { rmSync } from "node:fs";
import { basename } from "node:path";
import { createRandom, type Proof, type ProofRequest, type ProofResult } from "../proof.ts";
import { findTracingObstacle, record } from "./record.ts";
import { type Crash, compareWithDisk, createRoot, listCrashes, Replay } from "./replay.ts";
import { placesIn } from "./world.ts";

/** States tried of one recording; the next recording has other contents and sizes. */
const STATES_PER_RECORDING = 1500;
/** A broken product fails by the thousand; the count of all is a figure. */
const FAILURES_KEPT = 100;

/** Picks `count` items spread evenly, in their order. */
function spreadOver<T>(items: T[], count: number, offset: number): T[] {
  if (count >= items.length) return items;
  return Array.from({ length: count }, (_, i) => items[Math.floor(((i + offset) * items.length) / count)] as T);
}

/** States of the file above the page cache take 0.2 s each: a few of each mode must do. */
function limitSlow([kind, crashes]: [string, Crash[]]): Crash[] {
  return kind.startsWith("spill") ? spreadOver(crashes, 10, 0.5) : crashes;
}

/** Picks crashes so that every phase meets every mode: rare kinds are taken whole, the others share what is left. */
function choose(crashes: Crash[], count: number, seed: number): Crash[] {
  const kinds = new Map<string, Crash[]>();
  for (const crash of crashes) {
    const kind = `${crash.phase} ${crash.mode}`;
    kinds.set(kind, [...(kinds.get(kind) ?? []), crash]);
  }
  const random = createRandom(seed);
  const chosen: Crash[] = [];
  const rising = [...kinds].map(limitSlow).sort((a, b) => a.length - b.length);
  for (const [index, kind] of rising.entries()) {
    const share = Math.ceil((count - chosen.length) / (rising.length - index));
    chosen.push(...spreadOver(kind, share, random.next(1000) / 1000));
  }
  return chosen.slice(0, count).sort((a, b) => a.step - b.step);
}

class Tally {
  done = 0;
  failed = 0;
  readonly #told = new Set<string>();
  readonly failures: string[] = [];
  readonly figures: Record<string, number> = {};

  add(figure: string, count = 1): void {
    this.figures[figure] = (this.figures[figure] ?? 0) + count;
  }

  state({ step, phase, mode }: Crash, seed: number, problems: string[]): void {
    this.done++;
    this.add(`during ${phase}`);
    this.add(`unsynced ${mode}`);
    if (problems.length === 0) return;
    this.failed++;
    // A file that is broken stays so in the states that follow: each problem is told once.
    const told = problems.filter((problem) => !this.#told.has(problem));
    for (const problem of told) this.#told.add(problem);
    if (told.length === 0 || this.failures.length >= FAILURES_KEPT) return;
    this.failures.push(`seed ${seed}, call ${step}, during ${phase}, unsynced ${mode}: ${told.join("; ")}`);
  }
}

function proveRecording(tally: Tally, seed: number, size: number, deadline: number): void {
  const root = createRoot();
  try {
    const places = placesIn(root);
    const recording = record(places, seed);
    for (const path of compareWithDisk(recording, places)) {
      tally.failures.push(
        `seed ${seed}: the replay of the whole recording does not end with the ${basename(path)} on disk`,
      );
    }
    const crashes = choose(listCrashes(recording, places, seed), size, seed);
    const replay = new Replay(places, seed);
    replay.run(recording, crashes, (crash, problems) => {
      tally.state(crash, seed, problems);
      return Date.now() < deadline;
    });
    tally.add("recordings");
    tally.add("files opened", replay.met.filesOpened);
    tally.add("hot journals", replay.met.hotJournals);
    tally.add("acknowledged entries checked", replay.met.entriesChecked);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function run({ size, seed, deadline }: ProofRequest): Promise<ProofResult> {
  const tally = new Tally();
  for (let round = 0; tally.done < size && Date.now() < deadline; round++) {
    proveRecording(tally, seed * 1000 + round, Math.min(STATES_PER_RECORDING, size - tally.done), deadline);
  }
  const { done, failures, failed, figures } = tally;
  return { done, failures, figures: failed > 0 ? { ...figures, "failed states": failed } : figures };
}

export const proof: Proof = {
  name: "power loss loses nothing that was acknowledged",
  unit: "disk states",
  sizes: { ci: 3000, full: 50_000 },
  obstacle: findTracingObstacle,
  run,
};
