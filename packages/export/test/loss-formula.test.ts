import { openEngine } from '@auto-seg-loss/engine';
import { Random } from '@auto-seg-loss/kernel';
import type { Loss } from '@auto-seg-loss/ops';
import { tensor3d, tensor4d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { plainFormula } from '../src/plain/plain-formula.ts';
import { traceFormula } from '../src/trace/loss-program.ts';
import { handMadeLosses, makeHandMade } from './hand-made-losses.ts';

const [N, H, W, C] = [3, 2, 5, 3];

const random = Random.fromSeed('formula');
const logits = Float32Array.from({ length: N * H * W * C }, () => 3 * random.normal());
/** The last class is absent, and so are all pixels of the last image. */
const labels = Int32Array.from({ length: N * H * W }, (_, pixel) =>
  pixel >= (N - 1) * H * W || random.uniform() < 0.2 ? -1 : random.integer(0, C - 2),
);

beforeAll(() => openEngine());

describe('the formula of a hand-made loss is the loss', () => {
  test.each(handMadeLosses)('%s %j', async (name, options) => {
    const loss = await makeHandMade(name, options);
    const [value] = loss.value(tensor4d(logits, [N, H, W, C]), tensor3d(labels, [N, H, W], 'int32')).dataSync();
    const program = traceFormula(name, loss.formula as NonNullable<Loss['formula']>);
    const plain = plainFormula(program, { shape: [N, H, W, C], logits, labels });
    expect(plain.shape).toEqual([1, 1, 1, 1]);
    expect(plain.value).toBeCloseTo(value as number, 5);
    expect(program.classes).toBe('classWeights' in options ? C : undefined);
  });
});
