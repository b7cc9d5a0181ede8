import type { Loss } from '@auto-seg-loss/engine';
import { Random } from '@auto-seg-loss/kernel';
import { mul, type Scalar, type Tensor4D, tidy, valueAndGrad } from '@tensorflow/tfjs-core';
import { demand } from '../law/law-broken.ts';
import { type Batch, upload } from './batch.ts';

/** A loss's value, and its gradient by the logits. */
export interface Evaluated {
  readonly value: number;
  /** [n, h, w, c] */
  readonly gradient: Float32Array;
}

export function evaluateLoss(loss: Loss, batch: Batch, factor: number = 1): Evaluated {
  return tidy(() => {
    const { logits, labels } = upload(batch);
    const { value, grad } = valueAndGrad((x: Tensor4D): Scalar => mul(loss.value(x, labels), factor))(logits);
    return { value: value.dataSync()[0] as number, gradient: Float32Array.from(grad.dataSync()) };
  });
}

function valueAt(loss: Loss, batch: Batch, direction: readonly number[], step: number): number {
  const logits = batch.logits.map((value, i) => value + step * (direction[i] as number));
  return tidy(() => {
    const uploaded = upload({ ...batch, logits });
    return loss.value(uploaded.logits, uploaded.labels).dataSync()[0] as number;
  });
}

/** Of the differences, in units of a logit. */
const STEP = 4e-3;
/** Where the differences forwards and backwards part by this share, there is a kink in between. */
const KINK = 0.03;
const TOLERANCE = 0.06;
/** What values of about 1 in float32 resolve over a step. */
const RESOLUTION = 1e-4;

/**
 * Compares the gradient with differences of the value in two directions: along every slope that it names, and anywhere.
 * @returns false where a kink lies beside the point in both, so that nothing can be said.
 * @throws LawBroken
 */
export function slopeFits(loss: Loss, batch: Batch, seed: number): boolean {
  const { value, gradient } = evaluateLoss(loss, batch);
  const random = Random.fromSeed(seed);
  const anywhere = Array.from(gradient, () => (random.uniform() < 0.5 ? -1 : 1));
  const along = Array.from(gradient, (slope, i) => (slope === 0 ? (anywhere[i] as number) : Math.sign(slope)));
  let said = false;
  for (const direction of [along, anywhere]) {
    const forwards = (valueAt(loss, batch, direction, STEP) - value) / STEP;
    const backwards = (value - valueAt(loss, batch, direction, -STEP)) / STEP;
    const measured = (forwards + backwards) / 2;
    const claimed = gradient.reduce((sum, slope, i) => sum + slope * (direction[i] as number), 0);
    const size = Math.max(Math.abs(forwards), Math.abs(backwards), Math.abs(claimed));
    if (Math.abs(forwards - backwards) > KINK * size + RESOLUTION) continue;
    said = true;
    demand(
      Math.abs(claimed - measured) <= TOLERANCE * size + RESOLUTION,
      `the gradient says ${claimed} in a direction in which the value changes by ${measured}`,
    );
  }
  return said;
}
