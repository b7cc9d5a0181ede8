import { defaultClaims, type Metric, type PerClass, weightedMetric } from '@auto-seg-loss/kernel';
import { describe, expect, test } from 'vitest';
import { scoreOf, sumsOf } from './text-algebra.ts';

/** Intersection over union under this name. */
const iou = (name: string): Metric => ({
  name,
  measure: ({ and, or, sum }, { prediction, label, everywhere }) => ({
    both: sum(and('i', prediction, label)),
    either: sum(or('u', prediction, label), everywhere),
  }),
  score: ({ ratio, mean }, { both, either }) => mean(ratio(both as PerClass, either as PerClass)),
});

describe('weightedMetric', () => {
  test('has the sums and curves of each part under names of its own', () => {
    const metric = weightedMetric('mine', [
      { metric: iou('miou'), weight: 1 },
      { metric: iou('biou'), weight: 2 },
    ]);
    expect(metric.name).toBe('mine');
    expect(sumsOf(metric)).toEqual({
      'miou.both': 'sum(and[miou.i](prediction, label))',
      'miou.either': 'sum(or[miou.u](prediction, label), everywhere)',
      'biou.both': 'sum(and[biou.i](prediction, label))',
      'biou.either': 'sum(or[biou.u](prediction, label), everywhere)',
    });
  });

  test('hands each part its own sums, and combines what they make of them by weight', () => {
    const metric = weightedMetric('mine', [
      { metric: iou('miou'), weight: 1 },
      { metric: iou('biou'), weight: 0.5 },
    ]);
    expect(scoreOf(metric)).toBe(
      'combine(1·mean(ratio(miou.both, miou.either)), 0.5·mean(ratio(biou.both, biou.either)))',
    );
  });

  test.each([
    [
      ['a', 'a', 'b', 'a'],
      ['a', 'a-2', 'b', 'a-3'],
    ],
    [
      ['a', 'a', 'a-2'],
      ['a', 'a-2', 'a-2-2'],
    ],
    [
      ['a-2', 'a', 'a'],
      ['a-2', 'a', 'a-3'],
    ],
  ])('parts called %s are told apart as %s', (names, labels) => {
    const metric = weightedMetric(
      'mine',
      names.map((name) => ({ metric: iou(name), weight: 1 })),
    );
    expect(Object.keys(sumsOf(metric))).toEqual(labels.flatMap((label) => [`${label}.both`, `${label}.either`]));
    expect(scoreOf(metric)).toBe(
      `combine(${labels.map((label) => `1·mean(ratio(${label}.both, ${label}.either))`).join(', ')})`,
    );
  });

  test('claims what all of its parts claim, one without claims those of any metric', () => {
    const claims = { ...defaultClaims, renaming: 'foreground', monotone: true, symmetric: true } as const;
    const parts = (second: Metric) => [
      { metric: { ...iou('a'), claims }, weight: 1 },
      { metric: second, weight: 1 },
    ];
    expect(weightedMetric('mine', parts({ ...iou('b'), claims })).claims).toEqual(claims);
    expect(weightedMetric('mine', parts(iou('b'))).claims).toEqual({ ...defaultClaims, renaming: 'foreground' });
  });
});
