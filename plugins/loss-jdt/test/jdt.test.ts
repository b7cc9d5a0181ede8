import type { Loss } from '@auto-seg-loss/ops';
import { describe, expect, test } from 'vitest';
import { type Batch, drawBatch } from '../../../test/losses/batch.ts';
import { equalsReference, evaluate, type LossCase } from '../../../test/losses/equals-reference.ts';
import { mean, type Overlap, overlaps } from '../../../test/losses/overlap.ts';
import { type JdtOptions, plugin } from '../src/index.ts';

const create = (options: Partial<JdtOptions> = {}): Loss =>
  plugin.create(plugin.options.parse(options), { baseDir: '.', cacheDir: '.' }) as Loss;

function reference(batch: Batch, options: Partial<JdtOptions>): number {
  const { mIoUD = 1, mIoUI = 0, mIoUC = 0, classes = 'present', classWeights } = options;
  const { alpha = 1, beta = 1, gamma = 1, smooth = 1e-3, log = false } = options;
  const miss = ({ hits, predicted, labelled }: Overlap): number => {
    const score = (hits + smooth) / (hits + alpha * (predicted - hits) + beta * (labelled - hits) + smooth);
    return (log ? -Math.log(score) : Math.max(0, 1 - score)) ** gamma;
  };
  /** Rows of images, columns of classes; undefined where a class does not count. */
  const table = (per: 'batch' | 'image'): (number | undefined)[][] =>
    overlaps(batch, per).flatMap((group) =>
      group === null
        ? []
        : [
            group.map((sums, k) =>
              classes === 'all' || sums.labelled > 0 ? miss(sums) * (classWeights?.[k] ?? 1) : undefined,
            ),
          ],
    );
  const counted = (values: readonly (number | undefined)[]): number[] => values.filter((value) => value !== undefined);
  const meanOfRows = (rows: readonly (number | undefined)[][]): number =>
    mean(rows.filter((row) => counted(row).length > 0).map((row) => mean(counted(row))));
  const images = table('image');
  const columns = Array.from({ length: batch.shape[3] }, (_, k) => images.map((row) => row[k]));
  return mIoUD * meanOfRows(table('batch')) + mIoUI * meanOfRows(images) + mIoUC * meanOfRows(columns);
}

const options: readonly Partial<JdtOptions>[] = [
  {},
  { mIoUD: 0, mIoUI: 1 },
  { mIoUD: 0, mIoUC: 1, smooth: 1 },
  { mIoUD: 0.5, mIoUI: 0.25, mIoUC: 0.25, alpha: 0.5, beta: 0.5 },
  { mIoUD: 1, mIoUC: 1, classes: 'all', smooth: 0.1 },
  { mIoUI: 1, gamma: 1.5, alpha: 0.3, beta: 0.7, log: true },
];
const cases = options.map(
  (option): LossCase => ({
    what: JSON.stringify(option),
    create: () => create(option),
    reference: (batch) => reference(batch, option),
  }),
);

describe('JDTLoss', () => {
  equalsReference(cases);

  test('class weights are factors, and their number is checked', () => {
    const batch = drawBatch({ shape: [3, 5, 6, 3], scale: 1, ignored: 0.2, absent: 0 });
    const weighted = { mIoUD: 1, mIoUI: 2, mIoUC: 3, classWeights: [0.5, 0, 4] };
    expect(evaluate(create(weighted), batch).value).toBeCloseTo(reference(batch, weighted), 4);
    expect(() => evaluate(create({ classWeights: [1] }), batch)).toThrow(
      expect.objectContaining({ code: 'ASL_LOSS_MISMATCH' }),
    );
  });

  test('images where a class is absent do not count for it', () => {
    // Class 1 is in the second image only, where it is right.
    const sure = (k: number): number[] => (k === 0 ? [80, 0] : [0, 80]);
    const batch: Batch = { shape: [2, 1, 2, 2], logits: [0, 1, 1, 1].flatMap(sure), labels: Int32Array.of(0, 0, 1, 1) };
    // By class: class 0 has 1/2 in image 1, class 1 has 1 in image 2. Over the data set class 1 has 2/3.
    expect(evaluate(create({ mIoUD: 0, mIoUC: 1, smooth: 1e-6 }), batch).value).toBeCloseTo(0.25, 5);
    expect(evaluate(create({ mIoUD: 1, smooth: 1e-6 }), batch).value).toBeCloseTo((0.5 + 1 / 3) / 2, 5);
  });

  test('a loss without a term is refused', () => {
    expect(plugin.options.safeParse({ mIoUD: 0 }).success).toBe(false);
  });
});
