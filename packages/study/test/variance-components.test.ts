import { Random } from '@auto-seg-loss/kernel';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { varianceComponents } from '../src/variance-components.ts';

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const variance = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1);
const value = fc.double({ min: -1, max: 1, noNaN: true });
const found = (components: ReturnType<typeof varianceComponents>, ...factors: string[]): number =>
  components.find((each) => each.factors.join() === factors.join())?.variance ?? Number.NaN;

describe('variance components', () => {
  test.prop([fc.array(value, { minLength: 3, maxLength: 3 }), fc.array(value, { minLength: 4, maxLength: 4 })])(
    'of two factors that only add up are the variances of both, and nothing of their combination',
    (a, b) => {
      const factors = [
        { name: 'a', levels: 3 },
        { name: 'b', levels: 4 },
      ];
      const components = varianceComponents(
        factors,
        a.flatMap((one) => b.map((other) => one + other)),
      );
      expect(found(components, 'a')).toBeCloseTo(variance(a), 10);
      expect(found(components, 'b')).toBeCloseTo(variance(b), 10);
      expect(found(components, 'a', 'b')).toBeCloseTo(0, 10);
    },
  );

  test.prop([fc.array(value, { minLength: 12, maxLength: 12 })])(
    'of two factors are those of the table of a two-way analysis of variance',
    (values) => {
      const rows = [0, 1, 2].map((i) => values.slice(4 * i, 4 * i + 4));
      const columns = [0, 1, 2, 3].map((j) => rows.map((row) => row[j] as number));
      const ofRows = 4 * variance(rows.map(mean));
      const ofColumns = 3 * variance(columns.map(mean));
      const rest =
        rows.reduce(
          (sum, row, i) =>
            sum +
            row.reduce((part, one, j) => {
              const fitted = mean(rows[i] ?? []) + mean(columns[j] ?? []) - mean(values);
              return part + (one - fitted) ** 2;
            }, 0),
          0,
        ) / 6;
      const components = varianceComponents(
        [
          { name: 'a', levels: 3 },
          { name: 'b', levels: 4 },
        ],
        values,
      );
      expect(found(components, 'a')).toBeCloseTo((ofRows - rest) / 4, 10);
      expect(found(components, 'b')).toBeCloseTo((ofColumns - rest) / 3, 10);
      expect(found(components, 'a', 'b')).toBeCloseTo(rest, 10);
      expect(components.map(({ freedom }) => freedom)).toEqual([2, 3, 6]);
    },
  );

  test('of three factors are on average what values were drawn with', () => {
    const random = Random.fromSeed('components');
    const levels = { a: 4, b: 3, c: 3 };
    const truth = { a: 4, b: 1, c: 0, 'a,b': 2, 'a,c': 0.5, 'b,c': 3, 'a,b,c': 1 };
    const factors = Object.entries(levels).map(([name, of]) => ({ name, levels: of }));
    const sums = new Map<string, number>();
    const runs = 600;
    for (let run = 0; run < runs; run++) {
      const effects = new Map<string, number>();
      const drawn = (key: string): number => {
        const effect = effects.get(key) ?? random.normal();
        effects.set(key, effect);
        return effect;
      };
      const values: number[] = [];
      for (let a = 0; a < levels.a; a++)
        for (let b = 0; b < levels.b; b++)
          for (let c = 0; c < levels.c; c++) {
            const at = { a, b, c };
            const parts = Object.entries(truth).map(([key, of]) => {
              const place = key.split(',').map((name) => at[name as keyof typeof at]);
              return Math.sqrt(of) * drawn(`${key} ${place.join(' ')}`);
            });
            values.push(parts.reduce((sum, each) => sum + each, 0));
          }
      for (const each of varianceComponents(factors, values))
        sums.set(each.factors.join(), (sums.get(each.factors.join()) ?? 0) + each.variance / runs);
    }
    for (const [key, of] of Object.entries(truth)) expect(Math.abs((sums.get(key) ?? 0) - of)).toBeLessThan(0.45);
  });
});
