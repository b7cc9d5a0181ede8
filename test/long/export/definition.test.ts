import { Random } from '@auto-seg-loss/kernel';
import { expect, test } from 'vitest';
import { plainLoss } from '../../../packages/testing/src/metric/evaluate.ts';
import { exportCases } from './cases.ts';
import { defineLoss } from './definition.ts';

/** Of the differences; where they part by more than this share over half the step, a kink is near and nothing is said. */
const STEP = 1e-4;
const KINK = 1e-5;

test('the gradient is that of differences of the value in plain loops, where curves have no corners', () => {
  let compared = 0;
  for (const { title, metric, curves, album, logits, absent } of exportCases()) {
    if (title.includes('corners,') || title.includes('±80')) continue;
    const random = Random.fromSeed(title);
    const direction = Float64Array.from(logits, () => random.normal());
    const along = (by: number): number => {
      const moved = logits.map((value, i) => value + by * (direction[i] as number));
      return plainLoss(metric, curves, album, moved, absent);
    };
    const over = (step: number): number => (along(step) - along(-step)) / (2 * step);
    const { gradient } = defineLoss(metric, curves, album, logits, absent);
    const expected = gradient.reduce((sum, slope, i) => sum + slope * (direction[i] as number), 0);
    const [wide, half] = [over(STEP), over(STEP / 2)];
    if (Math.abs(wide - half) > KINK * Math.abs(half)) continue;
    compared++;
    const difference = Math.abs((4 * half - wide) / 3 - expected);
    expect(difference, title).toBeLessThanOrEqual(1e-6 * Math.max(Math.abs(expected), 1e-4));
  }
  expect(compared).toBeGreaterThan(100);
});
