import { openEngine } from '@auto-seg-loss/engine';
import type { PerClass, Score } from '@auto-seg-loss/kernel';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { openScore, relaxedScoreAlgebra, sealSums } from '../src/relaxed-score.ts';

// Arithmetic is the same on every engine; where one differs (NaN), it is WebAssembly.
beforeAll(() => openEngine({ backend: 'wasm' }));

type Rows = number[][];
const all = relaxedScoreAlgebra(undefined);
const sums = (...rows: Rows): PerClass => sealSums(tf.tensor2d(rows));

/** A score and its slope by each of the numbers that it is made of. */
function scoreOf(rows: Rows, score: (value: PerClass) => Score): { value: number; slope: number[] } {
  return tf.tidy(() => {
    const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => openScore(score(sealSums(x as tf.Tensor2D))))(
      tf.tensor2d(rows),
    );
    expect(value.shape).toEqual([]);
    return { value: value.dataSync()[0] as number, slope: [...grad.dataSync()] };
  });
}

function expectScore(rows: Rows, score: (value: PerClass) => Score, value: number, slope: readonly number[]): void {
  const found = scoreOf(rows, score);
  expect(found.value).toBeCloseTo(value, 6);
  expect(found.slope).toHaveLength(slope.length);
  found.slope.forEach((each, i) => {
    expect(each).toBeCloseTo(slope[i] as number, 6);
  });
}

/** Numbers class by class: a mean that weighs nothing but one class is that class's number. */
function perClass(make: () => PerClass, classes: number): number[] {
  return Array.from({ length: classes }, (_, c) => {
    const only = Array.from({ length: classes }, (__, other) => (other === c ? 1 : 0));
    return tf.tidy(() => openScore(all.weightedMean(make(), sums(only))).dataSync()[0] as number);
  });
}

const expectPerClass = (make: () => PerClass, expected: readonly number[]) => {
  perClass(make, expected.length).forEach((value, c) => {
    expect(value).toBeCloseTo(expected[c] as number, 6);
  });
};

describe('relaxed arithmetic on sums', () => {
  test('a ratio of nothing is 0: each denominator has a little added', () => {
    expectPerClass(() => all.ratio(sums([1, 0, 0]), sums([2, 4, 0])), [0.5, 0, 0]);
    expectPerClass(() => all.ratio(sums([1e-8]), sums([1e-8])), [0.5]);
  });

  test('adds and scales class by class', () => {
    expectPerClass(() => all.plus(sums([1, 2]), sums([10, 20])), [11, 22]);
    expectPerClass(() => all.scale(3, sums([1, 2])), [3, 6]);
  });

  test('subtracts and clamps class by class', () => {
    expectPerClass(() => all.minus(sums([1, 2]), sums([10, 0.5])), [-9, 1.5]);
    expectPerClass(() => all.clamp(sums([-0.5, 0.25, 1.5]), 0, 1), [0, 0.25, 1]);
    expect(() => all.clamp(sums([1]), 1, 0)).toThrow(expect.objectContaining({ code: 'ASL_FORMULA_INVALID' }));
  });

  test('differences have the slope of both sides; what is cut off has none', () => {
    const weights = () => sums([1, 2, 4]);
    expectScore([[0.5, 1, 0.25]], (value) => all.mean(all.minus(weights(), value)), 5.25 / 3, [-1 / 3, -1 / 3, -1 / 3]);
    expectScore([[-0.5, 0.25, 1.5]], (value) => all.mean(all.clamp(value, 0, 1)), 1.25 / 3, [0, 1 / 3, 0]);
  });

  test('a number that is none stays none', () => {
    expect(scoreOf([[Number.NaN, 0.5]], (value) => all.mean(all.clamp(value, 0, 1))).value).toBeNaN();
  });

  test('the harmonic mean is 0 where one of both is', () => {
    expectPerClass(() => all.harmonic(sums([1, 0.5, 0, 0]), sums([1, 0.25, 0.5, 0])), [1, 1 / 3, 0, 0]);
  });
});

