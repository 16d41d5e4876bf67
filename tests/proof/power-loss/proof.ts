import { rmSync } from "node:fs";
import { createRandom, type Proof, type ProofRequest, type ProofResult } from "../proof.ts";
import { findTracingObstacle, record } from "./record.ts";
import { type Crash, createRoot, listCrashes, Replay } from "./replay.ts";
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

/** Picks crashes so that every phase meets every mode: rare kinds are taken whole, the others share what is left. */
function choose(crashes: Crash[], count: number, seed: number): Crash[] {
  const kinds = new Map<string, Crash[]>();
  for (const crash of crashes) {
    const kind = `${crash.phase} ${crash.mode}`;
    kinds.set(kind, [...(kinds.get(kind) ?? []), crash]);
  }
  const random = createRandom(seed);
  const chosen: Crash[] = [];
  const rising = [...kinds.values()].sort((a, b) => a.length - b.length);
  for (const [index, kind] of rising.entries()) {
    const share = Math.ceil((count - chosen.length) / (rising.length - index));
    chosen.push(...spreadOver(kind, share, random.next(1000) / 1000));
  }
  return chosen.slice(0, count).sort((a, b) => a.step - b.step);
}

class Tally {
  done = 0;
  failed = 0;
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
    if (this.failures.length >= FAILURES_KEPT) return;
    this.failures.push(`seed ${seed}, call ${step}, during ${phase}, unsynced ${mode}: ${problems.join("; ")}`);
  }
}

function proveRecording(tally: Tally, seed: number, size: number, deadline: number): void {
  const root = createRoot();
  try {
    const places = placesIn(root);
    const recording = record(places, seed);
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
  return { done, failures, figures: failed > failures.length ? { ...figures, "failed states": failed } : figures };
}

export const proof: Proof = {
  name: "power loss loses nothing that was acknowledged",
  unit: "disk states",
  sizes: { ci: 3000, full: 50_000 },
  obstacle: findTracingObstacle,
  run,
};
