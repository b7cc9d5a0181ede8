import { readFileSync } from 'node:fs';
import { Random } from '@auto-seg-loss/kernel';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { shortenedIntoCube } from '../src/cube.ts';
import { distributionAt } from '../src/distribution.ts';
import { sampler } from '../src/sampler.ts';

interface Golden {
  readonly cases: readonly {
    readonly mean: readonly number[];
    readonly sigma: number;
    readonly covariance: readonly (readonly number[])[];
    readonly points: readonly { readonly theta: readonly number[]; readonly numbersTaken: number }[];
  }[];
}
const golden: Golden = JSON.parse(readFileSync(new URL('./golden/sampler.json', import.meta.url), 'utf8'));

const unit = fc.double({ min: 0, max: 1, noNaN: true });

describe('the sampler', () => {
  test('draws what cmaes draws from the same numbers, and as often', () => {
    for (const { points, ...distribution } of golden.cases) {
      let taken = 0;
      const normal = (): number => {
        taken += 1;
        return 2 * Math.sin(taken);
      };
      const draw = sampler({ ...distributionAt(distribution.mean, distribution.sigma), ...distribution }, normal);
      for (const { theta, numbersTaken } of points) {
        const drawn = draw();
        expect(taken).toBe(numbersTaken);
        for (const [axis, value] of theta.entries())
          expect(Math.abs((drawn[axis] as number) - value)).toBeLessThan(1e-12);
      }
    }
  });

  test('was recorded with points drawn once, again, and too often', () => {
    const draws = golden.cases.flatMap(({ mean, points }) =>
      points.map(({ numbersTaken }, i) => (numbersTaken - (points[i - 1]?.numbersTaken ?? 0)) / mean.length),
    );
    expect(draws.filter((count) => count === 1).length).toBeGreaterThan(5);
    expect(draws.filter((count) => count > 1 && count < 101).length).toBeGreaterThan(3);
    expect(draws.filter((count) => count === 101).length).toBeGreaterThan(2);
    expect(Math.max(...draws)).toBe(101);
  });

  test.prop([
    fc.integer(),
    fc.array(unit, { minLength: 1, maxLength: 5 }),
    fc.double({ min: -8, max: 8, noNaN: true }),
  ])('stays in the cube, whatever the step size', (seed, mean, exponent) => {
    const random = Random.fromSeed(seed);
    const draw = sampler(distributionAt(mean, 10 ** exponent), () => random.normal());
    for (let i = 0; i < 5; i++) expect(draw().every((value) => value >= 0 && value <= 1)).toBe(true);
  });

  test('has the covariance that it is given', () => {
    const covariance = [
      [1, 0.6],
      [0.6, 0.8],
    ];
    const random = Random.fromSeed('covariance');
    const sigma = 0.02;
    const draw = sampler({ ...distributionAt([0.4, 0.6], sigma), covariance }, () => random.normal());
    const n = 20_000;
    const steps = Array.from({ length: n }, draw).map(([x, y]) => [
      ((x as number) - 0.4) / sigma,
      ((y as number) - 0.6) / sigma,
    ]);
    for (const [i, row] of covariance.entries()) {
      for (const [j, expected] of row.entries()) {
        const measured = steps.reduce((sum, step) => sum + (step[i] as number) * (step[j] as number), 0) / n;
        // The standard deviation of a measured covariance is at most √2/√n = 0.01, and the seed is fixed.
        expect(Math.abs(measured - expected)).toBeLessThan(0.04);
      }
    }
  });
});

describe('the way into the cube', () => {
  test('ends on the face that it meets first', () => {
    expect(shortenedIntoCube([0.5, 0.5], [1.5, 0.75])).toEqual([1, 0.625]);
    expect(shortenedIntoCube([0.5, 0.5], [0.25, -1.5])).toEqual([0.4375, 0]);
    expect(shortenedIntoCube([0.5, 0.5], [0.2, 0.9])).toEqual([0.2, 0.9]);
  });

  test('has no length where it starts on a face and leads out', () => {
    expect(shortenedIntoCube([1, 0.5], [1.5, 0.75])).toEqual([1, 0.5]);
    expect(shortenedIntoCube([0.25, 0], [0.5, -1])).toEqual([0.25, 0]);
  });
});
