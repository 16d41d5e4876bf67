import { describe, expect, test } from "vitest";
import { isNearlyBlank, pointsToStrokes } from "../../../src-renderer/screens/signoff/strokes.ts";

const line = (length: number) => [
  {
    points: [
      { x: 0, y: 0, time: 1_000 },
      { x: length, y: 0, time: 1_050, pressure: 0.5 },
    ],
  },
];

describe("strokes", () => {
  test("count time from the first point and hold no wall clock", () => {
    const strokes = pointsToStrokes([...line(100), { points: [{ x: 1, y: 1, time: 1_200 }] }]);
    expect(strokes.map((stroke) => stroke.map(({ time }) => time))).toEqual([[0, 50], [200]]);
    expect(strokes[0]?.[1]).toMatchObject({ pressure: 0.5 });
    expect(strokes[0]?.[0]).not.toHaveProperty("pressure");
  });

  test("of nothing, a dot or a short dash are nearly blank; a wave is not", () => {
    expect(isNearlyBlank([])).toBe(true);
    expect(isNearlyBlank(pointsToStrokes([{ points: [{ x: 5, y: 5, time: 1 }] }]))).toBe(true);
    expect(isNearlyBlank(pointsToStrokes(line(40)))).toBe(true);
    expect(isNearlyBlank(pointsToStrokes(line(400)))).toBe(false);
  });
});
