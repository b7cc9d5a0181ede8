import type { PerClass, Score } from '@auto-seg-loss/kernel';
import { describe, expect, test } from 'vitest';
import { exactScoreAlgebra as algebra, openScore, sealSums } from '../src/exact/exact-score.ts';

const absent = Number.NaN;
/** Sums of all images together (one row), or of each. */
const sums = (...rows: readonly (readonly number[])[]): PerClass => sealSums(rows.map((row) => Float64Array.from(row)));
const perClass = (value: PerClass) => openScore(algebra.mean(value)).perClass;
const total = (score: Score) => openScore(score).value;

describe('exact arithmetic on sums', () => {
  test('a ratio is absent where both are 0, and 0 where only what is found is', () => {
    expect(perClass(algebra.ratio(sums([1, 0, 0, 3]), sums([2, 4, 0, 3])))).toEqual([0.5, 0, null, 1]);
    // Never infinite, whatever a formula divides.
    expect(perClass(algebra.ratio(sums([1]), sums([0])))).toEqual([null]);
  });

  test('adds and scales class by class', () => {
    expect(perClass(algebra.plus(sums([1, 2]), sums([10, 20])))).toEqual([11, 22]);
    expect(perClass(algebra.scale(2, sums([1, 2])))).toEqual([2, 4]);
    expect(perClass(algebra.scale(2, sums([absent, 2])))).toEqual([null, 4]);
  });

  test('subtracts and clamps class by class; what is absent stays so', () => {
    expect(perClass(algebra.minus(sums([10, 2, absent]), sums([1, 20, 3])))).toEqual([9, -18, null]);
    expect(perClass(algebra.clamp(sums([-0.5, 0.25, 1.5, absent]), 0, 1))).toEqual([0, 0.25, 1, null]);
    const [all, each] = [sums([10, 20]), sums([1, 2], [3, 4])];
    expect(perClass(algebra.minus(all, each))).toEqual([8, 17]);
    expect(total(algebra.mean(algebra.clamp(algebra.withoutBackground(sums([9, 0.5, 7])), 0, 1)))).toBe(0.75);
  });

  test('limits that no number lies between are refused', () => {
    for (const [low, high] of [
      [1, 0],
      [Number.NaN, 1],
    ] as const) {
      expect(() => algebra.clamp(sums([1]), low, high)).toThrow(
        expect.objectContaining({
          code: 'ASL_FORMULA_INVALID',
          details: expect.objectContaining({ received: `${low}, ${high}` }),
        }),
      );
    }
  });

  test('the harmonic mean is 0 where one of both is 0 or absent, and absent where both are', () => {
    const [a, b] = [sums([1, 0.5, 0, 0, absent, 0.5, absent]), sums([1, 0.25, 0.5, 0, 0.5, absent, absent])];
    expect(perClass(algebra.harmonic(a, b))).toEqual([1, 0.25 / 0.75, 0, 0, 0, 0, null]);
  });

  test('what is present only elsewhere is absent', () => {
    expect(perClass(algebra.present(sums([0, 1, 0.5]), sums([7, 8, 9])))).toEqual([null, 8, 9]);
  });
});

