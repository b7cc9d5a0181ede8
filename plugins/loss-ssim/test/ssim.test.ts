import type { Loss } from '@auto-seg-loss/ops';
import { describe, expect, test } from 'vitest';
import { type Batch, validPixels } from '../../../test/losses/batch.ts';
import { equalsReference, evaluate, type LossCase } from '../../../test/losses/equals-reference.ts';
import { plugin, type SsimOptions } from '../src/index.ts';

const create = (options: Partial<SsimOptions> = {}): Loss =>
  plugin.create(plugin.options.parse(options), { baseDir: '.', cacheDir: '.' }) as Loss;

/** Window by window: weighted moments of the pixels around each valid pixel. */
function reference(batch: Batch, options: Partial<SsimOptions>): number {
  const { window = 11, sigma = 1.5, border = 'zero' } = options;
  const [, h, w, c] = batch.shape;
  const pixels = validPixels(batch);
  const at = new Map(pixels.map((pixel) => [(pixel.image * h + pixel.row) * w + pixel.column, pixel]));
  const reach = (window - 1) / 2;
  const weight = (dr: number, dc: number): number => Math.exp(-(dr * dr + dc * dc) / (2 * sigma * sigma));
  let whole = 0;
  for (let dr = -reach; dr <= reach; dr++) for (let dc = -reach; dc <= reach; dc++) whole += weight(dr, dc);
  let total = 0;
  for (const centre of pixels) {
    const around: { share: number; p: readonly number[]; label: number }[] = [];
    let inside = 0;
    for (let dr = -reach; dr <= reach; dr++) {
      for (let dc = -reach; dc <= reach; dc++) {
        const [row, column] = [centre.row + dr, centre.column + dc];
        const other =
          row < 0 || row >= h || column < 0 || column >= w ? undefined : at.get((centre.image * h + row) * w + column);
        if (other === undefined) continue;
        inside += weight(dr, dc);
        around.push({ share: weight(dr, dc), p: other.p, label: other.label });
      }
    }
    const divisor = border === 'zero' ? whole : inside;
    for (let k = 0; k < c; k++) {
      let [mx, my, mxx, myy, mxy] = [0, 0, 0, 0, 0];
      for (const { share, p, label } of around) {
        const x = p[k] as number;
        const y = label === k ? 1 : 0;
        mx += (share * x) / divisor;
        my += (share * y) / divisor;
        mxx += (share * x * x) / divisor;
        myy += (share * y * y) / divisor;
        mxy += (share * x * y) / divisor;
      }
      const luminance = (2 * mx * my + 1e-4) / (mx * mx + my * my + 1e-4);
      const structure = (2 * (mxy - mx * my) + 9e-4) / (mxx - mx * mx + myy - my * my + 9e-4);
      total += 1 - luminance * structure;
    }
  }
  return pixels.length === 0 ? 0 : total / (pixels.length * c);
}

const cases = [{}, { border: 'inside' }, { window: 5, sigma: 1 }, { window: 3, sigma: 0.7, border: 'inside' }].map(
  (options): LossCase => {
    const checked = options as Partial<SsimOptions>;
    return {
      what: JSON.stringify(options),
      create: () => create(checked),
      reference: (batch) => reference(batch, checked),
      // Variances are differences of means, and C2 is 9e-4.
      tolerance: 5e-5,
    };
  },
);

describe('SSIM loss', () => {
  equalsReference(cases);

  test('is 0 where the prediction is sure and right', () => {
    const labels = Int32Array.from({ length: 60 }, (_, i) => (i % 7 < 3 ? 0 : 1));
    const logits = [...labels].flatMap((label) => [label === 0 ? 80 : 0, label === 1 ? 80 : 0]);
    for (const border of ['zero', 'inside'] as const) {
      expect(evaluate(create({ border }), { shape: [1, 6, 10, 2], logits, labels }).value).toBeCloseTo(0, 5);
    }
  });

  test('windows of even side are refused', () => {
    expect(plugin.options.safeParse({ window: 10 }).success).toBe(false);
  });
});
