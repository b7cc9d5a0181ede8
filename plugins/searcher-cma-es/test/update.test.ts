import { Random } from '@auto-seg-loss/kernel';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { type Distribution, distributionAt } from '../src/distribution.ts';
import { sampler } from '../src/sampler.ts';
import { defaultSamples, strategyFor } from '../src/strategy.ts';
import { eigenvalues } from '../src/symmetric.ts';
import { updateDistribution } from '../src/update.ts';

type Reward = (theta: readonly number[]) => number;

/** The distributions of a search, one for each generation. */
function search(start: readonly number[], generations: number, reward: Reward): readonly Distribution[] {
  const samples = defaultSamples(start.length);
  const strategy = strategyFor(start.length, samples);
  const random = Random.fromSeed(7);
  const history = [distributionAt(start, 0.2)];
  for (let generation = 0; generation < generations; generation++) {
    const before = history.at(-1) as Distribution;
    const draw = sampler(before, () => random.normal());
    const ranked = Array.from({ length: samples }, draw)
      .map((theta) => ({ theta, reward: reward(theta) }))
      .sort((a, b) => b.reward - a.reward)
      .map(({ theta }) => theta);
    history.push(updateDistribution(before, ranked, strategy));
  }
  return history;
}

const mean: Reward = (theta) => theta.reduce((sum, value) => sum + value, 0) / theta.length;
const bowl: Reward = (theta) => 1 - mean(theta.map((value) => (value - 0.6) ** 2));
/** A crease: C becomes ever longer. */
const crease: Reward = (theta) => (theta[0] as number) - 0.9 * Math.abs((theta.at(-1) as number) - 0.5);
const flat: Reward = () => 0.5;
const start = [0.3, 0.3, 0.3, 0.3, 0.3, 0.3];

describe('many updates', () => {
  test.each([
    { name: 'a bowl', reward: bowl, dimensions: 6 },
    { name: 'a bowl of one dimension', reward: bowl, dimensions: 1 },
    { name: 'a slope', reward: mean, dimensions: 6 },
    { name: 'a crease', reward: crease, dimensions: 6 },
    { name: 'a flat reward', reward: flat, dimensions: 2 },
  ])('on $name leave numbers that can be searched with', ({ reward, dimensions }) => {
    for (const { mean, sigma, covariance, path, pathSigma } of search(start.slice(0, dimensions), 1500, reward)) {
      expect(mean.every((value) => value >= 0 && value <= 1)).toBe(true);
      expect([sigma, ...path, ...pathSigma].every(Number.isFinite)).toBe(true);
      expect(sigma).toBeGreaterThanOrEqual(1e-8);
      const values = eigenvalues(covariance);
      expect(Math.min(...values)).toBeGreaterThan(Math.max(0.99e-8, 0.9e-12 * Math.max(...values)));
      expect(covariance.every((row, i) => row.every((value, j) => value === covariance[j]?.[i]))).toBe(true);
    }
  });

  test('stay at a best point in a corner', () => {
    // With the nearest point of the cube in place of the shortened way, σ is above 100 here, and the mean back at 0.7.
    const history = search(start, 400, mean);
    expect(Math.max(...history.map(({ sigma }) => sigma))).toBeLessThan(0.5);
    expect(mean(history.at(-1)?.mean as readonly number[])).toBeGreaterThan(0.999);
  });
});

describe('an update', () => {
  test('keeps eigenvalues above the floor where they would fall below it', () => {
    const strategy = strategyFor(2, 6);
    const covariance = [
      [1, 0],
      [0, 1.01e-8],
    ];
    const before = { ...distributionAt([0.5, 0.5], 0.1), covariance };
    // All steps go along the first axis.
    const thetas = [0.6, 0.55, 0.52, 0.49, 0.45, 0.4].map((x) => [x, 0.5]);
    const after = updateDistribution(before, thetas, strategy);
    expect(Math.min(...eigenvalues(after.covariance))).toBeCloseTo(1e-8, 14);
    expect(Math.max(...eigenvalues(after.covariance))).toBeGreaterThan(0.5);
  });

  test.prop([fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0.001, max: 1, noNaN: true })])(
    'leaves the mean in the cube where rounding would carry it out',
    (mean, sigma) => {
      const thetas = new Array<readonly number[]>(6).fill([1, 0]);
      const after = updateDistribution(distributionAt([mean, 1 - mean], sigma), thetas, strategyFor(2, 6));
      expect(after.mean[0]).toBeLessThanOrEqual(1);
      expect(after.mean[1]).toBeGreaterThanOrEqual(0);
    },
  );

  test('changes neither what it is given nor the past', () => {
    const before = distributionAt([0.5, 0.5], 0.1);
    const thetas = [0.6, 0.55, 0.52, 0.49, 0.45, 0.4].map((x) => [x, 1 - x]);
    const copies = structuredClone({ before, thetas });
    updateDistribution(before, thetas, strategyFor(2, 6));
    expect({ before, thetas }).toEqual(copies);
  });
});
