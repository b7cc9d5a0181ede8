import type { Loss } from '@auto-seg-loss/ops';
import { describe, expect, test } from 'vitest';
import { type Batch, validPixels } from '../../../test/losses/batch.ts';
import { equalsReference, evaluate, type LossCase } from '../../../test/losses/equals-reference.ts';
import { mean } from '../../../test/losses/overlap.ts';
import { type FocalOptions, plugin } from '../src/index.ts';

const create = (options: Partial<FocalOptions> = {}): Loss =>
  plugin.create(plugin.options.parse(options), { baseDir: '.', cacheDir: '.' }) as Loss;

/** log(1 + e^x) */
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

function reference(batch: Batch, options: Partial<FocalOptions>): number {
  const { gamma = 2, activation = 'softmax', alpha, classWeights } = options;
  const weight = (k: number): number => classWeights?.[k] ?? 1;
  return mean(
    validPixels(batch).map(({ label, p, logP, z }) => {
      if (activation === 'softmax') {
        const others = p.reduce((sum, q, k) => sum + (k === label ? 0 : q), 0);
        return -weight(label) * others ** gamma * (logP[label] as number);
      }
      return z.reduce((sum, value, k) => {
        const right = k === label ? value : -value;
        const balance = alpha === undefined ? 1 : k === label ? alpha : 1 - alpha;
        return sum + weight(k) * balance * Math.exp(-gamma * softplus(right)) * softplus(-right);
      }, 0);
    }),
  );
}

const cases = [
  {},
  { gamma: 0 },
  { gamma: 0.5 },
  { gamma: 5 },
  { activation: 'sigmoid' },
  { activation: 'sigmoid', gamma: 0, alpha: 0.9 },
  { activation: 'sigmoid', gamma: 1.5, alpha: 0.25 },
].map((options): LossCase => {
  const checked = options as Partial<FocalOptions>;
  return {
    what: JSON.stringify(options),
    create: () => create(checked),
    reference: (batch) => reference(batch, checked),
  };
});

describe('focal loss', () => {
  equalsReference(cases);

  const pixel: Batch = { shape: [1, 1, 1, 2], logits: [0, Math.log(3)], labels: Int32Array.of(0) };

  test('by hand: p = 1/4 of the pixel’s class', () => {
    expect(evaluate(create(), pixel).value).toBeCloseTo(-(0.75 ** 2) * Math.log(0.25), 6);
    // Class 0: sigmoid(0) = 1/2, the own class. Class 1: sigmoid(log 3) = 3/4, another one.
    const terms = [0.25 * 0.5 ** 2 * Math.log(2), 0.75 * 0.75 ** 2 * Math.log(4)] as const;
    expect(evaluate(create({ activation: 'sigmoid', alpha: 0.25 }), pixel).value).toBeCloseTo(terms[0] + terms[1], 6);
  });

  test.each(['softmax', 'sigmoid'] as const)('class weights are factors of a mean over pixels: %s', (activation) => {
    const batch: Batch = {
      shape: [1, 2, 2, 3],
      logits: [0.5, -1, 2, 0, 1, 0, -2, 1, 1, 0.3, 0.1, 0],
      labels: Int32Array.of(0, 2, 1, 255),
    };
    const options: Partial<FocalOptions> = { activation, classWeights: [3, 0, 0.5] };
    expect(evaluate(create(options), batch).value).toBeCloseTo(reference(batch, options), 6);
    expect(() => evaluate(create({ activation, classWeights: [1, 1] }), batch)).toThrow(
      expect.objectContaining({ code: 'ASL_LOSS_MISMATCH' }),
    );
  });

  test('alpha is refused with softmax, where it has no meaning', () => {
    expect(plugin.options.safeParse({ alpha: 0.25 }).error?.issues[0]?.path).toEqual(['alpha']);
  });
});
