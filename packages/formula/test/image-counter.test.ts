import { ExactEvaluator, ImageCounter, looksAtNeighbours } from '@auto-seg-loss/formula';
import { describe, expect, test } from 'vitest';
import { trialMetrics } from './formulas.ts';
import { randomImages } from './images.ts';
import { allMetrics } from './metrics.ts';

const classes = 3;
const images = randomImages(5, classes, 'counter');
const metrics = allMetrics({ tolerance: 1, background: true });
const regions = metrics.filter((metric) => !looksAtNeighbours(metric));

describe('what an image adds', () => {
  test('may be counted elsewhere and added later, in any order', () => {
    const [here, elsewhere] = [new ExactEvaluator(metrics, classes), new ExactEvaluator(metrics, classes)];
    for (const { prediction, label, height, width } of images) here.add(prediction, label, height, width);
    const counted = images.map(({ prediction, label, height, width }) =>
      new ImageCounter(metrics, classes).count(prediction, label, height, width),
    );
    for (const counts of counted.reverse()) elsewhere.addCounts(structuredClone(counts));
    expect(elsewhere.result()).toEqual(here.result());
    expect(elsewhere.confusion()).toEqual(here.confusion());
  });

  test('is scored alone, too', () => {
    const of = [...metrics, ...allMetrics({ tolerance: 1, background: false, average: 'image' })];
    const all = new ExactEvaluator(of, classes, { keepImages: true });
    for (const { prediction, label, height, width } of images) all.add(prediction, label, height, width);
    for (const [index, { prediction, label, height, width }] of images.entries()) {
      const one = new ExactEvaluator(of, classes);
      one.add(prediction, label, height, width);
      expect(all.imageResult(index)).toEqual(one.result());
    }
  });

  test('is counted by pairs of label and prediction', () => {
    const evaluator = new ExactEvaluator(metrics, classes);
    const pairs = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
    for (const { prediction, label, height, width } of images) {
      evaluator.add(prediction, label, height, width);
      label.forEach((l, i) => {
        const row = pairs[l];
        const p = prediction[i] as number;
        if (row !== undefined) row[p] = (row[p] as number) + 1;
      });
    }
    expect(evaluator.confusion()).toEqual(pairs);
  });
});

describe('volumes', () => {
  const [slices, height, width] = [3, 4, 5];
  const [prediction, label] = [1, 2].map((step) =>
    Uint8Array.from({ length: slices * height * width }, (_, i) => (i % 11 === 0 ? 1 : Math.floor(i / step) % classes)),
  ) as [Uint8Array, Uint8Array];

  test('have the values of their slices together, in metrics that look at single voxels', () => {
    const [volume, pictures] = [new ExactEvaluator(regions, classes), new ExactEvaluator(regions, classes)];
    volume.add(prediction, label, height, width, slices);
    for (let slice = 0; slice < slices; slice++) {
      const part = (map: Uint8Array) => map.subarray(slice * height * width, (slice + 1) * height * width);
      pictures.add(part(prediction), part(label), height, width);
    }
    expect(volume.result()).toEqual(pictures.result());
    expect(volume.coverage().images).toBe(1);
  });

  test('are refused by metrics that look at neighbours, by name', () => {
    const evaluator = new ExactEvaluator(metrics, classes);
    expect(() => evaluator.add(prediction, label, height, width, slices)).toThrow(
      expect.objectContaining({
        code: 'ASL_ARGUMENT_INVALID',
        details: { where: 'slices', expected: '1, for biou, bf1, boundary-iou', received: '3' },
      }),
    );
    expect(evaluator.coverage().images).toBe(0);
  });

  test('name the voxel whose prediction is no class', () => {
    const wrong = prediction.with(2 * height * width + width + 3, 9);
    const evaluator = new ExactEvaluator(regions, classes);
    expect(() => evaluator.add(wrong, label, height, width, slices)).toThrow(
      expect.objectContaining({
        details: { where: 'prediction, slice 2, row 1, column 3', expected: '0 to 2', received: '9' },
      }),
    );
    expect(() => evaluator.add(prediction, label, height, width, 2)).toThrow(/does not fit/);
    expect(() => evaluator.add(prediction, label, height, width, 0)).toThrow(/no slices/);
  });

  test('are for the metrics of regions, whatever region they count', () => {
    expect(regions.map(({ name }) => name)).toEqual(['miou', 'fwiou', 'macc', 'gacc', 'dice']);
    expect(trialMetrics.filter((metric) => !looksAtNeighbours(metric)).map(({ name }) => name)).toEqual([
      'sets of pixels',
      'several ANDs and ORs of the same pixels',
    ]);
    const still = trialMetrics.map((metric) => ({
      ...metric,
      measure: (...[algebra, inputs]: Parameters<typeof metric.measure>) => ({
        still: algebra.sum(
          algebra.dilate(algebra.erode(inputs.label, { radius: 0 }), 0),
          algebra.within(algebra.anyClass(inputs.label), inputs.everywhere),
        ),
      }),
    }));
    expect(still.map(looksAtNeighbours)).toEqual(still.map(() => false));
  });
});
