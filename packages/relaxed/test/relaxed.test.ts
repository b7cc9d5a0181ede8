import { openEngine } from '@auto-seg-loss/engine';
import { findInstalled } from '@auto-seg-loss/engine/install';
import { publishedLosses } from '@auto-seg-loss/formula';
import { type Curve, type Metric, piecewiseCurve, Random, weightedMetric } from '@auto-seg-loss/kernel';
import type { Loss } from '@auto-seg-loss/ops';
import { relaxedLoss } from '@auto-seg-loss/relaxed';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test as vitestTest } from 'vitest';
import { bezierSurrogate } from '../../../plugins/surrogate-bezier/src/bezier-surrogate.ts';
import { allMetrics } from '../../formula/test/metrics.ts';
import {
  type Batch,
  type Points,
  referenceLoss,
  type SurrogateOptions,
} from '../../formula/test/reference/surrogates.ts';

interface Task {
  readonly what: string;
  readonly shape: readonly [number, number, number, number];
  /** How sure the network is: 0.1 is nearly uniform, 20 saturates the softmax. */
  readonly scale: number;
  /** Share of ignored pixels, in blocks. */
  readonly ignored: number;
  /** Classes that no label has. */
  readonly absent: number;
  /** Index of an image that is ignored altogether. */
  readonly ignoredImage?: number;
}

/** Whose plain loops take longest. */
const large: readonly Task[] = [
  { what: 'absent classes, ignored blocks', shape: [2, 11, 13, 5], scale: 2, ignored: 0.3, absent: 2 },
  { what: '21 classes, odd sizes', shape: [1, 17, 15, 21], scale: 3, ignored: 0.1, absent: 6 },
];
const tasks: readonly Task[] = [
  // `npm run mutate` runs these tests again and again.
  ...(process.env.ASL_MUTATION === undefined ? large : []),
  { what: 'two classes', shape: [2, 9, 7, 2], scale: 2, ignored: 0, absent: 0 },
  { what: 'saturated', shape: [1, 8, 8, 3], scale: 20, ignored: 0.1, absent: 0 },
  { what: 'nearly uniform', shape: [1, 8, 8, 3], scale: 0.1, ignored: 0.1, absent: 0 },
  { what: 'one pixel', shape: [1, 1, 1, 2], scale: 1, ignored: 0, absent: 0 },
];

/** Images that differ in their classes, and one of nothing but ignored pixels. */
const images: readonly Task[] = [
  { what: 'three images', shape: [3, 7, 9, 4], scale: 2, ignored: 0.2, absent: 0 },
  { what: 'an image without labels', shape: [2, 5, 4, 3], scale: 2, ignored: 0, absent: 0, ignoredImage: 1 },
];

function batchOf({ shape, scale, ignored, absent, ignoredImage }: Task): Batch {
  const random = Random.fromSeed(JSON.stringify([shape, scale]));
  const [n, h, w, c] = shape;
  const present = Math.max(1, c - absent);
  const labels = new Int32Array(n * h * w);
  for (let i = 0; i < n; i++) {
    for (let y = 0; y < h; y++) {
      for (let x = 0; x < w; x++) {
        const block = random.split(`${i}/${Math.floor(y / 3)}/${Math.floor(x / 3)}`);
        const void_ = i === ignoredImage || block.uniform() < ignored;
        labels[(i * h + y) * w + x] = void_ ? 255 : block.integer(0, present - 1);
      }
    }
  }
  const logits = Float32Array.from({ length: n * h * w * c }, (_, i) => {
    const label = labels[Math.floor(i / c)];
    return Math.fround(scale * (random.normal() + (label === i % c ? 1 : 0)));
  });
  return { shape, logits, labels };
}

const allSame = (curves: readonly Points[], count: number): Curve[] =>
  Array.from({ length: count }, (_, i) => {
    const points = curves[i] as Points;
    return bezierSurrogate((points.length - 1) / 2).fromPoints(points);
  });

/** Value and gradient of a loss. */
function evaluate(loss: Loss, batch: Batch): { value: number; gradient: Float32Array } {
  const before = tf.memory().numTensors;
  const result = tf.tidy(() => {
    const logits = tf.tensor4d(batch.logits as Float32Array, [...batch.shape]);
    const labels = tf.tensor3d(
      batch.labels as Int32Array,
      batch.shape.slice(0, 3) as [number, number, number],
      'int32',
    );
    const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => loss.value(x as tf.Tensor4D, labels))(logits);
    return { value: value.dataSync()[0] as number, gradient: grad.dataSync() as Float32Array };
  });
  expect(tf.memory().numTensors).toBe(before);
  return result;
}

function ours(batch: Batch, options: SurrogateOptions): { value: number; gradient: Float32Array } {
  const { average = 'dataset' } = options;
  const wanted = average === 'dataset' ? options.metric : `${options.metric}-${average}`;
  const metric = allMetrics(options).find(({ name }) => name === wanted) as Metric;
  return evaluate(relaxedLoss(metric, allSame(options.curves, options.curves.length)), batch);
}

