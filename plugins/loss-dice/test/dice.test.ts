import type { Loss } from '@auto-seg-loss/ops';
import { describe, expect, test } from 'vitest';
import type { Batch } from '../../../test/losses/batch.ts';
import { equalsReference, evaluate, type LossCase } from '../../../test/losses/equals-reference.ts';
import { type Overlap, regionReference } from '../../../test/losses/overlap.ts';
import { type DiceOptions, plugin } from '../src/index.ts';

const context = { baseDir: '.', cacheDir: '.' };
const create = (options: Partial<DiceOptions> = {}): Loss =>
  plugin.create(plugin.options.parse(options), context) as Loss;

function loss(options: Partial<DiceOptions>): LossCase {
  const { smooth = 0, squared = false, log = false } = options;
  const score = ({ hits, predicted, labelled, squares }: Overlap): number =>
    (2 * hits + smooth) / ((squared ? squares : predicted) + labelled + smooth);
  const { classWeights, ...rest } = options;
  return {
    what: JSON.stringify(options),
    create: () => create(options),
    reference: (batch: Batch) =>
      regionReference(batch, { ...rest, ...(classWeights === undefined ? {} : { classWeights }) }, (sums) =>
        log ? -Math.log(score(sums)) : 1 - score(sums),
      ),
  };
}

const cases = [
  {},
  { squared: true },
  { per: 'image' },
  { per: 'image', squared: true, classes: 'all', smooth: 1 },
  { classes: 'all', smooth: 1e-5 },
  { log: true, smooth: 0.5 },
].map((options) => loss(options as Partial<DiceOptions>));

describe('Dice loss', () => {
  equalsReference(cases);

  const twoClasses: Batch = { shape: [1, 1, 2, 2], logits: [0, 0, 0, Math.log(3)], labels: Int32Array.of(0, 0) };

  test('by hand: p of class 0 is 1/2 and 1/4, both pixels are of class 0', () => {
    expect(evaluate(create(), twoClasses).value).toBeCloseTo(1 - (2 * 0.75) / (0.75 + 2), 6);
    expect(evaluate(create({ squared: true }), twoClasses).value).toBeCloseTo(1 - 1.5 / (0.25 + 0.0625 + 2), 6);
    // The absent class: 1 - s / (1.25 + s).
    const all = create({ classes: 'all', smooth: 1 });
    expect(evaluate(all, twoClasses).value).toBeCloseTo((1 - 2.5 / 3.75 + 1 - 1 / 2.25) / 2, 6);
  });

  test('class weights are factors, and their number is checked', () => {
    const batch: Batch = { shape: [1, 1, 2, 2], logits: [0, 0, 0, Math.log(3)], labels: Int32Array.of(0, 1) };
    const [first, second] = [1 - (2 * 0.5) / 1.75, 1 - (2 * 0.75) / 2.25];
    expect(evaluate(create({ classWeights: [3, 0.5] }), batch).value).toBeCloseTo((3 * first + 0.5 * second) / 2, 6);
    expect(() => evaluate(create({ classWeights: [1, 2, 3] }), batch)).toThrow(
      expect.objectContaining({ code: 'ASL_LOSS_MISMATCH' }),
    );
  });

  test('all classes without smoothing are refused: an absent class would always score 0', () => {
    expect(plugin.options.safeParse({ classes: 'all' }).error?.issues[0]?.path).toEqual(['smooth']);
  });
});
