/** Processor milliseconds of the work, the best of three: what else the machine does is not counted. */
function measure(work: () => unknown): number {
  const costs = [1, 2, 3].map(() => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  });
  return Math.min(...costs);
}

/** The least that a cost counts for, in milliseconds: below it, the clock and the collector decide. */
const floor = 4;

/**
 * How much more eight times the input costs than the input itself, in the same run: about 8 where the work grows with its input,
 * 64 where it grows with the square of it. Inputs should be large enough that the square of them is seconds.
 */
export function growthOf<Input>(make: (size: number) => Input, size: number, work: (input: Input) => unknown): number {
  const [small, large] = [make(size), make(8 * size)];
  work(small);
  return (
    measure(() => work(large)) /
    Math.max(
      floor,
      measure(() => work(small)),
    )
  );
}

/** Between work that grows with its input and work that grows with the square of it. */
export const linear = 25;
