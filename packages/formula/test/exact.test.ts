import { type ClassMap, ExactEvaluator } from '@auto-seg-loss/formula';
import type { Metric } from '@auto-seg-loss/kernel';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { allMetrics } from './metrics.ts';
import { type Average, type Image, referenceMetrics } from './reference/metrics.ts';

/** Blocks of classes rather than single pixels, so that there are insides and outlines; label 255 is ignored. */
function imageOf(classes: number, height: number, width: number): fc.Arbitrary<Image> {
  const map = (values: number[]) =>
    fc
      .record({
        block: fc.integer({ min: 1, max: 9 }),
        cells: fc.array(fc.constantFrom(...values), { minLength: height * width, maxLength: height * width }),
        wide: fc.boolean(),
      })
      .map(({ block, cells, wide }) => {
        const blocks = cells.map((_, i) => {
          const y = Math.floor(i / width / block) * block;
          const x = Math.floor((i % width) / block) * block;
          return cells[y * width + x] as number;
        });
        return wide ? Int32Array.from(blocks) : Uint8Array.from(blocks);
      });
  const indices = Array.from({ length: classes }, (_, c) => c);
  return fc.record({
    height: fc.constant(height),
    width: fc.constant(width),
    prediction: map(indices),
    label: map([...indices, 255]),
  });
}

const sizes = fc.record({
  height: fc.integer({ min: 1, max: 12 }),
  width: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(31, 32, 33, 64, 65)),
});

const cases = fc
  .record({
    classes: fc.integer({ min: 1, max: 4 }),
    tolerance: fc.integer({ min: 0, max: 40 }),
    background: fc.boolean(),
    diagonal: fc.constantFrom(0.02, 0.1, 0.5, 1),
    average: fc.constantFrom<Average>('dataset', 'image', 'class-and-image'),
  })
  .chain((options) =>
    fc.record({
      options: fc.constant(options),
      // Sizes change and come back: what is left in the evaluator's buffers must not show.
      images: fc.array(
        sizes.chain(({ height, width }) => imageOf(options.classes, height, width)),
        { minLength: 1, maxLength: 3 },
      ),
    }),
  );

const add = (evaluator: ExactEvaluator, { prediction, label, height, width }: Image) => {
  evaluator.add(prediction as Uint8Array, label as Uint8Array, height, width);
};

