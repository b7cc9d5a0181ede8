import { type CoverageCounts, ExactEvaluator, unusualIgnoredShare } from '@auto-seg-loss/formula';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';

const classes = 3;
const labels = fc.constantFrom(0, 1, 2, 3, 255, -1);
const image = fc
  .array(fc.tuple(fc.constantFrom(0, 1, 2), labels, fc.integer({ min: 1, max: 9 })), { minLength: 1, maxLength: 12 })
  .map((runs) => runs.flatMap(([p, l, length]) => new Array<readonly [number, number]>(length).fill([p, l])));

const countsOf = (images: readonly (readonly (readonly [number, number])[])[]): CoverageCounts => {
  const evaluator = new ExactEvaluator([], classes);
  for (const pixels of images) {
    const [prediction, label] = [pixels.map(([p]) => p), pixels.map(([, l]) => l)];
    evaluator.add(Uint8Array.from(prediction), Int32Array.from(label), 1, pixels.length);
  }
  return evaluator.coverage();
};

describe('what scores rest on', () => {
  test.prop([fc.array(image, { maxLength: 4 })])('equals a count of each pixel', (images) => {
    const all = images.flat();
    const counted = all.filter(([, l]) => l >= 0 && l < classes);
    expect(countsOf(images)).toEqual({
      images: images.length,
      pixels: counted.length,
      ignored: all.length - counted.length,
      present: [0, 1, 2].map((c) => counted.filter(([, l]) => l === c).length),
      predicted: [0, 1, 2].map((c) => counted.filter(([p]) => p === c).length),
    });
  });

  const share = (pixels: number, ignored: number) =>
    unusualIgnoredShare({ images: 1, pixels, ignored, present: [], predicted: [] });

  test('outlines that data sets leave out are nothing unusual, most of an image is', () => {
    expect(share(0, 0)).toBeUndefined();
    expect(share(88, 12)).toBeUndefined();
    expect(share(80, 20)).toBeUndefined();
    expect(share(75, 25)).toBe(0.25);
    expect(share(0, 7)).toBe(1);
  });
});
