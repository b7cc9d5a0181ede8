import type { Loss } from '@auto-seg-loss/ops';
import { describe, expect, test } from 'vitest';
import { type Batch, drawBatch } from '../../../test/losses/batch.ts';
import { equalsReference, evaluate, type LossCase } from '../../../test/losses/equals-reference.ts';
import { type Overlap, regionReference } from '../../../test/losses/overlap.ts';
import { plugin, type TverskyOptions } from '../src/index.ts';

const create = (options: Partial<TverskyOptions> = {}): Loss =>
  plugin.create(plugin.options.parse(options), { baseDir: '.', cacheDir: '.' }) as Loss;

type Options = Partial<Omit<TverskyOptions, 'classWeights'>>;

function loss(options: Options): LossCase {
  const { smooth = 0, log = false, alpha = 0.3, beta = 0.7, gamma = 1 } = options;
  const miss = ({ hits, predicted, labelled }: Overlap): number => {
    const score = (hits + smooth) / (hits + alpha * (predicted - hits) + beta * (labelled - hits) + smooth);
    return (log ? -Math.log(score) : Math.max(0, 1 - score)) ** gamma;
  };
  return {
    what: JSON.stringify(options),
    create: () => create(options),
    reference: (batch: Batch) => regionReference(batch, options, miss),
  };
}

const cases = [
  loss({}),
  loss({ alpha: 0, beta: 1 }),
  loss({ gamma: 0.75, per: 'image' }),
  loss({ gamma: 2, classes: 'all', smooth: 1 }),
  loss({ log: true, alpha: 0.7, beta: 0.3, smooth: 0.1 }),
];

describe('Tversky loss', () => {
  equalsReference(cases);

  test('alpha weighs false positives, beta false negatives', () => {
    const sure = (k: number): number[] => (k === 0 ? [80, 0] : [0, 80]);
    const batch: Batch = { shape: [1, 1, 4, 2], logits: [0, 0, 1, 0].flatMap(sure), labels: Int32Array.of(0, 0, 0, 1) };
    // Class 0: 2 hits, 1 false positive, 1 false negative. Class 1: 0 hits.
    const value = evaluate(create({ alpha: 0.25, beta: 2 }), batch).value;
    expect(value).toBeCloseTo((1 - 2 / (2 + 0.25 + 2) + 1) / 2, 6);
  });

  test('is Dice at 1/2 and Jaccard at 1', () => {
    const batch = drawBatch({ shape: [2, 7, 6, 4], scale: 2, ignored: 0.3, absent: 1 });
    const dice = regionReference(batch, {}, ({ hits, predicted, labelled }) => 1 - (2 * hits) / (predicted + labelled));
    const jaccard = regionReference(
      batch,
      {},
      ({ hits, predicted, labelled }) => 1 - hits / (predicted + labelled - hits),
    );
    expect(evaluate(create({ alpha: 0.5, beta: 0.5 }), batch).value).toBeCloseTo(dice, 6);
    expect(evaluate(create({ alpha: 1, beta: 1 }), batch).value).toBeCloseTo(jaccard, 6);
  });
});
