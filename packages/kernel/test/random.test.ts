import { Random } from '@auto-seg-loss/kernel';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';

describe('Random', () => {
  test.prop([fc.integer()])('goes on from its state as if it had never been stored', (seed) => {
    const random = Random.fromSeed(seed);
    random.uniform();
    const copy = Random.fromState(JSON.parse(JSON.stringify(random.state())));
    const draws = (generator: Random) => [generator.uniform(), generator.integer(0, 99), generator.normal()];
    expect(draws(copy)).toEqual(draws(random));
    expect(copy.split('x').uniform()).toBe(random.split('x').uniform());
  });

  test('split does not depend on how much was drawn, and labels give different streams', () => {
    const fresh = Random.fromSeed(7);
    const used = Random.fromSeed(7);
    used.normal();
    expect(used.split('a').uniform()).toBe(fresh.split('a').uniform());
    expect(fresh.split('a').uniform()).not.toBe(fresh.split('b').uniform());
    expect(fresh.split('a').split('b').uniform()).not.toBe(fresh.split('b').split('a').uniform());
  });

  test('uniform and normal have the moments of their distributions', () => {
    const random = Random.fromSeed('moments');
    const n = 40_000;
    const uniforms = Array.from({ length: n }, () => random.uniform());
    const normals = Array.from({ length: n }, () => random.normal());
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const square = (values: number[]) => mean(values.map((value) => value * value));
    // Five standard errors: a false alarm in a million, and the seed is fixed.
    expect(Math.abs(mean(uniforms) - 0.5)).toBeLessThan((5 * Math.sqrt(1 / 12)) / Math.sqrt(n));
    expect(Math.abs(mean(normals))).toBeLessThan(5 / Math.sqrt(n));
    expect(Math.abs(square(normals) - 1)).toBeLessThan((5 * Math.SQRT2) / Math.sqrt(n));
    expect(Math.max(...uniforms)).toBeLessThan(1);
    expect(Math.min(...uniforms)).toBeGreaterThanOrEqual(0);
  });

  test('the same seed gives the same numbers on every machine', () => {
    const random = Random.fromSeed(1);
    expect([random.uniform(), random.uniform(), random.integer(0, 1000)]).toMatchInlineSnapshot(`
      [
        0.3081664853860775,
        0.5187102496590177,
        952,
      ]
    `);
  });

  test.prop([fc.integer(), fc.array(fc.integer(), { maxLength: 20 })])('shuffle keeps the items', (seed, items) => {
    expect(Random.fromSeed(seed).shuffle(items).sort()).toEqual([...items].sort());
  });
});
