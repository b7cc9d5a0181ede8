import { ExactEvaluator } from '@auto-seg-loss/formula';
import { type Metric, Random, weightedMetric } from '@auto-seg-loss/kernel';
import { describe, expect, test } from 'vitest';
import { percentileInterval } from '../src/exact/percentile-interval.ts';
import { randomImages } from './images.ts';
import { allMetrics } from './metrics.ts';
import { type Average, referenceMetrics } from './reference/metrics.ts';

const classes = 3;
const images = randomImages(7, classes, 'bootstrap');

function evaluatorOf(metrics: readonly Metric[], of: typeof images = images): ExactEvaluator {
  const evaluator = new ExactEvaluator(metrics, classes, { keepImages: true });
  for (const { prediction, label, height, width } of of) evaluator.add(prediction, label, height, width);
  return evaluator;
}

/** The images of each draw, one after the other, as a list. */
function draws(resamples: number, seed: string): readonly (typeof images)[] {
  const random = Random.fromSeed(seed);
  const draw = () => images.map(() => images[random.integer(0, images.length - 1)] as (typeof images)[number]);
  return Array.from({ length: resamples }, draw);
}

/** The middle 95 % as NumPy's `percentile` has it. */
function plainInterval(values: readonly (number | null | undefined)[]): readonly [number, number] | null {
  const sorted = values.filter((value) => value !== null && value !== undefined).sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  const at = (share: number) => {
    const place = (sorted.length - 1) * share;
    const [below, above] = [sorted[Math.floor(place)] as number, sorted[Math.ceil(place)] as number];
    return below + (above - below) * (place - Math.floor(place));
  };
  return [at(0.025), at(0.975)];
}

const close = (interval: readonly [number, number] | null) =>
  interval === null ? null : interval.map((value) => expect.closeTo(value, 12));

describe('intervals over draws of images', () => {
  test.each(['dataset', 'image', 'class-and-image'] as const)(
    'equal those of plain loops over the pixels of each draw: %s',
    (average: Average) => {
      for (const background of [true, false]) {
        const options = { classes, tolerance: 1, background, diagonal: 0.1, average };
        const intervals = evaluatorOf(allMetrics(options)).intervals(40, Random.fromSeed('draws'));
        const plain = draws(40, 'draws').map((drawn) => referenceMetrics(drawn, options));
        for (const [full, { value }] of Object.entries(intervals)) {
          const name = average === 'dataset' ? full : full.replace(`-${average}`, '');
          expect(value, full).toEqual(close(plainInterval(plain.map((values) => values[name]))));
        }
      }
    },
  );

  test('of each class are those of its values in the draws that have it', () => {
    const options = { tolerance: 1, background: true } as const;
    const metrics = [...allMetrics(options), ...allMetrics({ ...options, average: 'image' })];
    const both = weightedMetric(
      'both',
      metrics.slice(0, 2).map((metric) => ({ metric, weight: 0.3 })),
    );
    const all = [...metrics, both];
    const intervals = evaluatorOf(all).intervals(60, Random.fromSeed(3));
    const plain = draws(60, '3').map((drawn) => evaluatorOf(all, drawn).result());
    for (const { name } of all) {
      for (let c = 0; c < classes; c++) {
        const expected = plainInterval(plain.map((scores) => scores[name]?.perClass[c]));
        expect(intervals[name]?.perClass[c], `${name}, class ${c}`).toEqual(close(expected));
      }
    }
  });

  test('of a metric that weighs sums of each image by those of all', () => {
    const odd: Metric = {
      name: 'odd',
      measure: ({ sum }, { label, prediction, valid }) => ({
        each: sum(label, valid, 'image'),
        all: sum(prediction, valid),
      }),
      score: ({ mean, ratio }, { each, all }) => mean(ratio(each as never, all as never)),
    };
    const { value } = evaluatorOf([odd]).intervals(30, Random.fromSeed(5)).odd ?? {};
    const plain = draws(30, '5').map((drawn) => evaluatorOf([odd], drawn).result().odd?.value);
    expect(value).toEqual(close(plainInterval(plain)));
  });

  test('hold the value, where images are many and alike', () => {
    for (const average of ['dataset', 'image', 'class-and-image'] as const) {
      const evaluator = evaluatorOf(
        allMetrics({ tolerance: 1, background: true, average }),
        randomImages(80, classes, 'many'),
      );
      const scores = evaluator.result();
      for (const [name, { value }] of Object.entries(evaluator.intervals(200, Random.fromSeed(1)))) {
        const [low, high] = value ?? [1, 0];
        expect(low, name).toBeLessThan(scores[name]?.value as number);
        expect(high, name).toBeGreaterThan(scores[name]?.value as number);
        expect(high - low, name).toBeLessThan(0.2);
      }
    }
  });

  test('are of no width where all images are the same', () => {
    const [one] = images;
    const evaluator = evaluatorOf(allMetrics({ tolerance: 1, background: true }), Array(5).fill(one));
    const scores = evaluator.result();
    for (const [name, { value }] of Object.entries(evaluator.intervals(10, Random.fromSeed(1)))) {
      expect(value, name).toEqual(close([scores[name]?.value as number, scores[name]?.value as number]));
    }
  });

  test('there are none of one image, nor of what is absent', () => {
    const metrics = allMetrics({ tolerance: 1, background: true });
    const none = { value: null, perClass: [null, null, null] };
    const one = evaluatorOf(metrics, images.slice(0, 1)).intervals(10, Random.fromSeed(1));
    expect(one).toEqual(Object.fromEntries(metrics.map(({ name }) => [name, none])));
    const empty = { height: 1, width: 2, prediction: new Uint8Array(2), label: Uint8Array.of(255, 255) };
    expect(evaluatorOf(metrics, [empty, empty]).intervals(10, Random.fromSeed(1)).miou).toEqual(none);
  });

  test('come from the seed', () => {
    const evaluator = evaluatorOf(allMetrics({ tolerance: 1, background: true }));
    const of = (seed: number) => evaluator.intervals(30, Random.fromSeed(seed));
    expect(of(1)).toEqual(of(1));
    expect(of(2)).not.toEqual(of(1));
  });

  test('need the sums of each image', () => {
    const evaluator = new ExactEvaluator(allMetrics({ tolerance: 1, background: true }), classes);
    evaluator.add(new Uint8Array(2), new Uint8Array(2), 1, 2);
    evaluator.add(new Uint8Array(2), new Uint8Array(2), 1, 2);
    expect(() => evaluator.intervals(10, Random.fromSeed(1))).toThrow(/not kept/);
    expect(() => evaluator.imageResult(0)).toThrow(/not kept/);
  });
});

describe('the middle 95 % of values', () => {
  test('lie between order statistics', () => {
    const values = Array.from({ length: 41 }, (_, i) => (40 - i) / 10);
    expect(percentileInterval(values)).toEqual([expect.closeTo(0.1, 12), expect.closeTo(3.9, 12)]);
    expect(percentileInterval([3, 1])).toEqual([expect.closeTo(1.05, 12), expect.closeTo(2.95, 12)]);
    expect(percentileInterval([0.5])).toEqual([0.5, 0.5]);
    expect(percentileInterval([])).toBeNull();
  });
});