/** What the float64 reference comes to. Made once for both engines: its plain loops take longer than they do. */
interface Expected {
  readonly value: number;
  /** Central differences by some of the logits; none where the value is no number. */
  readonly slopes: readonly { readonly at: number; readonly slope: number }[];
}

const known = new Map<string, Expected>();

function expectedOf(name: string, batch: Batch, options: SurrogateOptions): Expected {
  const before = known.get(name);
  if (before !== undefined) return before;
  const value = referenceLoss(batch, options);
  const expected = { value, slopes: Number.isNaN(value) ? [] : slopesOf(batch, options) };
  known.set(name, expected);
  return expected;
}

function slopesOf(batch: Batch, options: SurrogateOptions): Expected['slopes'] {
  const step = 1e-5;
  const random = Random.fromSeed('entries');
  return Array.from({ length: 25 }, () => {
    const at = random.integer(0, batch.logits.length - 1);
    const moved = (by: number) => {
      const logits = Float64Array.from(batch.logits);
      logits[at] = (logits[at] as number) + by;
      return referenceLoss({ ...batch, logits }, options);
    };
    return { at, slope: (moved(step) - moved(-step)) / (2 * step) };
  });
}

function expectGradient(gradient: Float32Array, slopes: Expected['slopes']): void {
  const largest = Math.max(...gradient.map(Math.abs));
  for (const { at, slope } of slopes) {
    expect(Math.abs((gradient[at] as number) - slope), `entry ${at}`).toBeLessThan(1e-3 * largest + 1e-9);
  }
}

const published: readonly SurrogateOptions[] = (['miou', 'fwiou', 'macc', 'gacc', 'biou', 'bf1'] as const).flatMap(
  (metric) =>
    [2, 5].map((tolerance) => ({
      metric,
      curves: publishedLosses[metric]?.curves as readonly Points[],
      tolerance,
      background: metric !== 'biou',
    })),
);

const installed = findInstalled().addons !== undefined;
if (!installed) console.warn('The native engine is not installed (asl engine install): its tests are skipped.');

const region = publishedLosses.miou?.curves as readonly Points[];
const boundaryIou: readonly SurrogateOptions[] = [0.02, 0.2, 1].map((diagonal) => ({
  metric: 'boundary-iou',
  curves: region,
  tolerance: 0,
  background: diagonal > 0.1,
  diagonal,
}));

/** Metrics of regions without class 0; their curves do not matter here. */
const foreground: readonly SurrogateOptions[] = [
  ...published,
  { ...(published[0] as SurrogateOptions), metric: 'dice' as const },
]
  .filter(({ metric, tolerance }) => tolerance === 2 && metric !== 'biou' && metric !== 'bf1')
  .map((options) => ({ ...options, background: false }));

/** Means of images, of each metric that is made in another way. */
const averages: readonly SurrogateOptions[] = (['image', 'class-and-image'] as const).flatMap((average) => [
  ...published.filter(({ tolerance }) => tolerance === 2).map((options) => ({ ...options, average })),
  ...boundaryIou.slice(1, 2).map((options) => ({ ...options, average })),
  ...foreground.map((options) => ({ ...options, average })),
]);

const nameOf = ({ what }: Task, options: SurrogateOptions): string => {
  const { metric, tolerance, diagonal, background, average = 'dataset' } = options;
  const distance = diagonal === undefined ? `tolerance ${tolerance}` : `diagonal ${diagonal}`;
  return `${metric}, ${distance}, ${background ? '' : 'no '}background, ${average}: ${what}`;
};

