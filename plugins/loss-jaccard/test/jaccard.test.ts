import type { Loss } from '@auto-seg-loss/ops';
import { describe, expect, test } from 'vitest';
import type { Batch } from '../../../test/losses/batch.ts';
import { equalsReference, evaluate, type LossCase } from '../../../test/losses/equals-reference.ts';
import { type Overlap, regionReference } from '../../../test/losses/overlap.ts';
import { type JaccardOptions, plugin } from '../src/index.ts';

const create = (options: Partial<JaccardOptions> = {}): Loss =>
  plugin.create(plugin.options.parse(options), { baseDir: '.', cacheDir: '.' }) as Loss;

function loss(options: Partial<Pick<JaccardOptions, 'classes' | 'per' | 'smooth' | 'log'>>): LossCase {
  const { smooth = 0, log = false } = options;
  const score = ({ hits, predicted, labelled }: Overlap): number =>
    (hits + smooth) / (predicted + labelled - hits + smooth);
  return {
    what: JSON.stringify(options),
    create: () => create(options),
    reference: (batch: Batch) =>
      regionReference(batch, options, (sums) => (log ? -Math.log(score(sums)) : 1 - score(sums))),
  };
}

const cases = [
  loss({}),
  loss({ per: 'image' }),
  loss({ classes: 'all', smooth: 1 }),
  loss({ per: 'image', classes: 'all', smooth: 0.01 }),
  loss({ log: true }),
];

describe('Jaccard loss', () => {
  equalsReference(cases);

  test('equals 1 - IoU where the prediction is sure', () => {
    const sure = (k: number): number[] => [0, 1, 2].map((other) => (other === k ? 80 : 0));
    const batch: Batch = {
      shape: [1, 2, 3, 3],
      logits: [0, 0, 1, 1, 1, 0].flatMap(sure),
      labels: Int32Array.of(0, 0, 0, 1, 1, 255),
    };
    expect(evaluate(create(), batch).value).toBeCloseTo((1 - 2 / 3 + 1 - 2 / 3) / 2, 6);
  });

  test('an absent class that is predicted costs, one that is not costs nothing', () => {
    const value = (logits: number[]): number =>
      evaluate(create({ classes: 'all', smooth: 1 }), { shape: [1, 1, 2, 2], logits, labels: Int32Array.of(0, 0) })
        .value;
    // Both pixels wrong: 1 - 1/3 of class 0, 1 - 1/3 of class 1.
    expect(value([0, 80, 0, 80])).toBeCloseTo(2 / 3, 6);
    expect(value([80, 0, 80, 0])).toBeCloseTo(0, 6);
  });

  test('all classes without smoothing are refused', () => {
    expect(plugin.options.safeParse({ classes: 'all' }).error?.issues[0]?.path).toEqual(['smooth']);
    expect(plugin.options.safeParse({ classes: 'all', smooth: 1 }).success).toBe(true);
  });
});
