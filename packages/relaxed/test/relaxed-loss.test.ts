import { openEngine } from '@auto-seg-loss/engine';
import { type Curve, type Metric, piecewiseCurve } from '@auto-seg-loss/kernel';
import { relaxedLoss, relaxedSums } from '@auto-seg-loss/relaxed';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { allMetrics } from '../../formula/test/metrics.ts';

beforeAll(async () => {
  await openEngine({ backend: 'wasm' });
});

const line: Curve = piecewiseCurve(
  [
    [0, 0],
    [1, 1],
  ],
  [{ x0: 0, y0: 0, x1: 0.5, y1: 0.5, x2: 1, y2: 1 }],
);
const named = (name: string): Metric =>
  allMetrics({ tolerance: 1, background: true }).find((metric) => metric.name === name) as Metric;

/** A row of four pixels of three classes: what is predicted for certain, and what is labelled; class 2 is in no label. */
function batch(predicted: readonly number[], labelled: readonly number[]) {
  const logits = predicted.flatMap((p) => [0, 1, 2].map((c) => (c === p ? 200 : 0)));
  return {
    logits: tf.tensor4d(logits, [1, 1, predicted.length, 3]),
    labels: tf.tensor3d([...labelled], [1, 1, labelled.length], 'int32'),
  };
}

function lossOf(metric: Metric, options: Parameters<typeof relaxedLoss>[2], predicted: readonly number[]): number {
  return tf.tidy(() => {
    const { logits, labels } = batch(predicted, [0, 0, 1, 255]);
    return relaxedLoss(metric, [line, line], options).value(logits, labels).dataSync()[0] as number;
  });
}

describe('the loss of a metric', () => {
  test('is 1 - the metric, with absent classes as 0, as published', () => {
    // IoU 1/2 and 1/2, and 0 for the class that is in no label.
    expect(lossOf(named('miou'), {}, [0, 1, 1, 0])).toBeCloseTo(1 - 1 / 3, 6);
    expect(lossOf(named('miou'), { absent: 'zero' }, [0, 1, 1, 0])).toBeCloseTo(1 - 1 / 3, 6);
  });

  test('leaves absent classes out where it is told to, also if they are predicted', () => {
    expect(lossOf(named('miou'), { absent: 'skip' }, [0, 1, 1, 0])).toBeCloseTo(1 - 1 / 2, 6);
    expect(lossOf(named('miou'), { absent: 'skip' }, [0, 2, 1, 0])).toBeCloseTo(1 - 3 / 4, 6);
  });

  test('has a weight', () => {
    expect(lossOf(named('miou'), { weight: 3 }, [0, 1, 1, 0])).toBeCloseTo(3 * (1 - 1 / 3), 6);
  });

  test('has the name that it is given, or that of its metric', () => {
    expect(relaxedLoss(named('miou'), [line, line]).name).toBe('surrogate of miou');
    expect(relaxedLoss(named('miou'), [line, line], { name: 'mine' }).name).toBe('mine');
  });

  test('is nothing where no pixel is labelled', () => {
    const value = tf.tidy(() => {
      const { logits, labels } = batch([0, 1], [255, -1]);
      return relaxedLoss(named('miou'), [line, line]).value(logits, labels).dataSync()[0];
    });
    expect(value).toBe(0);
  });

  test.each([0, 1, 3])('refuses %s curves where the formula has two, and names them', (count) => {
    const curves = new Array<Curve>(count).fill(line);
    const refusal = expect.objectContaining({
      code: 'ASL_LOSS_MISMATCH',
      message: expect.stringContaining('"miou"'),
      details: { where: 'curves', expected: '2 (intersection, union)', received: String(count) },
    });
    expect(() => relaxedLoss(named('miou'), curves)).toThrow(refusal);
    const { logits, labels } = batch([0], [0]);
    expect(() => relaxedSums(named('miou'), curves, logits, labels)).toThrow(refusal);
    tf.dispose([logits, labels]);
  });

  test('names itself where the batch does not fit', () => {
    const { logits } = batch([0, 1], [0, 1]);
    const labels = tf.zeros<tf.Rank.R3>([1, 2, 1], 'int32');
    const refusal = (name: string) =>
      expect.objectContaining({
        code: 'ASL_ARGUMENT_INVALID',
        details: expect.objectContaining({ where: `loss "${name}", argument labels`, received: 'int32 [1, 2, 1]' }),
      });
    const loss = relaxedLoss(named('miou'), [line, line], { name: 'mine' });
    expect(() => loss.value(logits, labels)).toThrow(refusal('mine'));
    expect(() => relaxedSums(named('miou'), [line, line], logits, labels)).toThrow(refusal('surrogate of miou'));
    tf.dispose([logits, labels]);
  });

  test('leaves no tensor behind', () => {
    const { logits, labels } = batch([0, 1, 1, 0], [0, 0, 1, 255]);
    const before = tf.memory().numTensors;
    expect(relaxedSums(named('miou'), [line, line], logits, labels)).toEqual({
      intersection: [[1, 1, 0]],
      union: [[2, 2, 0]],
    });
    expect(tf.memory().numTensors).toBe(before);
    const value = relaxedLoss(named('miou'), [line, line]).value(logits, labels);
    expect(tf.memory().numTensors).toBe(before + 1);
    tf.dispose([value, logits, labels]);
  });
});
