import { AslError, type Curve, type Metric } from '@auto-seg-loss/kernel';
import { checkBatch } from '@auto-seg-loss/ops';
import {
  grads,
  type Scalar,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  type Tensor4D,
  tidy,
} from '@tensorflow/tfjs-core';
import { PIECE_FIELDS, pieceTensor } from './curve-parameters.ts';
import { lossByPieces, type RelaxedLossOptions } from './relaxed-loss.ts';

/** The slopes of a loss by the coordinates of one curve's pieces: x0, y0, x1, y1, x2, y2 of each. */
export type PieceSlopes = readonly (readonly number[])[];

/**
 * The gradient of a metric's loss by its curves, at fixed logits: what a search that descends needs.
 * @param curves each with pieces. @param logits [n, h, w, c]. @param labels [n, h, w] int32.
 * @returns one for each curve.
 * @throws AslError ASL_PLUGIN_INVALID for a curve without pieces.
 */
export function gradientByCurves(
  metric: Metric,
  curves: readonly Curve[],
  logits: Tensor4D,
  labels: Tensor3D,
  options: Pick<RelaxedLossOptions, 'absent' | 'temperature'> = {},
): readonly PieceSlopes[] {
  checkBatch(`surrogate of ${metric.name}`, logits, labels);
  const all = curves.map(({ pieces }, index) => {
    if (pieces !== undefined) return pieces;
    throw new AslError('ASL_PLUGIN_INVALID', 'the loss cannot be differentiated by its curves', {
      where: `curve ${index} of the surrogate`,
      expected: 'a curve with quadratic pieces',
      remedy: 'use another surrogate, or a searcher that learns from rewards alone',
    });
  });
  return tidy(() => {
    const loss = (...pieces: Tensor[]): Scalar =>
      lossByPieces(metric, curves, pieces as Tensor2D[], logits, labels, options);
    const slopes = grads(loss)(all.map(pieceTensor));
    return slopes.map((tensor, index) => {
      const values = Array.from(tensor.dataSync());
      return (all[index] ?? []).map((_, piece) => values.slice(piece * PIECE_FIELDS, (piece + 1) * PIECE_FIELDS));
    });
  });
}
