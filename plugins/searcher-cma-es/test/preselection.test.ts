import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { gaussianProcess, type Observation } from '../src/gaussian-process.ts';
import { preselected, remembered } from '../src/preselection.ts';

/** Points one after the other. */
function drawFrom(points: readonly number[]): () => readonly number[] {
  const queue = points.values();
  return () => [queue.next().value as number];
}

const rising: readonly Observation[] = [0, 0.2, 0.4, 0.6].map((x) => ({ theta: [x], worth: 0.3 * x, round: 0 }));
const points = fc.array(
  fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100),
  { minLength: 12, maxLength: 12 },
);

describe('pre-selection', () => {
  test.prop([points])('takes the most promising of each few draws', (drawn) => {
    const expected = gaussianProcess(rising) as (theta: readonly number[]) => number;
    const draw = preselected(drawFrom(drawn), 4, expected);
    for (const start of [0, 4, 8]) {
      const worths = drawn.slice(start, start + 4).map((x) => expected([x]));
      expect(expected(draw())).toBe(Math.max(...worths));
    }
  });

  test.prop([points])('takes every draw where there is nothing to judge by', (drawn) => {
    for (const [draws, observations] of [
      [1, rising],
      [4, rising.map((one) => ({ ...one, worth: 0.2 }))],
    ] as const) {
      const draw = preselected(drawFrom(drawn), draws, gaussianProcess(observations));
      expect(drawn.map(() => draw()[0])).toEqual(drawn);
    }
  });

  test('remembers the last 200 trials', () => {
    const many = Array.from({ length: 150 }, (_, i): Observation => ({ theta: [i / 150], worth: 0.5, round: 0 }));
    const more = many.map((one) => ({ ...one, round: 1 }));
    expect(remembered([], many)).toEqual(many);
    expect(remembered(many, more)).toEqual([...many.slice(100), ...more]);
  });
});
