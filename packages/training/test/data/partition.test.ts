import { Random } from '@auto-seg-loss/kernel';
import { test } from '@fast-check/vitest';
import * as fc from 'fast-check';
import { describe, expect } from 'vitest';
import { joinGroups } from '../../src/data/join-groups.ts';
import { partition } from '../../src/data/partition.ts';

const frames = (count: number) => ({ ids: Array.from({ length: count }, (_, i) => `drive/frame${i}.png`) });

describe('partition', () => {
  test.prop([fc.integer({ min: 2, max: 400 }), fc.double({ min: 0.01, max: 0.99, noNaN: true }), fc.integer()])(
    'puts every image in exactly one list, in the shares that were asked for',
    (count, fraction, seed) => {
      const { train, reward } = partition(frames(count), { fraction, random: Random.fromSeed(seed) });
      expect([...train, ...reward].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
      expect(reward).toHaveLength(Math.min(Math.max(Math.round(count * fraction), 1), count - 1));
      for (const list of [train, reward]) expect([...list].sort((a, b) => a - b)).toEqual(list);
    },
  );

  test.prop([fc.integer({ min: 20, max: 400 }), fc.integer()])(
    'holds out at most 8 runs of neighbours, so that few reward images have a neighbour to learn by heart',
    (count, seed) => {
      const { reward } = partition(frames(count), { fraction: 0.3, random: Random.fromSeed(seed) });
      const runs = reward.filter((index, i) => i === 0 || reward[i - 1] !== index - 1);
      expect(runs.length).toBeLessThanOrEqual(Math.min(8, Math.max(1, Math.floor(reward.length / 8))));
    },
  );

  test.each([
    [10, 0.3, 1, [6, 7, 8]],
    [40, 0.25, 7, [21, 22, 23, 24, 25, 26, 27, 28, 29, 30]],
    [100, 0.2, 3, [10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 82, 83, 84, 85, 86, 87, 88, 89, 90, 91]],
  ])('of %d images without twins is what it always was', (count, fraction, seed, reward) => {
    for (const twins of [[], [[reward[0] as number, reward[1] as number]]])
      expect(partition(frames(count), { fraction, random: Random.fromSeed(seed), twins }).reward).toEqual(reward);
  });

  /** Disjoint groups of some of the images. */
  const grouped = fc.integer({ min: 2, max: 60 }).chain((count) =>
    fc.record({
      count: fc.constant(count),
      fraction: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
      seed: fc.integer(),
      groups: fc.array(fc.nat(6), { minLength: count, maxLength: count }),
    }),
  );
  test.prop([grouped])(
    'twins are never on both sides, and both sides have images',
    ({ count, fraction, seed, groups }) => {
      const twins = [1, 2, 3, 4, 5, 6]
        .map((group) => [...groups.keys()].filter((index) => groups[index] === group))
        .filter((group) => group.length > 1);
      const of = (given: typeof twins) =>
        partition(frames(count), { fraction, random: Random.fromSeed(seed), twins: given });
      const { train, reward } = of(twins);
      expect([...train, ...reward].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
      expect(train.length).toBeGreaterThan(0);
      expect(reward.length).toBeGreaterThan(0);
      if (twins.some((group) => group.length === count)) {
        expect({ train, reward }).toEqual(of([]));
        return;
      }
      for (const group of twins) {
        const held = group.filter((index) => reward.includes(index)).length;
        expect([0, group.length]).toContain(held);
      }
    },
  );

  test('copies under other names are held out together, in the number that was asked for', () => {
    const ids = ['a', 'b'].flatMap((copy) => Array.from({ length: 20 }, (_, i) => `${copy}${i}.png`));
    const twins = Array.from({ length: 20 }, (_, i) => [i, 20 + i]);
    const { reward } = partition({ ids }, { fraction: 0.5, random: Random.fromSeed(1), twins });
    expect(reward).toHaveLength(20);
    expect(reward.slice(10)).toEqual(reward.slice(0, 10).map((index) => index + 20));
  });

  test('takes the neighbours from the ids, not from the order of the list', () => {
    const ids = Random.fromSeed(3).shuffle(frames(100).ids);
    const { reward } = partition({ ids }, { fraction: 0.2, random: Random.fromSeed(1) });
    const numbers = reward.map((index) => Number(/\d+/.exec(ids[index] ?? '')?.[0])).sort((a, b) => a - b);
    const runs = numbers.filter((number, i) => i === 0 || numbers[i - 1] !== number - 1);
    expect(runs.length).toBeLessThanOrEqual(2);
  });

  test('every eighth of the data gives reward images', () => {
    const { reward } = partition(frames(400), { fraction: 0.25, random: Random.fromSeed(5) });
    for (let stretch = 0; stretch < 8; stretch++) {
      expect(reward.filter((index) => Math.floor(index / 50) === stretch).length).toBeGreaterThanOrEqual(12);
    }
  });

  test.prop([
    fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 2, maxLength: 30 }),
    fc.double({ min: 0.1, max: 0.6, noNaN: true }),
    fc.integer(),
    fc.array(fc.tuple(fc.nat(200), fc.nat(200)), { maxLength: 3 }),
  ])('slices of one volume are never on both sides, and both sides have images', (sizes, fraction, seed, pairs) => {
    const places = sizes.flatMap((size, volume) => Array.from({ length: size }, (_, z) => [volume, z] as const));
    const split = {
      ids: places.map(([volume, z]) => `c${volume}/z${z}`),
      groups: places.map(([volume]) => `c${volume}`),
    };
    const twins = joinGroups(
      pairs.map((pair) => pair.map((index) => index % places.length)),
      places.length,
    );
    const { train, reward } = partition(split, { fraction, random: Random.fromSeed(seed), twins });
    expect([...train, ...reward].sort((a, b) => a - b)).toEqual([...places.keys()]);
    expect(Math.min(train.length, reward.length)).toBeGreaterThan(0);
    const trained = new Set(train.map((index) => split.groups[index]));
    expect(reward.filter((index) => trained.has(split.groups[index]))).toEqual([]);
  });

  test.prop([fc.array(fc.array(fc.nat(19), { maxLength: 4 }), { maxLength: 12 })])(
    'joined groups are disjoint, and hold each group that they are made of',
    (groups) => {
      const joined = joinGroups(groups, 20);
      const members = joined.flat();
      expect(new Set(members).size).toBe(members.length);
      for (const group of groups.filter((each) => new Set(each).size > 1))
        expect(joined.filter((each) => group.every((index) => each.includes(index)))).toHaveLength(1);
    },
  );

  test('equal streams give equal partitions, others differ', () => {
    const of = (seed: number) => partition(frames(100), { fraction: 0.3, random: Random.fromSeed(seed) });
    expect(of(1)).toEqual(of(1));
    expect(of(1)).not.toEqual(of(2));
  });

  test('one image cannot be divided', () => {
    expect(() => partition(frames(1), { fraction: 0.5, random: Random.fromSeed(0) })).toThrow(
      expect.objectContaining({ code: 'ASL_DATA_INVALID' }),
    );
  });
});
