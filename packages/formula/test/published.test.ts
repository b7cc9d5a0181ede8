import { publishedLosses, readFormula } from '@auto-seg-loss/formula';
import type { Metric, Plugin } from '@auto-seg-loss/kernel';
import { plugin as bf1 } from '@auto-seg-loss/metric-bf1';
import { plugin as biou } from '@auto-seg-loss/metric-biou';
import { plugin as fwiou } from '@auto-seg-loss/metric-fwiou';
import { plugin as gacc } from '@auto-seg-loss/metric-gacc';
import { plugin as macc } from '@auto-seg-loss/metric-macc';
import { plugin as miou } from '@auto-seg-loss/metric-miou';
import { describe, expect, test } from 'vitest';
import { bezierSurrogate } from '../../../plugins/surrogate-bezier/src/bezier-surrogate.ts';

const make = <Options>(plugin: Plugin<'metric', Options>): Metric => {
  const options = plugin.options.parse(publishedLosses[plugin.name]?.options);
  return plugin.create(options, { baseDir: '.', cacheDir: '.' }) as Metric;
};
const metrics = [make(miou), make(fwiou), make(biou), make(macc), make(gacc), make(bf1)];

test('the six metrics of the paper have published losses', () => {
  expect(Object.keys(publishedLosses)).toEqual(metrics.map(({ name }) => name));
});

describe.each(Object.entries(publishedLosses))('the published loss for %s', (name, loss) => {
  const metric = metrics.find((each) => each.name === name) as Metric;

  test('is of the metric with the options that it was found with, a curve for each slot', () => {
    expect(loss.metric).toBe(name);
    expect(loss.curves).toHaveLength(readFormula(metric).slots.length);
  });

  test('has the published tolerance and background', () => {
    const published: Record<string, unknown> = {
      biou: { tolerance: 5, background: false },
      bf1: { tolerance: 5, background: true },
    };
    expect(loss.options).toEqual(published[name] ?? {});
  });

  test('has curves that rise from (0, 0) to (1, 1)', () => {
    for (const points of loss.curves) {
      expect(points).toHaveLength(2 * loss.pieces + 1);
      expect(points[0]).toEqual([0, 0]);
      expect(points.at(-1)).toEqual([1, 1]);
      const curve = bezierSurrogate(loss.pieces).fromPoints(points);
      const values = Array.from({ length: 101 }, (_, i) => curve.value(i / 100));
      expect(values).toEqual([...values].sort((a, b) => a - b));
    }
  });
});
