import { isAslError, Random } from '@auto-seg-loss/kernel';
import { test } from '@fast-check/vitest';
import * as fc from 'fast-check';
import { describe, expect } from 'vitest';
import { folds } from '../../src/data/folds.ts';

const frames = (count: number) => ({ ids: Array.from({ length: count }, (_, i) => `drive/frame${i}.png`) });
const all = (count: number) => Array.from({ length: count }, (_, i) => i);
const rising = (list: readonly number[]) => [...list].sort((a, b) => a - b);

/** Images, folds, and disjoint groups of some of the images. */
const divided = fc.integer({ min: 2, max: 90 }).chain((images) =>
  fc.record({
    images: fc.constant(images),
    count: fc.integer({ min: 2, max: Math.min(8, images) }),
    seed: fc.integer(),
    groups: fc.array(fc.nat(9), { minLength: images, maxLength: images }),
  }),
);

describe('folds', () => {
  test.prop([divided])('put each image into exactly one fold, twins into one, and leave none empty', (given) => {
    const { images, count, seed, groups } = given;
    const twins = [1, 2, 3, 4, 5]
      .map((group) => all(images).filter((index) => groups[index] === group))
      .filter((group) => group.length > 1 && group.length < images);
    const apart = images - twins.reduce((sum, group) => sum + group.length - 1, 0);
    const make = () => folds(frames(images), { count, random: Random.fromSeed(seed), twins });
    if (apart < count) {
      expect(make).toThrow(expect.objectContaining({ code: 'ASL_DATA_INVALID' }));
      return;
    }
    const made = make();
    expect(made).toHaveLength(count);
    expect(rising(made.flatMap(({ reward }) => reward))).toEqual(all(images));
    for (const { train, reward } of made) {
      expect(reward.length).toBeGreaterThan(0);
      expect(rising([...train, ...reward])).toEqual(all(images));
      for (const list of [train, reward]) expect(list).toEqual(rising(list));
      for (const group of twins)
        expect([0, group.length]).toContain(group.filter((index) => reward.includes(index)).length);
    }
  });

  test.prop([fc.integer({ min: 8, max: 400 }), fc.integer({ min: 2, max: 8 }), fc.integer()])(
    'are equally large but for one image in each stretch, and made of whole runs of neighbours',
    (images, count, seed) => {
      const made = folds(frames(images), { count, random: Random.fromSeed(seed) });
      const stretches = Math.min(Math.max(Math.floor(images / count / 8), 1), 8);
      const sizes = made.map(({ reward }) => reward.length);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(stretches);
      for (const { reward } of made) {
        const runs = reward.filter((index, i) => i === 0 || reward[i - 1] !== index - 1);
        expect(runs.length).toBeLessThanOrEqual(stretches);
      }
    },
  );

  test.prop([fc.integer(), fc.array(fc.nat(4), { minLength: 40, maxLength: 40 })])(
    'keep the groups of the split itself together, such as slices of one volume',
    (seed, volumes) => {
      const groups = volumes.map(String);
      if (new Set(groups).size < 3) return;
      const made = folds({ ...frames(40), groups }, { count: 3, random: Random.fromSeed(seed) });
      for (const { train, reward } of made) {
        const heldOut = new Set(reward.map((index) => groups[index]));
        expect(train.some((index) => heldOut.has(groups[index]))).toBe(false);
      }
    },
  );

  test('of images that all show the same, or of too few, say what to do', () => {
    const twins = [all(6)];
    const made = folds(frames(6), { count: 3, random: Random.fromSeed(1), twins });
    expect(made.map(({ reward }) => reward.length)).toEqual([2, 2, 2]);
    try {
      folds(frames(6), { count: 3, random: Random.fromSeed(1), twins: [[0, 1, 2, 3, 4]] });
      expect.unreachable();
    } catch (error) {
      if (!isAslError(error)) throw error;
      expect(error.format()).toMatch(/at least 3 images that can be apart.*received.*2, since twins/s);
    }
  });
});
