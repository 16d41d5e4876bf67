import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { createRandom, type Proof, type ProofRequest, type ProofResult } from "../proof.ts";
import { COPIES, type Places, placesIn, prepareBase, readPromises } from "./base.ts";
import { checkAfterKill, countLeftovers, Ledger } from "./check.ts";
import type { Line, Phase } from "./lines.ts";

/** Kills of one home folder; then a fresh one, so that files stay small. */
const KILLS_PER_ROUND = 12;
const FAILURES_KEPT = 100;
/** A victim that says nothing for so long hangs. */
const SILENCE_MS = 120_000;

/** How long a phase takes on this machine, in milliseconds; follows what is seen. */
class Durations {
  readonly #mean: Record<Phase, number> = { import: 300, export: 100, work: 15 };

  see(phase: Phase, ms: number): void {
    this.#mean[phase] = this.#mean[phase] * 0.7 + ms * 0.3;
  }

  mean(phase: Phase): number {
    return this.#mean[phase];
  }
}

/** One process that works until it is killed. */
class Victim {
  readonly ledger: Ledger;
  /** What it was doing when it was killed; undefined between two phases. */
  during: Phase | undefined;
  readonly begun: Record<Phase, number> = { import: 0, export: 0, work: 0 };
  complaints = "";
  readonly #durations: Durations;
  #since = 0;
  #rest = "";

  constructor(ledger: Ledger, durations: Durations) {
    this.ledger = ledger;
    this.#durations = durations;
  }

  hear(data: string): void {
    const lines = (this.#rest + data).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#take(JSON.parse(line));
  }

  #take(line: Line): void {
    if ("acknowledged" in line) this.ledger.add(line.acknowledged);
    else if ("begin" in line) {
      this.during = line.begin;
      this.begun[line.begin]++;
      this.#since = performance.now();
    } else {
      this.during = undefined;
      this.#durations.see(line.done, performance.now() - this.#since);
    }
  }
}

interface Kill {
  places: Places;
  seed: number;
  target: Phase;
  durations: Durations;
  random: { next(below: number): number };
}

/** Lets a victim come to the chosen phase, kills it somewhere in it, and returns it with all it had said. */
async function killOnce({ places, seed, target, durations, random }: Kill, ledger: Ledger): Promise<Victim> {
  const victim = new Victim(ledger, durations);
  const script = join(import.meta.dirname, "victim.ts");
  const root = join(places.home, "..");
  const child = spawn(process.execPath, [script, root, String(seed), target, String(ledger.nextCopy)], {
    env: { ...process.env, TMPDIR: places.temporary },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const closed = once(child, "close");
  const turn = 1 + random.next(3);
  const isThere = new Promise<void>((resolve) => {
    child.stdout.on("data", (data: Buffer) => {
      victim.hear(data.toString());
      if (victim.begun[target] >= turn) resolve();
    });
  });
  child.stderr.on("data", (data: Buffer) => {
    victim.complaints = (victim.complaints + data).slice(-2000);
  });
  const isHanging = wait(SILENCE_MS, "silent", { ref: false });
  const first = await Promise.race([isThere, closed.then(() => "ended"), isHanging]);
  if (first !== undefined) victim.complaints += ` The victim ${first} before it came to ${target}.`;
  else {
    victim.complaints = "";
    await wait((random.next(1000) / 1000) * durations.mean(target) * 1.1);
  }
  child.kill("SIGKILL");
  await closed;
  return victim;
}

class Tally {
  done = 0;
  readonly failures: string[] = [];
  readonly figures: Record<string, number> = { "during import": 0, "during export": 0, "during work": 0, between: 0 };

  add(figure: string, count = 1): void {
    this.figures[figure] = (this.figures[figure] ?? 0) + count;
  }

  fail(sentence: string): void {
    this.add("failed kills");
    if (this.failures.length < FAILURES_KEPT) this.failures.push(sentence);
  }

  /** Import or export while one of them has had less than its third of the kills, and one in hand. */
  target(random: { next(below: number): number }): Phase {
    const short = (["import", "export"] as const).filter(
      (phase) => (this.figures[`during ${phase}`] ?? 0) * 3 < this.done + 3,
    );
    return short[random.next(2) % Math.max(1, short.length)] ?? "work";
  }
}

async function runRound(
  base: Places,
  root: string,
  round: number,
  request: ProofRequest,
  tally: Tally,
  durations: Durations,
): Promise<void> {
  const places = { ...placesIn(root), elsewhere: base.elsewhere };
  for (const folder of [places.out, places.temporary]) mkdirSync(folder, { recursive: true });
  cpSync(base.home, places.home, { recursive: true });
  cpSync(base.elsewhere, placesIn(root).elsewhere, { recursive: true });
  cpSync(base.promises, places.promises);
  const promises = readPromises(places);
  const ledger = new Ledger(promises);
  for (let i = 0; i < KILLS_PER_ROUND && tally.done < request.size && Date.now() < request.deadline; i++) {
    const number = round * KILLS_PER_ROUND + i;
    const random = createRandom(request.seed * 100_003 + number);
    const target = tally.target(random);
    const victim = await killOnce({ places, seed: number + 1, target, durations, random }, ledger);
    // A new engagement may have been taken in without having been acknowledged.
    const mayBeNew = target === "import" && ledger.nextCopy >= COPIES;
    const problems = await checkAfterKill(places, promises.engagement, ledger, mayBeNew);
    if (victim.complaints) problems.push(victim.complaints);
    tally.done++;
    tally.add(victim.during ? `during ${victim.during}` : "between");
    if (problems.length > 0)
      tally.fail(`seed ${request.seed}, kill ${number}, during ${victim.during ?? "nothing"}: ${problems.join("; ")}`);
  }
  tally.add("acknowledged", ledger.count);
  for (const [where, count] of Object.entries(countLeftovers(places))) tally.add(`left ${where}`, count);
}

async function run(request: ProofRequest): Promise<ProofResult> {
  const folder = mkdtempSync(join(tmpdir(), "fieldbook-kills-"));
  const tally = new Tally();
  try {
    const base = placesIn(join(folder, "base"));
    await prepareBase(base, request.seed);
    const durations = new Durations();
    for (let round = 0; tally.done < request.size && Date.now() < request.deadline; round++) {
      const root = join(folder, `round-${round}`);
      await runRound(base, root, round, request, tally, durations);
      rmSync(root, { recursive: true, force: true });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { done: tally.done, failures: tally.failures, figures: tally.figures };
}

export const proof: Proof = {
  name: "a killed engine loses nothing that was acknowledged",
  unit: "kills",
  sizes: { ci: 50, full: 10_000 },
  run,
};
