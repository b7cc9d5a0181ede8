import { readFormula } from '@auto-seg-loss/formula';
import { type Curve, type Metric, type Piece, type Point, piecewiseCurve } from '@auto-seg-loss/kernel';
import * as engine from '@auto-seg-loss/ops';
import { relaxedSums } from '@auto-seg-loss/relaxed';
import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { nativeInstalled, open } from '../../engine/test/engines.ts';
import { metricOf, trialMetrics } from '../../formula/test/formulas.ts';
import { allMetrics, type MetricOptions } from '../../formula/test/metrics.ts';
import * as logicalSums from '../src/logical-sums.ts';

// What is computed by an operation of its own is computed there once, and nowhere else: a loss would be as right without, but
// many times slower.
vi.mock('@auto-seg-loss/ops', { spy: true });
vi.mock('../src/logical-sums.ts', { spy: true });

const line: readonly Point[] = [
  [0, 0],
  [1, 1],
];
const piece: Piece = { x0: 0, y0: 0, x1: 0.5, y1: 0.3, x2: 1, y2: 1 };
const curve = piecewiseCurve(line, [piece]);
const plain: Curve = { points: line, value: curve.value, derivative: curve.derivative };

const images = 2;
/** The sums of two small images. */
function sumsOf(metric: Metric, curves: readonly Curve[] = readFormula(metric).slots.map(() => curve)) {
  const logits = tf.randomNormal<tf.Rank.R4>([images, 5, 6, 3], 0, 1, 'float32', 1);
  const values = Array.from({ length: images * 30 }, (_, i) => (i % 7 === 0 ? 255 : Math.floor(i / 4) % 3));
  const labels = tf.tensor3d(values, [images, 5, 6], 'int32');
  vi.clearAllMocks();
  const sums = relaxedSums(metric, curves, logits, labels);
  tf.dispose([logits, labels]);
  return sums;
}
const named = (name: string, options: Partial<MetricOptions> = {}): Metric =>
  allMetrics({ tolerance: 1, background: true, ...options }).find((metric) => metric.name === name) as Metric;
const trial = (name: string): Metric => trialMetrics.find((metric) => metric.name === name) as Metric;

