import { defineMetric, noOptions } from '@auto-seg-loss/kernel';
import { describe, expect, test } from 'vitest';
import { codeOf } from '../../loss-file/test/code-of.ts';
import { openScorer } from '../src/index.ts';

const size = { width: 4, height: 2 };
const label = Uint8Array.of(0, 0, 1, 1, 0, 0, 1, 255);
const prediction = Uint8Array.of(0, 0, 1, 1, 0, 1, 1, 0);

describe('exact metrics of arrays', () => {
  test('over images, with options', () => {
    const scorer = openScorer({ metrics: ['miou', 'gacc', { use: 'bf1', tolerance: 3 }], classes: 2 });
    scorer.add(prediction, label, size);
    const { miou, gacc, bf1 } = scorer.results();
    expect(miou).toEqual({ value: (3 / 4 + 3 / 4) / 2, perClass: [3 / 4, 3 / 4], interval: null });
    expect(gacc?.value).toBeCloseTo(6 / 7, 12);
    expect(bf1?.value).toBeGreaterThan(0);
    expect(scorer.confusion()).toEqual([
      [3, 1],
      [0, 3],
    ]);
  });

  test.each([Int32Array, Int16Array, Uint16Array, Uint32Array, Uint8ClampedArray])('of a %o', (type) => {
    const scorer = openScorer({ metrics: ['miou'], classes: 2 });
    scorer.add(type.from(prediction), type.from(label), size);
    expect(scorer.results().miou?.value).toBe(0.75);
  });

  test('a label of −1 is ignored, as 255 is', () => {
    const scorer = openScorer({ metrics: ['miou'], classes: 2 });
    scorer.add(prediction, new Int8Array(label), size);
    expect(scorer.results().miou?.value).toBe(0.75);
  });

  test('intervals are of the same draws each time', () => {
    const scorer = openScorer({ metrics: ['miou'], classes: 2, resamples: 200, seed: 3 });
    for (let image = 0; image < 6; image++) {
      scorer.add(
        prediction.map((index, i) => (i < image ? 1 - index : index)),
        label,
        size,
      );
    }
    const { value, interval } = scorer.results().miou ?? {};
    expect(interval?.[0]).toBeLessThan(value as number);
    expect(interval?.[1]).toBeGreaterThan(value as number);
    expect(scorer.results().miou?.interval).toEqual(interval);
  });

  test('metrics of others are handed in', () => {
    const hits = defineMetric({
      name: 'hits',
      summary: 'Recall of pixels',
      options: noOptions,
      measure: ({ and, sum }, inputs) => ({
        hits: sum(and('hits', inputs.prediction, inputs.label)),
        all: sum(inputs.label),
      }),
      score: ({ mean, ratio }, sums) => mean(ratio(sums.hits, sums.all)),
    });
    const scorer = openScorer({ metrics: ['hits'], classes: 2, plugins: [hits] });
    scorer.add(prediction, label, size);
    expect(scorer.results().hits?.value).toBeCloseTo((3 / 4 + 1) / 2, 12);
  });

  test('what it cannot score is refused by code', () => {
    expect(codeOf(() => openScorer({ metrics: ['miuo'], classes: 2 }))).toBe('ASL_PLUGIN_NOT_FOUND');
    expect(codeOf(() => openScorer({ metrics: [{ use: 'bf1', tolerance: -1 }], classes: 2 }))).toBe(
      'ASL_OPTIONS_INVALID',
    );
    expect(codeOf(() => openScorer({ metrics: ['miou'], classes: 0 }))).toBe('ASL_ARGUMENT_INVALID');
    const scorer = openScorer({ metrics: ['miou'], classes: 2 });
    expect(codeOf(() => scorer.add(prediction, label, { width: 3, height: 2 }))).toBe('ASL_ARGUMENT_INVALID');
    const fractions = Float32Array.from(prediction) as unknown as Uint8Array;
    expect(codeOf(() => scorer.add(fractions, label, size))).toBe('ASL_ARGUMENT_INVALID');
  });
});
