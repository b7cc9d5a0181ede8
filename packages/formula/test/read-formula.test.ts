import { readFormula } from '@auto-seg-loss/formula';
import {
  type MeasureAlgebra,
  type MeasureInputs,
  type Metric,
  type PerClass,
  weightedMetric,
} from '@auto-seg-loss/kernel';
import { describe, expect, test } from 'vitest';
import { allMetrics } from './metrics.ts';

/** A metric with this formula; what is made of its sums does not matter here. */
function metricOf(measure: (algebra: MeasureAlgebra, inputs: MeasureInputs) => PerClass): Metric {
  return {
    name: 'trial',
    measure: (algebra, inputs) => ({ only: measure(algebra, inputs) }),
    score: ({ mean }, sums) => mean(sums.only as PerClass),
  };
}

describe('readFormula', () => {
  test('gives each metric its curves in the published order', () => {
    const slots = Object.fromEntries(
      allMetrics({ tolerance: 5, background: true }).map((metric) => [
        metric.name,
        readFormula(metric).slots.map(({ name, operation }) => `${operation} ${name}`),
      ]),
    );
    expect(slots).toEqual({
      miou: ['and intersection', 'or union'],
      fwiou: ['and intersection', 'or union'],
      macc: ['and intersection'],
      gacc: ['and intersection'],
      dice: ['and intersection', 'or union'],
      biou: ['and intersection', 'or union'],
      bf1: ['and inside.a', 'and inside.b', 'or outside.a', 'or outside.b'],
      'boundary-iou': ['and intersection', 'or union'],
    });
  });

  test('computes equal expressions once', () => {
    const metric = metricOf(({ times, erode, sum }, { prediction }) =>
      sum(times(erode(prediction), erode(prediction))),
    );
    const { mask } = readFormula(metric).sums.only as { mask: { a: unknown; b: unknown } & object };
    expect(mask.a).toBe(mask.b);
  });

  test('a metric made of metrics has the curves of each, and computes what they share once', () => {
    const metrics = allMetrics({ tolerance: 5, background: true });
    const part = (name: string, weight: number) => ({
      metric: metrics.find((each) => each.name === name) as Metric,
      weight,
    });
    const { slots, sums } = readFormula(weightedMetric('weighted', [part('biou', 1), part('bf1', 2), part('biou', 3)]));
    expect(slots.map(({ name }) => name)).toEqual([
      'biou.intersection',
      'biou.union',
      'bf1.inside.a',
      'bf1.inside.b',
      'bf1.outside.a',
      'bf1.outside.b',
      'biou-2.intersection',
      'biou-2.union',
    ]);
    expect(sums['biou.union']?.region).toBe(sums['biou-2.union']?.region);
    const trimap = sums['biou.union']?.region as { b: { a: { a: unknown } } };
    expect(sums['bf1.true']?.mask).toBe(trimap.b.a.a);
  });

  test.each([
    [
      'a share of nothing',
      metricOf(({ erode, sum }, { label }) => sum(erode(label, { radius: { diagonal: 0 } }))),
      /share of/,
    ],
    [
      'a name used twice',
      metricOf(({ and, or, sum, minus }, { prediction, label }) =>
        sum(minus(or('x', prediction, label), and('x', prediction, label))),
      ),
      /"x" stands twice/,
    ],
    [
      'a tolerance of half a pixel',
      metricOf(({ dilate, sum }, { label }) => sum(dilate(label, 0.5))),
      /distance in pixels/,
    ],
    [
      'a region made of the prediction',
      metricOf(({ anyClass, sum }, { prediction, label }) => sum(label, anyClass(prediction))),
      /depends on the prediction/,
    ],
  ])('refuses %s', (_, metric, message) => {
    expect(() => readFormula(metric)).toThrow(message);
  });
});