describe('relaxed means', () => {
  test('are over all classes, of all images alike', () => {
    expectScore([[0.5, 0, 0.25]], all.mean, 0.25, [1 / 3, 1 / 3, 1 / 3]);
    expectScore(
      [
        [1, 0],
        [0.5, 0.5],
      ],
      all.mean,
      0.5,
      [0.25, 0.25, 0.25, 0.25],
    );
  });

  test('by weight, over what weighs anything', () => {
    expectScore([[0.5, 1]], (value) => all.weightedMean(value, sums([3, 1])), 0.625, [0.75, 0.25]);
    expectScore([[0.5, 1]], (value) => all.weightedMean(value, sums([0, 0])), 0, [0, 0]);
  });

  test('leave out classes that are not present, and background', () => {
    expectScore([[0.5, 1, 0.25]], (value) => all.mean(all.present(sums([2, 0, 0.1]), value)), 0.375, [0.5, 0, 0.5]);
    expectScore([[0.5, 1, 0.25]], (value) => all.mean(all.withoutBackground(value)), 0.625, [0, 0.5, 0.5]);
    expectScore([[0.5]], (value) => all.mean(all.withoutBackground(value)), 0, [0]);
  });

  test('leave classes out of what is made of them, from either side', () => {
    const one = () => sums([1, 1, 1]);
    const made: readonly ((value: PerClass) => PerClass)[] = [
      (value) => all.scale(1, value),
      (value) => all.ratio(value, one()),
      (value) => all.plus(sums([0, 0, 0]), value),
      (value) => all.minus(value, sums([0, 0, 0])),
      (value) => all.clamp(value, 0, 1),
      (value) => all.present(one(), value),
      (value) => all.withoutBackground(value),
      (value) => all.meanOverImages(value),
    ];
    for (const make of made) {
      expectScore([[0.5, 1, 0.25]], (value) => all.mean(make(all.withoutBackground(value))), 0.625, [0, 0.5, 0.5]);
    }
    const twice = (value: PerClass) => all.withoutBackground(all.present(sums([1, 0, 1]), value));
    expectScore([[0.5, 1, 0.25]], (value) => all.mean(all.plus(twice(value), value)), 0.5, [0, 0, 2]);
    const weights = () => sums([5, 1, 3]);
    expectScore(
      [[0.5, 1, 0.25]],
      (value) => all.weightedMean(all.withoutBackground(value), weights()),
      1.75 / 4,
      [0, 0.25, 0.75],
    );
  });

  test('of classes of several images: first over the classes of each, then over the images that have one', () => {
    const rows = [
      [0.5, 1],
      [0.25, 0.75],
      [0.1, 0.2],
    ];
    const score = (value: PerClass) => all.mean(all.present(sums([1, 1], [0, 1], [0, 0]), value));
    expectScore(rows, score, (0.75 + 0.75) / 2, [0.25, 0.25, 0, 0.5, 0, 0]);
    const background = (value: PerClass) => all.mean(all.withoutBackground(value));
    expectScore(rows, background, (1 + 0.75 + 0.2) / 3, [0, 1 / 3, 0, 1 / 3, 0, 1 / 3]);
    const weighted = (value: PerClass) => all.weightedMean(value, sums([1, 3], [1, 0], [0, 0]));
    expectScore(rows, weighted, (3.5 / 4 + 0.25) / 2, [1 / 8, 3 / 8, 1 / 2, 0, 0, 0]);
  });

  test('over images, of each class: over the images that have it, where that is known', () => {
    const rows = [
      [0.5, 1, 0.3],
      [0.25, 0.75, 0.9],
    ];
    expectScore(rows, (value) => all.mean(all.meanOverImages(value)), 3.7 / 6, new Array(6).fill(1 / 6));
    const present = (value: PerClass) => all.mean(all.meanOverImages(all.present(sums([1, 1, 0], [0, 1, 0]), value)));
    // Class 0 is in one image, class 1 in both, class 2 in none.
    expectScore(rows, present, (0.5 + 0.875) / 2, [0.5, 0.25, 0, 0, 0.25, 0]);
  });

  test('with the classes of the batch, leave out the others', () => {
    const some = relaxedScoreAlgebra(tf.tensor2d([[1, 0, 1]]));
    expectScore([[0.5, 1, 0.25]], some.mean, 0.375, [0.5, 0, 0.5]);
    expectScore([[0.5, 1, 0.25]], (value) => some.mean(some.withoutBackground(value)), 0.25, [0, 0, 1]);
    expectScore([[0.5, 1, 0.25]], (value) => some.weightedMean(value, sums([1, 7, 3])), 1.25 / 4, [0.25, 0, 0.75]);
    expectScore(
      [
        [0.5, 1, 0.25],
        [0.1, 0.2, 0.3],
      ],
      some.mean,
      (0.375 + 0.2) / 2,
      [0.25, 0, 0.25, 0.25, 0, 0.25],
    );
  });
});

test('relaxed scores are combined by weight', () => {
  const combined = (value: PerClass) =>
    all.combine([
      { score: all.mean(value), weight: 3 },
      { score: all.weightedMean(value, sums([0, 1])), weight: 1 },
    ]);
  expectScore([[0.5, 1]], combined, (3 * 0.75 + 1) / 4, [3 / 8, 5 / 8]);
});
