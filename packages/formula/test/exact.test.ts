import { ExactEvaluator } from '@auto-seg-loss/formula';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { allMetrics } from './metrics.ts';
import { type Image, referenceMetrics } from './reference/metrics.ts';

/** Blocks of classes rather than single pixels, so that there are insides and outlines; label 255 is ignored. */
function imageOf(classes: number, height: number, width: number): fc.Arbitrary<Image> {
  const map = (values: number[]) =>
    fc
      .record({
        block: fc.integer({ min: 1, max: 9 }),
        cells: fc.array(fc.constantFrom(...values), { minLength: height * width, maxLength: height * width }),
      })
      .map(({ block, cells }) =>
        Uint8Array.from(cells, (_, i) => {
          const y = Math.floor(i / width / block) * block;
          const x = Math.floor((i % width) / block) * block;
          return cells[y * width + x] as number;
        }),
      );
  const indices = Array.from({ length: classes }, (_, c) => c);
  return fc.record({
    height: fc.constant(height),
    width: fc.constant(width),
    prediction: map(indices),
    label: map([...indices, 255]),
  });
}

const cases = fc
  .record({
    classes: fc.integer({ min: 1, max: 4 }),
    height: fc.integer({ min: 1, max: 12 }),
    width: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(31, 32, 33, 64, 65)),
    tolerance: fc.integer({ min: 0, max: 40 }),
    background: fc.boolean(),
  })
  .chain((options) =>
    fc.record({
      options: fc.constant(options),
      images: fc.array(imageOf(options.classes, options.height, options.width), { minLength: 1, maxLength: 2 }),
    }),
  );

describe('ExactEvaluator', () => {
  test.prop([cases], { numRuns: 150 })('equals plain loops for all metrics', ({ options, images }) => {
    const evaluator = new ExactEvaluator(allMetrics(options), options.classes);
    for (const { prediction, label, height, width } of images) {
      evaluator.add(prediction as Uint8Array, label as Uint8Array, height, width);
    }
    const expected = referenceMetrics(images, options);
    for (const [name, { value }] of Object.entries(evaluator.result())) {
      if (expected[name] === null) expect(value, name).toBeNull();
      else expect(value, name).toBeCloseTo(expected[name] as number, 12);
    }
  });

  test('an image of nothing but ignored pixels leaves every metric absent', () => {
    const evaluator = new ExactEvaluator(allMetrics({ tolerance: 5, background: true }), 3);
    evaluator.add(new Uint8Array(6), new Uint8Array(6).fill(255), 2, 3);
    for (const [name, score] of Object.entries(evaluator.result())) expect(score.value, name).toBeNull();
  });

  test('per-class values are null for absent classes', () => {
    const evaluator = new ExactEvaluator(allMetrics({ tolerance: 1, background: true }), 3);
    evaluator.add(Uint8Array.of(0, 1, 1, 1), Uint8Array.of(0, 0, 1, 1), 1, 4);
    expect(evaluator.result()['miou']?.perClass).toEqual([0.5, 2 / 3, null]);
    expect(evaluator.result()['miou']?.value).toBeCloseTo(7 / 12, 12);
  });

  test('refuses maps that do not fit and predictions that are no class', () => {
    const evaluator = new ExactEvaluator(allMetrics({ tolerance: 1, background: true }), 2);
    expect(() => evaluator.add(new Uint8Array(3), new Uint8Array(4), 2, 2)).toThrow(/prediction does not fit/);
    expect(() => evaluator.add(new Uint8Array(4), new Uint8Array(5), 2, 2)).toThrow(/label does not fit/);
    expect(() => evaluator.add(Uint8Array.of(0, 2), new Uint8Array(2), 1, 2)).toThrow(/no class/);
  });
});