describe('ExactEvaluator', () => {
  test.prop([cases], { numRuns: 200 })('equals plain loops for all metrics and averages', ({ options, images }) => {
    const evaluator = new ExactEvaluator(allMetrics(options), options.classes);
    for (const image of images) add(evaluator, image);
    const expected = referenceMetrics(images, options);
    for (const [full, { value }] of Object.entries(evaluator.result())) {
      const name = options.average === 'dataset' ? full : full.replace(`-${options.average}`, '');
      if (expected[name] === null) expect(value, name).toBeNull();
      else expect(value, name).toBeCloseTo(expected[name] as number, 12);
    }
  });

  test('a region made of one class alone keeps its pixels while other classes are counted', () => {
    const [prediction, label] = [new Uint8Array(10).fill(2), Uint8Array.of(255, 255, 255, 255, 255, 255, 0, 0, 0, 0)];
    const options = { classes: 3, tolerance: 1, background: true, diagonal: 0.1, average: 'dataset' } as const;
    const evaluator = new ExactEvaluator(allMetrics(options), 3);
    evaluator.add(prediction, label, 5, 2);
    expect(evaluator.result()['boundary-iou']?.perClass).toEqual([0, null, 0]);
  });

  test.prop([cases], { numRuns: 50 })('a perfect prediction is worth 1, or nothing', ({ options, images }) => {
    const evaluator = new ExactEvaluator(allMetrics(options), options.classes);
    for (const image of images) {
      const label = Array.from(image.label, (value) => (value === 255 ? 0 : value));
      const perfect = Uint8Array.from(label);
      evaluator.add(perfect, perfect, image.height, image.width);
    }
    for (const [name, { value }] of Object.entries(evaluator.result())) expect([1, null], name).toContain(value);
  });

  test('one image has the same mean over images and over the data set, where the label has all classes', () => {
    const image = { prediction: Uint8Array.of(0, 1, 1, 1, 2, 0), label: Uint8Array.of(0, 0, 1, 1, 2, 2) };
    const values = (['dataset', 'image', 'class-and-image'] as const).map((average) => {
      const evaluator = new ExactEvaluator(allMetrics({ tolerance: 1, background: true, average }), 3);
      evaluator.add(image.prediction, image.label, 2, 3);
      return Object.values(evaluator.result()).map(({ value }) => value?.toFixed(12));
    });
    expect(values[1]).toEqual(values[0]);
    expect(values[2]).toEqual(values[0]);
  });

  test('by image, a class counts where the label has it', () => {
    const [miou] = allMetrics({ tolerance: 1, background: true, average: 'image' });
    if (miou === undefined) throw new Error('no metric');
    const evaluator = new ExactEvaluator([miou], 3);
    evaluator.add(Uint8Array.of(0, 0, 2, 2), Uint8Array.of(0, 0, 0, 0), 1, 4); // 1/2; class 2 is a false alarm only
    evaluator.add(Uint8Array.of(0, 1, 1, 1), Uint8Array.of(0, 0, 1, 1), 1, 4); // 1/2 and 2/3
    evaluator.add(Uint8Array.of(0, 1, 1, 1), Uint8Array.of(255, 255, 255, 255), 1, 4); // nothing
    expect(evaluator.result()['miou-image']?.value).toBeCloseTo((1 / 2 + 7 / 12) / 2, 12);
    expect(evaluator.result()['miou-image']?.perClass).toEqual([1 / 2, 2 / 3, null]);
  });

  test.each(['dataset', 'image', 'class-and-image'] as const)(
    'without a labelled pixel, every metric is absent: %s',
    (average) => {
      const evaluator = new ExactEvaluator(allMetrics({ tolerance: 5, background: true, average }), 3);
      const absent = Object.values(evaluator.result());
      evaluator.add(new Uint8Array(6), new Uint8Array(6).fill(255), 2, 3);
      for (const { value, perClass } of [...absent, ...Object.values(evaluator.result())]) {
        expect(value).toBeNull();
        expect(perClass).toEqual([null, null, null]);
      }
    },
  );

  test('one pixel, one class', () => {
    const evaluator = new ExactEvaluator(allMetrics({ tolerance: 5, background: true }), 1);
    evaluator.add(Uint8Array.of(0), Int32Array.of(0), 1, 1);
    const values = Object.entries(evaluator.result()).map(([name, { value }]) => [name, value]);
    // Without an outline in the label, there is no trimap, and nothing to draw.
    const expected = { miou: 1, fwiou: 1, macc: 1, gacc: 1, dice: 1, biou: null, bf1: null, 'boundary-iou': 1 };
    expect(Object.fromEntries(values)).toEqual(expected);
  });

  test('labels of 32 bits may have any value', () => {
    const evaluator = new ExactEvaluator(allMetrics({ tolerance: 1, background: true }), 2);
    evaluator.add(Int32Array.of(0, 1, 0, 1), Int32Array.of(-1, 2 ** 31 - 1, 0, 256), 2, 2);
    expect(evaluator.result().gacc?.value).toBe(1);
  });

  test('per-class values are null for absent classes', () => {
    const evaluator = new ExactEvaluator(allMetrics({ tolerance: 1, background: true }), 3);
    evaluator.add(Uint8Array.of(0, 1, 1, 1), Uint8Array.of(0, 0, 1, 1), 1, 4);
    expect(evaluator.result().miou?.perClass).toEqual([0.5, 2 / 3, null]);
    expect(evaluator.result().miou?.value).toBeCloseTo(7 / 12, 12);
  });

  test.each([
    ['prediction', () => [new Uint8Array(3), new Uint8Array(4), 2, 2], /2×2 = 4/, '3'],
    ['label', () => [new Uint8Array(6), new Uint8Array(5), 2, 3], /2×3 = 6/, '5'],
    [
      'label',
      () => [new Uint8Array(4), Float32Array.of(0, 0, 0, 0), 2, 2],
      /Uint8Array or an Int32Array/,
      'Float32Array',
    ],
    ['prediction', () => [[0, 0, 0, 0], new Uint8Array(4), 2, 2], /Uint8Array or an Int32Array/, 'Array'],
    ['height', () => [new Uint8Array(0), new Uint8Array(0), 0, 2], /from 1/, '0'],
    ['width', () => [new Uint8Array(4), new Uint8Array(4), 2, 2.5], /from 1/, '2.5'],
    ['prediction, row 0, column 1', () => [Uint8Array.of(0, 2), new Uint8Array(2), 1, 2], /^0 to 1$/, '2'],
  ])('refuses a wrong %s, and adds nothing', (where, input, expected, received) => {
    const evaluator = new ExactEvaluator(allMetrics({ tolerance: 1, background: true, average: 'image' }), 2);
    const wrong = () => evaluator.add(...(input() as unknown as Parameters<ExactEvaluator['add']>));
    expect(wrong).toThrow(
      expect.objectContaining({
        code: 'ASL_ARGUMENT_INVALID',
        details: { where, expected: expect.stringMatching(expected), received },
      }),
    );
    evaluator.add(Uint8Array.of(0, 1), Uint8Array.of(0, 1), 1, 2);
    expect(evaluator.result()['miou-image']?.value).toBe(1);
    expect(evaluator.sums()['miou-image']?.intersection).toEqual([[1, 1]]);
  });

  // Metrics of single pixels and of outlines read the prediction in different ways.
  test.each([[['miou']], [['bf1']], [['miou', 'bf1']], [[]]])(
    'names the first pixel whose prediction is no class: %s',
    (names: readonly string[]) => {
      const metrics = allMetrics({ tolerance: 1, background: true }).filter(({ name }) => names.includes(name));
      const refused = (where: string, received: string) =>
        expect.objectContaining({ details: { where: `prediction, ${where}`, expected: '0 to 2', received } });
      const add = (prediction: ClassMap) => () =>
        new ExactEvaluator(metrics, 3).add(prediction, new Uint8Array(6), 2, 3);
      expect(add(Uint8Array.of(3, 0, 0, 0, 4, 0))).toThrow(refused('row 0, column 0', '3'));
      expect(add(Int32Array.of(0, 1, 2, 0, 0, -1))).toThrow(refused('row 1, column 2', '-1'));
      expect(add(Uint8Array.of(0, 1, 2, 2, 255, 3))).toThrow(refused('row 1, column 1', '255'));
      expect(add(Uint8Array.of(0, 1, 2, 2, 1, 0))).not.toThrow();
    },
  );

  test('refuses two metrics of one name', () => {
    const metrics = [1, 2].flatMap((tolerance) => allMetrics({ tolerance, background: true }));
    expect(() => new ExactEvaluator(metrics, 2)).toThrow(
      expect.objectContaining({
        code: 'ASL_ARGUMENT_INVALID',
        details: { where: 'metrics', expected: expect.stringContaining('of its own'), received: 'miou' },
      }),
    );
  });

  test.each([0, -1, 1.5, Number.NaN])('refuses to evaluate %s classes', (classes) => {
    expect(() => new ExactEvaluator([], classes)).toThrow(
      expect.objectContaining({
        code: 'ASL_ARGUMENT_INVALID',
        details: { where: 'classes', expected: 'a whole number from 1', received: String(classes) },
      }),
    );
  });

  test('tells what each metric adds up: over all images, or of each', () => {
    const [miou] = allMetrics({ tolerance: 1, background: true });
    const [ofImages] = allMetrics({ tolerance: 1, background: true, average: 'image' });
    const evaluator = new ExactEvaluator([miou as Metric, ofImages as Metric], 2);
    expect(evaluator.sums().miou).toEqual({ intersection: [[0, 0]], union: [[0, 0]] });
    evaluator.add(Uint8Array.of(0, 1, 1), Uint8Array.of(0, 0, 1), 1, 3);
    evaluator.add(Uint8Array.of(1, 1), Uint8Array.of(1, 255), 2, 1);
    expect(evaluator.sums().miou).toEqual({ intersection: [[1, 2]], union: [[2, 3]] });
    const { intersection, union, ...labelled } = evaluator.sums()['miou-image'] ?? {};
    expect([intersection, union]).toEqual([
      [
        [1, 1],
        [0, 1],
      ],
      [
        [2, 2],
        [0, 1],
      ],
    ]);
    expect(Object.values(labelled)).toEqual([
      [
        [2, 1],
        [0, 1],
      ],
    ]);
  });
});
