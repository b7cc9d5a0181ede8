import { priorStart } from '@auto-seg-loss/kernel';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';

const line = (reward: (x: number) => number | null) =>
  Array.from({ length: 21 }, (_, index) => ({ theta: [index / 20, 0.5], reward: reward(index / 20) }));
const hill =
  (peak: number) =>
  (x: number): number =>
    1 - Math.abs(x - peak);

describe('where priors lead', () => {
  test('is nowhere without any', () => {
    expect(priorStart()).toBeUndefined();
    expect(priorStart([])).toBeUndefined();
  });

  test('is where a task was best, and not where a single trial was lucky', () => {
    const lucky = line((x) => (x === 0.1 ? 1 : 0.5 * hill(0.8)(x)));
    expect(priorStart([{ name: 'a', trials: lucky }])?.[0]).toBeGreaterThan(0.6);
  });

  test('of tasks that disagree is between, however far apart the levels of their rewards are', () => {
    const low = { name: 'low', trials: line((x) => 0.01 * hill(0.4)(x)) };
    const high = { name: 'high', trials: line(hill(0.6)) };
    const [x] = priorStart([low, high]) ?? [];
    expect(x).toBeGreaterThanOrEqual(0.4);
    expect(x).toBeLessThanOrEqual(0.6);
  });

  test('is a loss that was found, where nothing else is known', () => {
    const theta = [0.3, 0.9];
    expect(priorStart([{ name: 'published:miou', trials: [{ theta, reward: null }] }])).toEqual(theta);
  });

  const trial = fc.record({
    theta: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 2 }),
    reward: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(null)),
  });
  const tasks = fc.array(
    fc.record({ name: fc.constant('a'), trials: fc.array(trial, { minLength: 1, maxLength: 5 }) }),
    {
      minLength: 1,
      maxLength: 3,
    },
  );
  test.prop([tasks])('is a point that one of them tried', (prior) => {
    expect(prior.flatMap(({ trials }) => trials.map(({ theta }) => theta))).toContain(priorStart(prior));
  });
});
