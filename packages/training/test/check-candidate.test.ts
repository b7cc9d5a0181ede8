import { openEngine } from '@auto-seg-loss/engine';
import { Random } from '@auto-seg-loss/kernel';
import type { Loss } from '@auto-seg-loss/ops';
import {
  div,
  log,
  max,
  mean,
  memory,
  min,
  neg,
  type Scalar,
  softmax,
  sqrt,
  sub,
  sum,
  tensor3d,
  tensor4d,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkCandidate } from '../src/check-candidate.ts';
import { crossEntropy } from './tiny-task.ts';

beforeAll(async () => {
  await openEngine({ backend: 'wasm' });
});

const lossOf = (value: Loss['value']): Loss => ({ name: 'candidate', value });

describe('checkCandidate', () => {
  test.each([
    ['cross-entropy', crossEntropy, undefined],
    [
      'log of a probability that rounds to 0',
      lossOf((z) => neg(mean(log(softmax(z)))) as Scalar),
      { reason: 'loss-not-finite', scale: 200 },
    ],
    // Finite everywhere, but its slope at 0 is infinite.
    [
      'root of a probability that rounds to 0',
      lossOf((z) => sum(sqrt(softmax(z))) as Scalar),
      { reason: 'gradient-not-finite', scale: 200 },
    ],
    [
      'division by the spread of the logits',
      lossOf((z) => div(sum(z), sub(max(z), min(z))) as Scalar),
      { reason: 'loss-not-finite', scale: 0 },
    ],
  ] as const)('%s', (_, loss, expected) => {
    const random = Random.fromSeed(1);
    const logits = tensor4d(
      Array.from({ length: 2 * 3 * 4 * 3 }, () => 2 * random.normal()),
      [2, 3, 4, 3],
    );
    const labels = tensor3d(
      Array.from({ length: 2 * 3 * 4 }, () => random.integer(0, 2)),
      [2, 3, 4],
      'int32',
    );
    const before = memory().numTensors;
    expect(checkCandidate(loss, logits, labels)).toEqual(expected);
    expect(memory().numTensors).toBe(before);
    logits.dispose();
    labels.dispose();
  });
});
