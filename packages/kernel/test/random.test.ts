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
    const before = [...items];
    expect(Random.fromSeed(seed).shuffle(items).sort()).toEqual([...items].sort());
    expect(items).toEqual(before);
  });

  test('every order comes out of a shuffle as often as any other', () => {
    const random = Random.fromSeed('orders');
    const orders = new Map<string, number>();
    const n = 12_000;
    for (let i = 0; i < n; i++) {
      const order = random.shuffle(['a', 'b', 'c']).join('');
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    expect(orders.size).toBe(6);
    for (const count of orders.values()) expect(Math.abs(count - n / 6)).toBeLessThan(5 * Math.sqrt(n / 6));
  });

  test('integers include both ends, each as often as the others', () => {
    const random = Random.fromSeed('integers');
    const counts = new Map<number, number>();
    for (let i = 0; i < 10_000; i++) {
      const value = random.integer(-2, 2);
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2]);
    for (const count of counts.values()) expect(Math.abs(count - 2000)).toBeLessThan(5 * Math.sqrt(2000));
    expect(random.integer(7, 7)).toBe(7);
  });

  test('normal numbers lie as in the tables of the normal distribution', () => {
    const random = Random.fromSeed('quantiles');
    const n = 20_000;
    const normals = Array.from({ length: n }, () => random.normal());
    for (const [limit, share] of [
      [-1.96, 0.025],
      [-0.6745, 0.25],
      [0, 0.5],
      [1, 0.8413],
      [1.96, 0.975],
    ] as const) {
      const below = normals.filter((value) => value < limit).length / n;
      expect(Math.abs(below - share), `below ${limit}`).toBeLessThan(5 * Math.sqrt((share * (1 - share)) / n));
    }
  });

  test('seeds and labels may be numbers or text: what they say is what counts', () => {
    expect(Random.fromSeed(12).uniform()).toBe(Random.fromSeed('12').uniform());
    expect(Random.fromSeed(12).split(3).uniform()).toBe(Random.fromSeed('12').split('3').uniform());
    expect(Random.fromSeed(1).split(23).uniform()).not.toBe(Random.fromSeed(12).split(3).uniform());
    expect(Random.fromSeed(1).uniform()).not.toBe(Random.fromSeed(2).uniform());
  });

  test('a state is the key and four words, and is not changed by what is drawn after it', () => {
    const random = Random.fromSeed('state');
    const state = random.state();
    expect(state.key).toBe('state');
    expect(state.words).toHaveLength(4);
    const before = [...state.words];
    random.uniform();
    expect(state.words).toEqual(before);
    expect(random.state().words).not.toEqual(before);
  });
});
