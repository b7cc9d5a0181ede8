import { Random } from '@auto-seg-loss/kernel';
import { test } from '@fast-check/vitest';
import * as fc from 'fast-check';
import { describe, expect } from 'vitest';
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
