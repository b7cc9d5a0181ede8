import { readFormula } from '@auto-seg-loss/formula';
import type { MeasureAlgebra, MeasureInputs, Metric, PerClass } from '@auto-seg-loss/kernel';
import { describe, expect, test } from 'vitest';
import { allMetrics } from './metrics.ts';

/** A metric with this formula; what is made of its sums does not matter here. */
function metricOf(measure: (algebra: MeasureAlgebra, inputs: MeasureInputs) => PerClass): Metric {
  return {
    name: 'trial',
    measure: (algebra, inputs) => ({ only: measure(algebra, inputs) }),
    score: ({ mean }, sums) => mean(sums['only'] as PerClass),
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
    });
  });

  test('computes equal expressions once', () => {
    const metric = metricOf(({ times, erode, sum }, { prediction }) =>
      sum(times(erode(prediction), erode(prediction))),
    );
    const { mask } = readFormula(metric).sums['only'] as { mask: { a: unknown; b: unknown } & object };
    expect(mask.a).toBe(mask.b);
  });

  test.each([
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
