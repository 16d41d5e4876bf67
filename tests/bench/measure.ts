/** Median and 95th percentile of durations in milliseconds. */
export interface Timing {
  median: number;
  p95: number;
  runs: number;
}

export function summarize(durations: readonly number[]): Timing {
  const sorted = [...durations].sort((one, other) => one - other);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { median: at(0.5), p95: at(0.95), runs: sorted.length };
}

/** Runs subject and baseline by turns, so that noise of the machine meets both alike. */
export async function compare(
  runs: number,
  subject: (run: number) => unknown,
  baseline: (run: number) => unknown,
): Promise<{ subject: Timing; baseline: Timing }> {
  const taken = { subject: [] as number[], baseline: [] as number[] };
  for (let run = 0; run < runs; run += 1) {
    taken.subject.push(await time(() => subject(run)));
    taken.baseline.push(await time(() => baseline(run)));
  }
  return { subject: summarize(taken.subject), baseline: summarize(taken.baseline) };
}

async function time(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

export interface Figure {
  what: string;
  baselineIs: string;
  subject: Timing;
  baseline: Timing;
}

const milliseconds = (value: number) => (value < 10 ? value.toFixed(2) : value.toFixed(0)).padStart(8);

export function printFigure({ what, baselineIs, subject, baseline }: Figure): void {
  console.log(`${what}`);
  console.log(
    `  ours      median ${milliseconds(subject.median)} ms   p95 ${milliseconds(subject.p95)} ms   (${subject.runs} runs)`,
  );
  console.log(
    `  baseline  median ${milliseconds(baseline.median)} ms   p95 ${milliseconds(baseline.p95)} ms   ${baselineIs}`,
  );
  console.log(
    `  ratio     median ${(subject.median / baseline.median).toFixed(2)}        p95 ${(subject.p95 / baseline.p95).toFixed(2)}\n`,
  );
}
