import { readFormula } from '@auto-seg-loss/formula';
import {
  type Disc,
  type Distance,
  type Mask,
  type MeasureAlgebra,
  type MeasureInputs,
  type Metric,
  type PerClass,
  type Region,
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

  test('names a curve for its operation alone, where one input is soft; crisp operations have none', () => {
    const { slots, sums } = readFormula({
      ...metricOf(({ sum }, { label }) => sum(label)),
      measure: ({ and, or, erode, edge, sum }, { prediction, label }) => ({
        left: sum(and('left', prediction, label)),
        right: sum(or('right', label, erode(prediction))),
        crisp: sum(and('crisp', label, edge(label))),
        both: sum(or('both', edge(prediction), and('inner', prediction, label))),
      }),
    });
    expect(slots).toEqual([
      { name: 'left', operation: 'and' },
      { name: 'right', operation: 'or' },
      { name: 'inner', operation: 'and' },
      { name: 'both.a', operation: 'or' },
      { name: 'both.b', operation: 'or' },
    ]);
    const curves = Object.values(sums).map(({ mask }) => {
      const { curveA, curveB } = mask as { curveA?: number; curveB?: number };
      return [curveA, curveB];
    });
    expect(curves).toEqual([
      [0, undefined],
      [undefined, 1],
      [undefined, undefined],
      [3, 4],
    ]);
  });

  test('what is made of the prediction is soft, whatever is done to it', () => {
    const { sums } = readFormula({
      ...metricOf(({ sum }, { label }) => sum(label)),
      measure: ({ and, or, minus, times, erode, dilate, edge, sum }, { prediction, label }) => ({
        and: sum(and('a', label, prediction)),
        or: sum(or('b', prediction, label)),
        minus: sum(minus(label, prediction)),
        times: sum(times(prediction, label)),
        erode: sum(erode(prediction)),
        dilate: sum(dilate(prediction, 1)),
        edge: sum(edge(prediction)),
        crisp: sum(times(minus(label, erode(label)), or('c', dilate(label, 1), edge(label)))),
      }),
    });
    const soft = Object.entries(sums).filter(([, { mask }]) => mask.soft);
    expect(soft.map(([name]) => name)).toEqual(['and', 'or', 'minus', 'times', 'erode', 'dilate', 'edge']);
  });

  test('a sum is over the valid pixels of all images, unless it says otherwise', () => {
    const { sums } = readFormula({
      ...metricOf(({ sum }, { label }) => sum(label)),
      measure: ({ sum }, { label, valid, everywhere }) => ({
        plain: sum(label),
        same: sum(label, valid, 'data set'),
        everywhere: sum(label, everywhere),
        image: sum(label, valid, 'image'),
      }),
    });
    expect(sums.plain).toMatchObject({ region: { op: 'valid' }, of: 'data set' });
    expect(sums.plain?.key).toBe(sums.same?.key);
    expect(sums.everywhere).toMatchObject({ region: { op: 'everywhere' }, of: 'data set' });
    expect(sums.image).toMatchObject({ region: { op: 'valid' }, of: 'image' });
    expect(new Set(Object.values(sums).map(({ key }) => key)).size).toBe(3);
  });

  describe('tells apart what is not the same', () => {
    const masks: Record<string, (algebra: MeasureAlgebra, inputs: MeasureInputs) => Mask> = {
      prediction: (_, { prediction }) => prediction,
      label: (_, { label }) => label,
      and: ({ and }, { label }) => and('x', label, label),
      or: ({ or }, { label }) => or('y', label, label),
      minus: ({ minus, edge }, { label }) => minus(label, edge(label)),
      'minus, exchanged': ({ minus, edge }, { label }) => minus(edge(label), label),
      times: ({ times, edge }, { label }) => times(label, edge(label)),
      edge: ({ edge }, { label }) => edge(label),
      'edge of the prediction': ({ edge }, { prediction }) => edge(prediction),
      erode: ({ erode }, { label }) => erode(label),
      'erode by 2': ({ erode }, { label }) => erode(label, { radius: 2 }),
      'erode at the border too': ({ erode }, { label }) => erode(label, { outside: 0 }),
      'erode by a share': ({ erode }, { label }) => erode(label, { radius: { diagonal: 1 } }),
      dilate: ({ dilate }, { label }) => dilate(label, 1),
      'dilate by 2': ({ dilate }, { label }) => dilate(label, 2),
      'dilate by a share': ({ dilate }, { label }) => dilate(label, { diagonal: 1 }),
      'dilate by another share': ({ dilate }, { label }) => dilate(label, { diagonal: 0.5 }),
      'dilate by a disc': ({ dilate }, { label }) => dilate(label, { disc: 2 }),
      'dilate by another disc': ({ dilate }, { label }) => dilate(label, { disc: 2.5 }),
      'dilate by a disc of other pixels': ({ dilate }, { label }) => dilate(label, { disc: 2, spacing: [1, 2] }),
      'dilate by a disc of pixels turned': ({ dilate }, { label }) => dilate(label, { disc: 2, spacing: [2, 1] }),
      'erode by a disc': ({ erode }, { label }) => erode(label, { radius: { disc: 2 } }),
    };
    const regions: Record<string, (algebra: MeasureAlgebra, inputs: MeasureInputs) => Region> = {
      valid: (_, { valid }) => valid,
      everywhere: (_, { everywhere }) => everywhere,
      anyClass: ({ anyClass }, { label }) => anyClass(label),
      'anyClass of edges': ({ anyClass, edge }, { label }) => anyClass(edge(label)),
      'anyClass without background': ({ anyClass }, { label }) => anyClass(label, { withoutBackground: true }),
      within: ({ within, anyClass }, { label, valid }) => within(valid, anyClass(label)),
      'within everywhere': ({ within, anyClass }, { label, everywhere }) => within(everywhere, anyClass(label)),
    };

    test('masks', () => {
      const keys = Object.entries(masks).map(([name, make]) => {
        const { sums } = readFormula(metricOf((algebra, inputs) => algebra.sum(make(algebra, inputs))));
        return [sums.only?.key, name];
      });
      expect(new Map(keys as [string, string][]).size).toBe(Object.keys(masks).length);
    });

    test('regions', () => {
      const keys = Object.entries(regions).map(([name, make]) => {
        const measure = (algebra: MeasureAlgebra, inputs: MeasureInputs) =>
          algebra.sum(inputs.label, make(algebra, inputs));
        return [readFormula(metricOf(measure)).sums.only?.key, name];
      });
      expect(new Map(keys as [string, string][]).size).toBe(Object.keys(regions).length);
    });

    test('operations with curves of their own, though they are of the same masks', () => {
      const { sums } = readFormula({
        ...metricOf(({ sum }, { label }) => sum(label)),
        measure: ({ and, sum }, { prediction, label }) => ({
          one: sum(and('one', prediction, label)),
          two: sum(and('two', prediction, label)),
        }),
      });
      expect(sums.one?.key).not.toBe(sums.two?.key);
    });
  });

  test('what is left out of an operation is its default', () => {
    const { sums } = readFormula({
      ...metricOf(({ sum }, { label }) => sum(label)),
      measure: ({ times, erode, anyClass, sum }, { label }) => ({
        erode: sum(times(erode(label), erode(label, { radius: 1, outside: 1 }))),
        plain: sum(label, anyClass(label)),
        said: sum(label, anyClass(label, { withoutBackground: false })),
      }),
    });
    const both = sums.erode?.mask as { a: unknown; b: unknown } | undefined;
    expect(both?.a).toBe(both?.b);
    expect(sums.plain?.region).toBe(sums.said?.region);
  });

  const refused = (expected: string, received: string) =>
    expect.objectContaining({
      code: 'ASL_FORMULA_INVALID',
      details: { where: 'metric "trial"', expected: expect.stringContaining(expected), received },
    });

  test('refuses a name used twice', () => {
    const twice = metricOf(({ and, or, sum, minus }, { prediction, label }) =>
      sum(minus(or('x', prediction, label), and('x', prediction, label))),
    );
    expect(() => readFormula(twice)).toThrow(/"x"/);
    expect(() => readFormula(twice)).toThrow(refused('of its own', '"x"'));
  });

  test.each<[Distance, string]>([
    [0.5, 'whole number'],
    [-1, 'whole number'],
    [Number.NaN, 'whole number'],
    [{ diagonal: 0 }, 'above 0'],
    [{ diagonal: -0.1 }, 'above 0'],
    [{ diagonal: 1.1 }, 'at most 1'],
    [{ diagonal: Number.NaN }, 'above 0'],
  ])('refuses a distance of %s', (distance, expected) => {
    const received = String(typeof distance === 'number' ? distance : distance.diagonal);
    const eroded = metricOf(({ erode, sum }, { label }) => sum(erode(label, { radius: distance })));
    expect(() => readFormula(eroded)).toThrow(/erode/);
    expect(() => readFormula(eroded)).toThrow(refused(expected, received));
    const dilated = metricOf(({ dilate, sum }, { label }) => sum(dilate(label, distance)));
    expect(() => readFormula(dilated)).toThrow(/dilate/);
    expect(() => readFormula(dilated)).toThrow(refused(expected, received));
  });

  test.each<[Disc, string]>([
    [{ disc: -1 }, 'a radius of -1 and a spacing of 1, 1'],
    [{ disc: Number.NaN }, 'a radius of NaN and a spacing of 1, 1'],
    [{ disc: 2, spacing: [0, 1] }, 'a radius of 2 and a spacing of 0, 1'],
    [{ disc: 2, spacing: [1, -1] }, 'a radius of 2 and a spacing of 1, -1'],
    [{ disc: 2, spacing: [1, Number.NaN] }, 'a radius of 2 and a spacing of 1, NaN'],
    [{ disc: 4096.5 }, 'a radius of 4096.5 and a spacing of 1, 1'],
    [{ disc: 41, spacing: [1, 0.01] }, 'a radius of 41 and a spacing of 1, 0.01'],
  ])('refuses a disc of %j', (disc, received) => {
    const dilated = metricOf(({ dilate, sum }, { label }) => sum(dilate(label, disc)));
    expect(() => readFormula(dilated)).toThrow(/dilate needs a disc/);
    expect(() => readFormula(dilated)).toThrow(refused('at most 4096 pixels', received));
  });

  test('takes the spacing of pixels where a disc has none', () => {
    const { sums } = readFormula(
      metricOf(({ dilate, times, sum }, { label }) =>
        sum(times(dilate(label, { disc: 2 }), dilate(label, { disc: 2, spacing: [1, 1] }))),
      ),
    );
    const both = sums.only?.mask as { a: unknown; b: unknown } | undefined;
    expect(both?.a).toBe(both?.b);
  });

  test.each<Distance | Disc>([
    0,
    1,
    40,
    { disc: 0 },
    { disc: 4096 },
    { disc: 3, spacing: [0.5, 2] },
    { diagonal: 1 },
    { diagonal: 1e-6 },
  ])('takes a distance of %s', (distance) => {
    const metric = metricOf(({ dilate, erode, sum }, { label }) =>
      sum(dilate(erode(label, { radius: distance }), distance)),
    );
    expect(readFormula(metric).sums.only?.mask).toMatchObject({
      op: 'dilate',
      tolerance: distance,
      a: { radius: distance },
    });
  });

  test('refuses a region made of the prediction', () => {
    const metric = metricOf(({ anyClass, edge, sum }, { prediction, label }) => sum(label, anyClass(edge(prediction))));
    expect(() => readFormula(metric)).toThrow(refused('label alone', 'edge(prediction)'));
  });
});
