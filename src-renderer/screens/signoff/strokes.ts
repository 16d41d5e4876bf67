import type { Drawing } from "../../../src-main/contract/signoffs.ts";

export type Strokes = Drawing["strokes"];

/** Points as the pad records them: time is milliseconds since 1970. */
export interface PadPoint {
  x: number;
  y: number;
  time: number;
  pressure?: number;
}

/** Strokes with times counted from the first point, so that they hold no wall clock. */
export function pointsToStrokes(groups: readonly { points: readonly PadPoint[] }[]): Strokes {
  const start = groups[0]?.points[0]?.time ?? 0;
  return groups.map(({ points }) =>
    points.map(({ x, y, time, pressure }) => ({
      x,
      y,
      time: Math.max(0, time - start),
      ...(pressure ? { pressure: Math.min(1, pressure) } : {}),
    })),
  );
}

/** Shortest way a pen must go, in drawing units. The engine looks at the picture's ink as well. */
const leastLength = 60;

/** True for nothing, a dot or a short dash: no signature. */
export function isNearlyBlank(strokes: Strokes): boolean {
  let length = 0;
  for (const stroke of strokes) {
    for (const [index, point] of stroke.entries()) {
      const before = stroke[index - 1];
      if (before) length += Math.hypot(point.x - before.x, point.y - before.y);
    }
  }
  return length < leastLength;
}