describe('exact means', () => {
  test('are over the classes that are not absent', () => {
    expect(openScore(algebra.mean(sums([0.5, absent, 0.25])))).toEqual({ value: 0.375, perClass: [0.5, null, 0.25] });
    expect(openScore(algebra.mean(sums([absent, absent])))).toEqual({ value: null, perClass: [null, null] });
  });

  test('by weight leave absent classes out with their weight', () => {
    const score = algebra.weightedMean(sums([0.5, absent, 0.25]), sums([3, 100, 1]));
    expect(openScore(score)).toEqual({ value: (1.5 + 0.25) / 4, perClass: [0.5, null, 0.25] });
    expect(total(algebra.weightedMean(sums([0.5, 1]), sums([0, 0])))).toBeNull();
  });

  test('without background leave class 0 out, whatever is still made of the value', () => {
    const value = algebra.withoutBackground(sums([1, 0.5, 0.25]));
    const other = sums([1, 1, 1]);
    for (const kept of [
      value,
      algebra.scale(1, value),
      algebra.ratio(value, other),
      algebra.present(other, value),
      algebra.meanOverImages(value),
    ]) {
      expect(openScore(algebra.mean(kept))).toEqual({ value: 0.375, perClass: [null, 0.5, 0.25] });
    }
    expect(total(algebra.weightedMean(value, sums([9, 1, 3])))).toBe((0.5 + 0.75) / 4);
  });

  test('of images: first over the classes of each, then over the images that have one', () => {
    const score = algebra.mean(sums([1, 0.5], [absent, 0.25], [absent, absent]));
    expect(openScore(score)).toEqual({ value: (0.75 + 0.25) / 2, perClass: [1, 0.375] });
  });

  test('of images by weight: each image by its own, or all by the same', () => {
    const value = sums([1, 0.5], [0, 0.25]);
    expect(total(algebra.weightedMean(value, sums([1, 3], [1, 0])))).toBe((2.5 / 4 + 0) / 2);
    expect(total(algebra.weightedMean(value, sums([1, 3])))).toBe((2.5 / 4 + 0.75 / 4) / 2);
  });

  test('of classes over images leave out the images that do not have them', () => {
    const means = algebra.meanOverImages(sums([1, 0.5, absent], [absent, 0.25, absent]));
    expect(openScore(algebra.mean(means))).toEqual({ value: (1 + 0.375) / 2, perClass: [1, 0.375, null] });
  });

  test('a number of all images goes with each image, on either side', () => {
    const [all, each] = [sums([10, 20]), sums([1, 2], [3, 4], [5, 6])];
    expect(perClass(algebra.plus(all, each))).toEqual([13, 24]);
    expect(perClass(algebra.plus(each, all))).toEqual([13, 24]);
    expect(perClass(algebra.plus(each, each))).toEqual([6, 8]);
  });
});

describe('factors of classes', () => {
  test('are of class 0 first, and the last is that of all classes after it', () => {
    expect(perClass(algebra.scaleClasses([0, 2, 3], sums([4, 5, 6, 7])))).toEqual([0, 10, 18, 21]);
    expect(perClass(algebra.scaleClasses([2, 3, 4], sums([5])))).toEqual([10]);
    expect(perClass(algebra.scaleClasses([2], sums([1, absent], [3, 4])))).toEqual([4, 8]);
  });

  test('leave out what was left out', () => {
    const value = algebra.withoutBackground(sums([1, 0.5]));
    expect(openScore(algebra.mean(algebra.scaleClasses([1], value)))).toEqual({ value: 0.5, perClass: [null, 0.5] });
  });

  test('are at least one', () => {
    const none = expect.objectContaining({ code: 'ASL_FORMULA_INVALID' });
    expect(() => algebra.scaleClasses([], sums([1]))).toThrow(none);
  });
});

describe('values in [0, 1]', () => {
  const one = 1 + 2 ** -52;

  test('are put back where rounding has left it', () => {
    expect(openScore(algebra.mean(sums([one, -1e-17]))).perClass).toEqual([1, 0]);
    expect(openScore(algebra.mean(sums([one, absent])))).toEqual({ value: 1, perClass: [1, null] });
    expect(openScore(algebra.mean(sums([one])))).toEqual({ value: 1, perClass: [1] });
  });

  test('are not mended where a formula is wrong', () => {
    expect(openScore(algebra.mean(sums([1.001])))).toEqual({ value: 1.001, perClass: [1.001] });
    expect(openScore(algebra.mean(sums([-0.001])))).toEqual({ value: -0.001, perClass: [-0.001] });
  });
});

describe('scores combined', () => {
  const [one, two] = [algebra.mean(sums([1, 0.5])), algebra.mean(sums([0, absent]))];
  const none = algebra.mean(sums([absent, absent]));

  test('are the weighted mean, of their classes too', () => {
    const score = algebra.combine([
      { score: one, weight: 3 },
      { score: two, weight: 1 },
    ]);
    expect(openScore(score)).toEqual({ value: (3 * 0.75 + 0) / 4, perClass: [0.75, 0.5] });
  });

  test('leave absent ones out', () => {
    const score = algebra.combine([
      { score: one, weight: 3 },
      { score: none, weight: 5 },
    ]);
    expect(openScore(score)).toEqual({ value: 0.75, perClass: [1, 0.5] });
    expect(openScore(algebra.combine([{ score: none, weight: 1 }]))).toEqual({ value: null, perClass: [null, null] });
  });
});
