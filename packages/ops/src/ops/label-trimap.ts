import { type Tensor1D, type Tensor3D, tensor1d } from '@tensorflow/tfjs-core';
import { runOp1 } from '../native/native-ops.ts';

export interface TrimapOptions {
  readonly classes: number;
  /** In pixels, 0 or more. */
  readonly tolerance: number;
  /** Leaves the edges of class 0 out; those of other classes beside it stay. */
  readonly withoutBackground: boolean;
}

/**
 * The pixels near an edge of any class, where `hasOutlineSums`. A pixel is on its class's edge if one of its eight
 * neighbours in the image has another label, or an ignored one.
 * @param labels [n, h, w] int32; outside [0, classes) is ignored
 * @returns 1 at most `tolerance` rows and columns from an edge, else 0; [n·h·w]
 */
export function labelTrimap(labels: Tensor3D, { classes, tolerance, withoutBackground }: TrimapOptions): Tensor1D {
  const settings = tensor1d([classes, tolerance, withoutBackground ? 1 : 0], 'int32');
  return runOp1('AslLabelTrimap', [labels, settings], {});
}
