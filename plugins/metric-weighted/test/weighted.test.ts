import { ExactEvaluator } from '@auto-seg-loss/formula';
import type { Metric } from '@auto-seg-loss/kernel';
import { plugin as bf1 } from '@auto-seg-loss/metric-bf1';
import { plugin as miou } from '@auto-seg-loss/metric-miou';
import { describe, expect, test } from 'vitest';
import { plugin } from '../src/index.ts';

const context = { baseDir: '.', cacheDir: '.' };
const parts = [
  miou.create(miou.options.parse({}), context) as Metric,
  bf1.create(bf1.options.parse({ tolerance: 1 }), context) as Metric,
];
const options = plugin.options.parse({
  metrics: [
    { use: 'miou', weight: 3 },
    { use: 'bf1', tolerance: 1 },
  ],
});
const weighted = plugin.create(options, context, parts) as Metric;

function scores(prediction: Uint8Array, label: Uint8Array, width: number) {
  const evaluator = new ExactEvaluator([weighted, ...parts], 3);
  evaluator.add(prediction, label, label.length / width, width);
  return evaluator.result();
}

describe('weighted', () => {
  test('is the weighted mean of its parts, of the classes too', () => {
    const label = Uint8Array.of(0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1);
    const prediction = Uint8Array.of(0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1);
    const { weighted: all, miou: region, bf1: outline } = scores(prediction, label, 6);
    expect(all?.value).toBeCloseTo((3 * (region?.value as number) + (outline?.value as number)) / 4, 12);
    expect(all?.perClass[1]).toBeCloseTo(
      (3 * (region?.perClass[1] as number) + (outline?.perClass[1] as number)) / 4,
      12,
    );
    expect(all?.perClass[2]).toBeNull();
  });

  test('leaves absent parts out', () => {
    // Nothing but one class has no outline.
    const { weighted: all, miou: region, bf1: outline } = scores(Uint8Array.of(0, 0, 0, 1), new Uint8Array(4), 2);
    expect(outline?.value).toBeNull();
    expect(all?.value).toBe(region?.value);
    expect(scores(new Uint8Array(4), new Uint8Array(4).fill(255), 2).weighted?.value).toBeNull();
  });

  test('refuses no metrics, and weights that weigh nothing', () => {
    expect(() => plugin.options.parse({ metrics: [] })).toThrow();
    expect(() => plugin.options.parse({ metrics: [{ use: 'miou', weight: 0 }] })).toThrow();
    expect(() => plugin.options.parse({ metrics: [{ weight: 1 }] })).toThrow();
  });
});
