import type { LossFormula } from '@auto-seg-loss/kernel';
import type { Scalar, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';

/** A differentiable loss of a segmentation network. */
export interface Loss {
  readonly name: string;
  /**
   * @param logits [n, h, w, c] float32, not normalised.
   * @param labels [n, h, w] int32; values outside [0, c) are ignored.
   * @returns a scalar, differentiable by `logits`; 0 with a gradient of 0 where every pixel is ignored.
   */
  value(logits: Tensor4D, labels: Tensor3D): Scalar;
  /** The same as a formula, which source code can be written of; a loss without one cannot be exported. */
  readonly formula?: LossFormula;
}

declare module '@auto-seg-loss/kernel' {
  interface PluginProducts {
    loss: Loss;
  }
}
