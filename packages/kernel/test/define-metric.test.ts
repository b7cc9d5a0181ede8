import {
  type Average,
  type AverageOptions,
  averageOptions,
  boundaryOptions,
  defaultClaims,
  defineMetric,
  type Metric,
  noOptions,
  type Plugin,
  regionOptions,
} from '@auto-seg-loss/kernel';
import { describe, expect, test } from 'vitest';
import { scoreOf, sumsOf } from './text-algebra.ts';

const context = { baseDir: '.', cacheDir: '.' };

const plain = defineMetric({
  name: 'hits',
  summary: 'for a test',
  options: noOptions,
  measure: ({ and, sum }, { prediction, label, everywhere }) => ({
    hit: sum(and('hit', prediction, label)),
    all: sum(label, everywhere),
  }),
  score: ({ mean, ratio }, { hit, all }) => mean(ratio(hit, all)),
});

const averaged: Plugin<'metric', AverageOptions> = defineMetric({
  name: 'hits',
  summary: 'for a test',
  options: averageOptions,
  average: ({ average }) => average,
  claims: ({ average }) => ({ monotone: average === 'dataset', tolerance: 2 }),
  measure: ({ and, sum, anyClass }, { prediction, label }) => ({
    hit: sum(and('hit', prediction, label)),
    near: sum(label, anyClass(label)),
  }),
  score: ({ weightedMean, ratio }, { hit, near }) => weightedMean(ratio(hit, near), near),
});

const make = (average: Average): Metric => averaged.create({ average }, context) as Metric;

describe('defineMetric', () => {
  test('makes a plugin of the definition', () => {
    expect(averaged).toMatchObject({ kind: 'metric', name: 'hits', summary: 'for a test', options: averageOptions });
  });

  test('is the formula as it was written, over the data set', () => {
    const metric = plain.create({}, context) as Metric;
    expect(metric.name).toBe('hits');
    expect(sumsOf(metric)).toEqual({ hit: 'sum(and[hit](prediction, label))', all: 'sum(label, everywhere)' });
    expect(scoreOf(metric)).toBe('mean(ratio(hit, all))');
  });

  test('claims what it says, and of the rest what any metric claims', () => {
    expect((plain.create({}, context) as Metric).claims).toEqual(defaultClaims);
    expect(make('dataset').claims).toEqual({ ...defaultClaims, monotone: true, tolerance: 2 });
    expect(make('image').claims).toEqual({ ...defaultClaims, monotone: false, tolerance: 2 });
  });

  test('with an average over the data set, is as without one', () => {
    const metric = make('dataset');
    expect(metric.name).toBe('hits');
    expect(sumsOf(metric)).toEqual({
      hit: 'sum(and[hit](prediction, label))',
      near: 'sum(label, anyClass(label))',
    });
    expect(scoreOf(metric)).toBe('weightedMean(ratio(hit, near), near)');
  });

  test.each(['image', 'class-and-image'] as const)(
    'by %s, takes every sum for each image, and counts its label',
    (by) => {
      const metric = make(by);
      expect(metric.name).toBe(`hits-${by}`);
      const { hit, near, ...rest } = sumsOf(metric);
      expect([hit, near]).toEqual(['sum(and[hit](prediction, label), image)', 'sum(label, anyClass(label), image)']);
      expect(Object.values(rest)).toEqual(['sum(label, valid, image)']);
    },
  );

  test('by image, a class counts where its label has pixels; the mean of classes comes before that of images', () => {
    expect(scoreOf(make('image'))).toBe('weightedMean(present(labelled pixels, ratio(hit, near)), near)');
  });

  test('by class and image, each class is first averaged over its images, and weights over all of them', () => {
    expect(scoreOf(make('class-and-image'))).toBe(
      'weightedMean(meanOverImages(present(labelled pixels, ratio(hit, near))), meanOverImages(near))',
    );
  });

  test('a mean without weights is averaged alike', () => {
    const recall = defineMetric({
      name: 'recall',
      summary: 'for a test',
      options: averageOptions,
      average: ({ average }) => average,
      measure: ({ sum }, { label }) => ({ label: sum(label) }),
      score: ({ mean }, { label }) => mean(label),
    });
    const by = (average: Average) => scoreOf(recall.create({ average }, context) as Metric);
    expect(by('dataset')).toBe('mean(label)');
    expect(by('image')).toBe('mean(present(labelled pixels, label))');
    expect(by('class-and-image')).toBe('mean(meanOverImages(present(labelled pixels, label)))');
  });
});

describe('options of metrics', () => {
  test('the average is that over the data set, unless another is named', () => {
    expect(averageOptions.parse({})).toEqual({ average: 'dataset' });
    for (const average of ['dataset', 'image', 'class-and-image']) {
      expect(averageOptions.parse({ average })).toEqual({ average });
    }
    expect(averageOptions.safeParse({ average: 'class' }).success).toBe(false);
    expect(averageOptions.safeParse({ mean: 'image' }).success).toBe(false);
  });

  test('of regions: class 0 counts, unless it is left out', () => {
    expect(regionOptions.parse({})).toEqual({ background: true, average: 'dataset' });
    const other = { background: false, average: 'class-and-image' };
    expect(regionOptions.parse(other)).toEqual(other);
    expect(regionOptions.safeParse({ background: 0 }).success).toBe(false);
    expect(regionOptions.safeParse({ tolerance: 1 }).success).toBe(false);
  });

  test('outlines may be off by 5 pixels, and the background has one, unless the config says otherwise', () => {
    expect(boundaryOptions.parse({})).toEqual({ tolerance: 5, background: true, average: 'dataset' });
    const other = { tolerance: 0, background: false, average: 'image' };
    expect(boundaryOptions.parse(other)).toEqual(other);
    expect(boundaryOptions.parse({ tolerance: 256 }).tolerance).toBe(256);
  });

  test.each([{ tolerance: -1 }, { tolerance: 257 }, { tolerance: 1.5 }, { background: 1 }, { radius: 1 }])(
    'outlines do not take %s',
    (given) => {
      expect(boundaryOptions.safeParse(given).success).toBe(false);
    },
  );
});
