import type { Loss } from '@auto-seg-loss/ops';
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { type Batch, type Pixel, validPixels } from '../../../test/losses/batch.ts';
import { equalsReference, evaluate, type LossCase } from '../../../test/losses/equals-reference.ts';
import { mean } from '../../../test/losses/overlap.ts';
import { DescendingSort } from '../src/descending-sort.ts';
import { type LovaszOptions, plugin } from '../src/index.ts';

const create = (options: Partial<LovaszOptions> = {}): Loss =>
  plugin.create(plugin.options.parse(options), { baseDir: '.', cacheDir: '.' }) as Loss;

/** The Jaccard loss of class k if exactly the pixels of `wrong` are misclassified: |wrong| / |truth ∪ wrong|. */
function jaccardLoss(truth: ReadonlySet<Pixel>, wrong: ReadonlySet<Pixel>): number {
  const union = new Set([...truth, ...wrong]);
  return union.size === 0 ? 0 : wrong.size / union.size;
}

/** The Lovász extension by its definition: Σ error of the i-th × (loss of the first i wrong - loss of the first i - 1 wrong). */
function extension(pixels: readonly Pixel[], k: number): number {
  const error = ({ label, p }: Pixel): number => {
    const others = p.reduce((sum, q, other) => sum + (other === k ? 0 : q), 0);
    return label === k ? others : (p[k] as number);
  };
  const sorted = [...pixels].sort((a, b) => error(b) - error(a));
  const truth = new Set(pixels.filter(({ label }) => label === k));
  const wrong = new Set<Pixel>();
  let before = 0;
  let sum = 0;
  for (const pixel of sorted) {
    wrong.add(pixel);
    const loss = jaccardLoss(truth, wrong);
    sum += error(pixel) * (loss - before);
    before = loss;
  }
  return sum;
}

function reference(batch: Batch, { classes = 'present', per = 'batch' }: Partial<LovaszOptions>): number {
  const [n, , , c] = batch.shape;
  const pixels = validPixels(batch);
  const groups = per === 'batch' ? [pixels] : Array.from({ length: n }, (_, i) => pixels.filter((x) => x.image === i));
  return mean(
    groups
      .filter((group) => group.length > 0)
      .map((group) => {
        const all = Array.from({ length: c }, (_, k) => k);
        const counted = all.filter((k) => classes === 'all' || group.some(({ label }) => label === k));
        return mean(counted.map((k) => extension(group, k)));
      }),
  );
}

const cases = [{}, { classes: 'all' }, { per: 'image' }, { per: 'image', classes: 'all' }].map((options): LossCase => {
  const checked = options as Partial<LovaszOptions>;
  return {
    what: JSON.stringify(options),
    create: () => create(checked),
    reference: (batch) => reference(batch, checked),
  };
});

describe('Lovász-softmax', () => {
  equalsReference(cases);

  test('equals 1 - IoU where the prediction is sure', () => {
    const sure = (k: number): number[] => [0, 1, 2].map((other) => (other === k ? 60 : 0));
    const batch: Batch = {
      shape: [1, 2, 3, 3],
      logits: [0, 0, 1, 1, 1, 0].flatMap(sure),
      labels: Int32Array.of(0, 0, 0, 1, 1, 255),
    };
    expect(evaluate(create(), batch).value).toBeCloseTo((1 - 2 / 3 + 1 - 2 / 3) / 2, 6);
  });

  test('an absent class costs its largest probability', () => {
    const batch: Batch = { shape: [1, 1, 2, 2], logits: [0, 0, 0, -1], labels: Int32Array.of(0, 0) };
    const present = evaluate(create(), batch).value;
    expect(evaluate(create({ classes: 'all' }), batch).value).toBeCloseTo((present + 0.5) / 2, 6);
  });

  property.prop([fc.array(fc.float({ min: 0, max: 1, noNaN: true }), { maxLength: 300 })])(
    'sorts as comparing does',
    (values) => {
      const sort = new DescendingSort(300);
      for (const part of [values, values.slice(0, values.length >> 1)]) {
        sort.values.set(part);
        sort.tags.set(part.map((_, index) => index));
        sort.sort(part.length);
        const sorted = [...part].sort((a, b) => b - a);
        expect([...sort.sortedValues.subarray(0, part.length)]).toEqual(sorted);
        const tags = [...sort.sortedTags.subarray(0, part.length)];
        expect(tags.map((tag) => part[tag])).toEqual(sorted);
        expect(tags.sort((a, b) => a - b)).toEqual(part.map((_, index) => index));
      }
    },
  );
});