describe.runIf(nativeInstalled)('on the native engine', () => {
  beforeEach(() => open('native'));

  /** What sums would be composed of. */
  const composed = [engine.softmax, engine.oneHotLabels, engine.erode, engine.dilate];
  const expectFused = () => {
    for (const operation of composed) expect(operation).not.toHaveBeenCalled();
    expect(logicalSums.intersectionSums).not.toHaveBeenCalled();
    expect(logicalSums.unionSums).not.toHaveBeenCalled();
  };

  test('AND and OR of the same pixels are one operation', () => {
    sumsOf(named('miou'));
    expect(engine.logicalSums).toHaveBeenCalledTimes(1);
    expectFused();
  });

  test('an AND needs no OR, and an OR no AND', () => {
    sumsOf(metricOf('trial', ({ and, sum }, { prediction, label }) => ({ and: sum(and('a', prediction, label)) })));
    expect(engine.logicalSums).toHaveBeenCalledTimes(1);
    expectFused();
    sumsOf(metricOf('trial', ({ or, sum }, { prediction, label }) => ({ or: sum(or('a', prediction, label)) })));
    expect(engine.logicalSums).toHaveBeenCalledTimes(1);
    expectFused();
  });

  test('of each image there is one operation for each', () => {
    sumsOf(
      metricOf('trial', ({ and, or, sum }, { prediction, label, valid }) => ({
        and: sum(and('a', prediction, label), valid, 'image'),
        or: sum(or('b', prediction, label), valid, 'image'),
      })),
    );
    expect(engine.logicalSums).toHaveBeenCalledTimes(images);
    expectFused();
  });

  test('pixels, curves and sums that differ have operations of their own', () => {
    sumsOf(trial('several ANDs and ORs of the same pixels'));
    // Three ANDs with one OR; an AND with two ORs of each image; an AND everywhere; an OR everywhere of each image.
    expect(engine.logicalSums).toHaveBeenCalledTimes(3 + 2 * images + 1 + images);
    expect(engine.softmax).not.toHaveBeenCalled();
  });

  test('a sum under two names is computed once', () => {
    sumsOf(
      metricOf('trial', ({ and, sum }, { prediction, label }) => {
        const hits = and('a', prediction, label);
        return { one: sum(hits), two: sum(hits) };
      }),
    );
    expect(engine.logicalSums).toHaveBeenCalledTimes(1);
    expectFused();
  });

  test('curves without pieces are composed, beside those that have some', () => {
    const one = sumsOf(named('miou'), [curve, plain]);
    expect(engine.logicalSums).toHaveBeenCalledTimes(1);
    expect(logicalSums.intersectionSums).not.toHaveBeenCalled();
    expect(logicalSums.unionSums).toHaveBeenCalledTimes(1);
    const none = sumsOf(named('miou'), [plain, plain]);
    expect(engine.logicalSums).not.toHaveBeenCalled();
    expectSame(one, none);
  });

  test('all sums of F1 of outlines are one operation, of the batch and of each image alike', () => {
    for (const average of ['dataset', 'image'] as const) {
      sumsOf(named(average === 'dataset' ? 'bf1' : 'bf1-image', { average }));
      expect(engine.outlineSums).toHaveBeenCalledTimes(1);
      for (const operation of [engine.softmax, engine.erode, engine.dilate]) expect(operation).not.toHaveBeenCalled();
    }
  });

  test('each outline and each tolerance has one, and what only looks like an outline has none', () => {
    const metric = trial('outlines');
    // Each slot has a curve of its own, by which outlines are told apart.
    const curves = readFormula(metric).slots.map((_, slot) => piecewiseCurve(line, [{ ...piece, y1: 1 / (slot + 2) }]));
    sumsOf(metric, curves);
    const calls = vi.mocked(engine.outlineSums).mock.calls.map(([, , tolerance, of]) => ({ tolerance, of }));
    const tolerances = calls.map(({ tolerance }) => tolerance);
    expect(new Set(calls.map(({ tolerance, of }) => `${tolerance}: ${of.orPrediction}`)).size).toBe(3);
    // At 2 and 0 the first outline, at 2 the second.
    expect(tolerances.sort()).toEqual([0, 2, 2]);
  });

  test('outlines found at two tolerances are told apart', () => {
    const metric = metricOf('trial', ({ and, or, minus, times, erode, edge, dilate, sum }, inputs) => {
      const { prediction, label, everywhere } = inputs;
      const truth = edge(label);
      const outline = minus(or('a', prediction, erode(prediction)), and('b', prediction, erode(prediction)));
      const at = (tolerance: number) => ({
        [`hits at ${tolerance}`]: sum(times(outline, dilate(truth, tolerance)), everywhere),
        [`found at ${tolerance}`]: sum(times(dilate(outline, tolerance), truth), everywhere),
      });
      return { ...at(1), ...at(3), drawn: sum(outline, everywhere), truth: sum(truth, everywhere) };
    });
    const fused = sumsOf(metric);
    expect(engine.outlineSums).toHaveBeenCalledTimes(2);
    expectFused();
    expectSame(fused, sumsOf(metric, [plain, plain, plain, plain]));
    expect(engine.outlineSums).not.toHaveBeenCalled();
  });

  test.each([0, 1, 2, 3])('an outline whose curve %s has no pieces is composed', (without) => {
    const metric = named('bf1');
    const curves = [0, 1, 2, 3].map((slot) => (slot === without ? plain : curve));
    const sums = sumsOf(metric, curves);
    expect(engine.outlineSums).not.toHaveBeenCalled();
    expectSame(sums, sumsOf(metric));
  });

  test('pixels near the label’s edges are one operation', () => {
    sumsOf(named('biou'));
    expect(engine.labelTrimap).toHaveBeenCalledTimes(1);
    expectFused();
    sumsOf(
      metricOf('trial', ({ anyClass, sum }, { prediction, label }) => ({ any: sum(prediction, anyClass(label)) })),
    );
    expect(engine.labelTrimap).not.toHaveBeenCalled();
  });
});

describe('on WebAssembly', () => {
  beforeEach(() => open('wasm'));

  test('AND and OR of prediction and label have sums of their own', () => {
    sumsOf(named('miou'));
    expect(logicalSums.intersectionSums).toHaveBeenCalledTimes(1);
    expect(logicalSums.unionSums).toHaveBeenCalledTimes(1);
    expect(engine.logicalSums).not.toHaveBeenCalled();
    expect(engine.outlineSums).not.toHaveBeenCalled();
  });

  test('any other AND and OR has not', () => {
    sumsOf(
      metricOf('trial', ({ and, or, times, sum }, { prediction, label }) => ({
        and: sum(and('a', label, prediction)),
        or: sum(or('b', label, prediction)),
        'and of the prediction': sum(and('c', prediction, times(prediction, label))),
        'or of the prediction': sum(or('d', prediction, times(prediction, label))),
        'and of the label': sum(and('e', times(prediction, label), label)),
        times: sum(times(prediction, label)),
      })),
    );
    expect(logicalSums.intersectionSums).not.toHaveBeenCalled();
    expect(logicalSums.unionSums).not.toHaveBeenCalled();
  });

  test('what several sums need is computed once', () => {
    sumsOf(trial('sets of pixels'));
    expect(engine.softmax).toHaveBeenCalledTimes(1);
    expect(engine.oneHotLabels).toHaveBeenCalledTimes(1);
  });
});

function expectSame(one: ReturnType<typeof sumsOf>, two: ReturnType<typeof sumsOf>): void {
  expect(Object.keys(one)).toEqual(Object.keys(two));
  for (const [name, rows] of Object.entries(one)) {
    rows.flat().forEach((value, i) => {
      expect(value, name).toBeCloseTo(two[name]?.flat()[i] as number, 3);
    });
  }
}
