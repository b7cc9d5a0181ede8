import { Random } from '@auto-seg-loss/kernel';
import type { Loss } from '@auto-seg-loss/ops';
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

/** How a gradient is compared with differences of the value. */
export interface Differences {
  /** Of the differences, in units of a logit. */
  readonly step: number;
  /** What of a difference the rounding of values over the step may be. */
  readonly resolution: number;
  /** Where differences forwards and backwards, or over twice the step, part by this share, nothing can be said. */
  readonly kink: number;
  /** What share the gradient may be off. */
  readonly tolerance: number;
}

/** For values in float32, of about 1. */
export const SINGLE: Differences = { step: 4e-3, resolution: 1e-4, kink: 0.03, tolerance: 0.06 };
/** For values in float64. */
export const DOUBLE: Differences = { step: 1e-5, resolution: 1e-6, kink: 1e-3, tolerance: 2e-3 };

/**
 * Compares a gradient with differences of the value in two directions: along every slope that it names, and anywhere.
 * @param gradient by the logits. @param valueAt the value where the logits are moved by as much.
 * @returns false where nothing can be said in both: a kink lies beside the point, or the values' rounding is as large as they.
 * @throws LawBroken
 */
export function slopeFits(
  gradient: Float32Array,
  valueAt: (moved: (index: number) => number) => number,
  { step, resolution, kink, tolerance }: Differences,
  seed: number,
): boolean {
  const random = Random.fromSeed(seed);
  const anywhere = Array.from(gradient, () => (random.uniform() < 0.5 ? -1 : 1));
  const along = Array.from(gradient, (slope, i) => (slope === 0 ? (anywhere[i] as number) : Math.sign(slope)));
  const value = valueAt(() => 0);
  let said = false;
  for (const direction of [along, anywhere]) {
    const moved = (by: number): number => valueAt((index) => by * (direction[index] as number));
    const forwards = (moved(step) - value) / step;
    const backwards = (value - moved(-step)) / step;
    const measured = (forwards + backwards) / 2;
    const claimed = gradient.reduce((sum, slope, i) => sum + slope * (direction[i] as number), 0);
    const size = Math.max(Math.abs(forwards), Math.abs(backwards), Math.abs(claimed));
    const wider = (moved(2 * step) - moved(-2 * step)) / (4 * step);
    const parted = Math.max(Math.abs(forwards - backwards), Math.abs(wider - measured));
    if (parted > kink * size + resolution) continue;
    said = true;
    demand(
      Math.abs(claimed - measured) <= tolerance * size + resolution,
      `the gradient says ${claimed} in a direction in which the value changes by ${measured}`,
    );
  }
  return said;
}

/** A loss's value where the logits are moved. */
export function movedValue(loss: Loss, batch: Batch): (moved: (index: number) => number) => number {
  return (moved) =>
    tidy(() => {
      const { logits, labels } = upload({ ...batch, logits: batch.logits.map((value, i) => value + moved(i)) });
      return loss.value(logits, labels).dataSync()[0] as number;
    });
}
