import { readFileSync } from 'node:fs';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { gaussianProcess, type Observation } from '../src/gaussian-process.ts';

interface Golden {
  readonly cases: readonly {
    readonly name: string;
    readonly observations: readonly Observation[];
    readonly points: readonly { readonly theta: readonly number[]; readonly worth: number }[];
  }[];
}
const golden: Golden = JSON.parse(readFileSync(new URL('./golden/gaussian-process.json', import.meta.url), 'utf8'));

const theta = fc
  .array(fc.integer({ min: 0, max: 20 }), { minLength: 2, maxLength: 2 })
  .map((p) => p.map((v) => v / 20));
const observation = fc.record({
  theta,
  worth: fc.integer({ min: 0, max: 1000 }).map((thousandths) => thousandths / 1000),
  round: fc.nat(3),
});
const histories = fc.array(observation, { minLength: 2, maxLength: 20 });
const expectedBy = (observations: readonly Observation[], point: readonly number[]): number | null =>
  gaussianProcess(observations)?.(point) ?? null;

/** Nothing is expected of equal worths: null then. */
function expectClose(found: number | null, expected: number | null): void {
  if (found === null || expected === null) expect(found).toBe(expected);
  else expect(found).toBeCloseTo(expected, 6);
}

describe('the Gaussian process', () => {
  test.each(golden.cases)('expects what that of scikit-learn expects: $name', ({ observations, points }) => {
    for (const { theta: point, worth } of points) {
      expect(Math.abs((expectedBy(observations, point) as number) - worth)).toBeLessThan(1e-6);
    }
  });

  test.prop([histories, theta, fc.constantFrom(0.01, 0.25, 0.5), fc.constantFrom(0, 0.1)])(
    'worths on another scale change nothing but the scale',
    (observations, point, scale, shift) => {
      const plain = expectedBy(observations, point);
      const bent = expectedBy(
        observations.map((one) => ({ ...one, worth: scale * one.worth + shift })),
        point,
      );
      expectClose(bent, plain === null ? null : scale * plain + shift);
    },
  );

  test.prop([histories, theta])('the order of the observations counts for nothing', (observations, point) => {
    const [forth, back] = [expectedBy(observations, point), expectedBy(observations.toReversed(), point)];
    expectClose(back, forth);
  });

  test('a lucky trial says less where its whole round may have been lucky', () => {
    const earlier = [0, 0.3, 0.7, 1].map((x) => ({ theta: [x], worth: 0.3 + 0.1 * x, round: 0 }));
    const after = (round: number): number =>
      expectedBy([...earlier, ...[0, 0.1].map((x) => ({ theta: [x], worth: 0.6, round }))], [0]) as number;
    expect(after(1)).toBeLessThan(after(0) - 0.01);
  });

  test('knows nothing where all are equal', () => {
    expect(gaussianProcess([0.1, 0.5].map((x) => ({ theta: [x], worth: 0.3, round: 0 })))).toBeNull();
  });
});
