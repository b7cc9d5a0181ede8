import { type CurveSlot, type Formula, readFormula } from '@auto-seg-loss/formula';
import { AslError, type Curve, type Metric, type PerClass } from '@auto-seg-loss/kernel';
import { checkBatch, type Loss } from '@auto-seg-loss/ops';
import {
  cast,
  div,
  greater,
  mul,
  type Scalar,
  sub,
  type Tensor2D,
  type Tensor3D,
  type Tensor4D,
  tidy,
} from '@tensorflow/tfjs-core';
import { RelaxedMeasure } from './relaxed-measure.ts';
import { openScore, relaxedScoreAlgebra, sealSums } from './relaxed-score.ts';

export interface RelaxedLossOptions {
  /** Shown in tables and logs. */
  readonly name?: string;
  /**
   * How means count the classes that no label of the batch has: as 0 (`zero`, as published, so that published curves behave
   * as published), or not at all (`skip`).
   */
  readonly absent?: 'zero' | 'skip';
  /** The loss is weight · (1 - surrogate). */
  readonly weight?: number;
  /** Above 0: what logits are divided by before the softmax; 1 by default. */
  readonly temperature?: number;
}

/** Logits at a temperature. Nothing is computed at 1. */
function atTemperature(logits: Tensor4D, temperature: number): Tensor4D {
  return temperature === 1 ? logits : div(logits, temperature);
}

/** weight · (1 - surrogate). Call inside a tidy. */
function lossOf(
  metric: Metric,
  sums: Formula['sums'],
  measure: RelaxedMeasure,
  absent: 'zero' | 'skip',
  weight: number,
): Scalar {
  const values: Record<string, PerClass> = {};
  for (const [key, sum] of Object.entries(measure.sums(sums))) values[key] = sealSums(sum);
  const present = absent === 'skip' ? cast<Tensor2D>(greater(measure.labelCounts(), 0), 'float32') : undefined;
  const surrogate = openScore(metric.score(relaxedScoreAlgebra(present), values));
  return mul(sub(1, surrogate), mul(measure.hasLabels(), weight));
}

/**
 * The loss of `relaxedLoss`, differentiable by the pieces of its curves and not by the logits. Call inside a tidy.
 * @param pieces of each curve, as `pieceTensor` makes them.
 */
export function lossByPieces(
  metric: Metric,
  curves: readonly Curve[],
  pieces: readonly Tensor2D[],
  logits: Tensor4D,
  labels: Tensor3D,
  { absent = 'zero', temperature = 1 }: Pick<RelaxedLossOptions, 'absent' | 'temperature'> = {},
): Scalar {
  const { sums, slots } = readFormula(metric);
  checkCurves(metric, slots, curves);
  const measure = new RelaxedMeasure(atTemperature(logits, temperature), labels, curves, pieces);
  return lossOf(metric, sums, measure, absent, 1);
}

function checkCurves(metric: Metric, slots: readonly CurveSlot[], curves: readonly Curve[]): void {
  if (curves.length === slots.length) return;
  throw new AslError('ASL_LOSS_MISMATCH', `the curves do not fit the metric "${metric.name}"`, {
    where: 'curves',
    expected: `${slots.length} (${slots.map((slot) => slot.name).join(', ')})`,
    received: `${curves.length}`,
  });
}

/**
 * What the formula adds up on soft predictions, by name: a row for each image where the sum is one of images, else one row of
 * the batch; a number for each class. Reads from the device; not differentiable.
 * @param logits [n, h, w, c]. @param labels [n, h, w] int32.
 * @throws as `relaxedLoss`.
 */
export function relaxedSums(
  metric: Metric,
  curves: readonly Curve[],
  logits: Tensor4D,
  labels: Tensor3D,
): Record<string, readonly (readonly number[])[]> {
  const { sums, slots } = readFormula(metric);
  checkCurves(metric, slots, curves);
  checkBatch(`surrogate of ${metric.name}`, logits, labels);
  return tidy(() => {
    const values = new RelaxedMeasure(logits, labels, curves).sums(sums);
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value.arraySync()]));
  });
}

/**
 * The searchable loss of a metric: its formula on the probabilities softmax(logits / temperature), with a curve in place of each soft input of a
 * logical operation (Auto Seg-Loss, ICLR 2021, equations 4 to 6). 0 where every pixel is ignored.
 * @param curves one for each slot of `readFormula(metric).slots`, in their order.
 * @throws AslError ASL_LOSS_MISMATCH for another number of curves.
 */
export function relaxedLoss(metric: Metric, curves: readonly Curve[], options: RelaxedLossOptions = {}): Loss {
  const { name = `surrogate of ${metric.name}`, absent = 'zero', weight = 1, temperature = 1 } = options;
  const { sums, slots } = readFormula(metric);
  checkCurves(metric, slots, curves);
  return {
    name,
    value: (logits, labels): Scalar => {
      checkBatch(name, logits, labels);
      return tidy(() => {
        const measure = new RelaxedMeasure(atTemperature(logits, temperature), labels, curves);
        return lossOf(metric, sums, measure, absent, weight);
      });
    },
  };
}