describe.each([
  { backend: 'wasm', available: true },
  { backend: 'native', available: installed },
] as const)('relaxedLoss on the $backend engine', ({ backend, available }) => {
  const test = vitestTest.runIf(available);
  beforeAll(async () => {
    if (available) await openEngine({ backend });
  });

  const pairs = [
    ...tasks.flatMap((task) => published.map((options) => ({ task, options }))),
    ...tasks.filter((task) => task.shape[3] < 21).flatMap((task) => boundaryIou.map((options) => ({ task, options }))),
    ...images.flatMap((task) => [...averages, ...foreground].map((options) => ({ task, options }))),
  ];
  for (const { task, options } of pairs) {
    const name = nameOf(task, options);
    test(name, () => {
      const batch = batchOf(task);
      const { value, gradient } = ours(batch, options);
      const expected = expectedOf(name, batch, options);
      if (Number.isNaN(expected.value)) return; // BF1 of an image without outlines: the published mean of nothing
      expect(Math.abs(value - expected.value)).toBeLessThan(1e-5);
      expectGradient(gradient, expected.slopes);
    });
  }

  test('is finite everywhere, whatever the curve', () => {
    const degenerate: Points[] = [
      [
        [0, 0],
        [0, 1],
        [1, 1],
      ],
      [
        [0, 0],
        [1, 0],
        [1, 1],
      ],
      [
        [0, 0],
        [0, 0],
        [0, 0.5],
        [1, 0.5],
        [1, 1],
      ],
      [
        [0, 0],
        [0.5, 0.5],
        [0.5, 0.5],
        [0.5, 0.7],
        [1, 1],
      ],
      [
        [0, 0],
        [1e-9, 1],
        [1e-8, 1],
        [1, 1],
        [1, 1],
      ],
    ];
    const batch = batchOf({ what: '', shape: [1, 6, 6, 3], scale: 60, ignored: 0.1, absent: 0 });
    for (const points of degenerate) {
      const { value, gradient } = ours(batch, {
        metric: 'miou',
        curves: [points, points],
        tolerance: 1,
        background: true,
      });
      expect(Number.isFinite(value)).toBe(true);
      expect(gradient.every(Number.isFinite)).toBe(true);
    }
  });

  test('a curve without pieces is evaluated by its own functions', () => {
    const metric = allMetrics({ tolerance: 1, background: true })[0];
    if (metric === undefined) throw new Error('no metric');
    const batch = batchOf({ what: '', shape: [1, 5, 5, 3], scale: 1, ignored: 0, absent: 0 });
    const line: Points = [
      [0, 0],
      [0.5, 0.5],
      [1, 1],
    ];
    const square: Curve = { points: line, value: (p) => p * p, derivative: (p) => 2 * p };
    const pieces = piecewiseCurve(line, [{ x0: 0, y0: 0, x1: 0.5, y1: 0, x2: 1, y2: 1 }]);
    const values = [square, pieces].map((curve) =>
      tf.tidy(() => {
        const logits = tf.tensor4d(batch.logits as Float32Array, [1, 5, 5, 3]);
        const labels = tf.tensor3d(batch.labels as Int32Array, [1, 5, 5], 'int32');
        const { value, grad } = tf.valueAndGrad((x: tf.Tensor) =>
          relaxedLoss(metric, [curve, curve]).value(x as tf.Tensor4D, labels),
        )(logits);
        return [...value.dataSync(), ...grad.dataSync()];
      }),
    );
    values[0]?.forEach((value, i) => {
      expect(value).toBeCloseTo(values[1]?.[i] as number, 5);
    });
  });

  test('is 0 with a gradient of 0 where every pixel is ignored', () => {
    const batch = batchOf({ what: '', shape: [2, 4, 5, 3], scale: 1, ignored: 1, absent: 0 });
    for (const options of [...published, ...boundaryIou, ...averages]) {
      const { value, gradient } = ours(batch, options);
      expect(value, options.metric).toBe(0);
      expect(
        gradient.every((each) => each === 0),
        options.metric,
      ).toBe(true);
    }
  });

  test('a weighted metric is one loss, the weighted mean of its parts', () => {
    const metrics = allMetrics({ tolerance: 1, background: true });
    const parts = [
      { name: 'miou', weight: 3 },
      { name: 'bf1', weight: 1 },
      { name: 'miou', weight: 0.5 },
    ].map(({ name, weight }) => ({ metric: metrics.find((each) => each.name === name) as Metric, weight }));
    const curves = ['miou', 'bf1', 'biou'].map((name) => {
      const points = publishedLosses[name]?.curves as readonly Points[];
      return allSame(points, points.length);
    });
    const batch = batchOf({ what: '', shape: [2, 7, 6, 4], scale: 2, ignored: 0.2, absent: 1 });
    const together = evaluate(relaxedLoss(weightedMetric('weighted', parts), curves.flat()), batch);
    const single = parts.map(({ metric }, i) => evaluate(relaxedLoss(metric, curves[i] as Curve[]), batch));
    const mean = (of: (result: (typeof single)[number]) => number) =>
      single.reduce((sum, result, i) => sum + (parts[i]?.weight as number) * of(result), 0) / 4.5;
    expect(together.value).toBeCloseTo(
      mean(({ value }) => value),
      6,
    );
    together.gradient.forEach((value, i) => {
      expect(value).toBeCloseTo(
        mean(({ gradient }) => gradient[i] as number),
        6,
      );
    });
  });

  test('names the argument that does not fit', () => {
    const metric = allMetrics({ tolerance: 1, background: true })[2] as Metric;
    const loss = relaxedLoss(metric, allSame(publishedLosses.macc?.curves as readonly Points[], 1));
    const logits = tf.zeros<tf.Rank.R4>([1, 2, 3, 2]);
    const labels = tf.zeros<tf.Rank.R3>([1, 3, 2], 'int32');
    expect(() => loss.value(logits, labels)).toThrow(/labels are not what a loss takes/);
    tf.dispose([logits, labels]);
  });

  test('refuses another number of curves than the formula has', () => {
    const metric = allMetrics({ tolerance: 1, background: true })[0];
    if (metric === undefined) throw new Error('no metric');
    expect(() => relaxedLoss(metric, [])).toThrow(/do not fit/);
  });
});
