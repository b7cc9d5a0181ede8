import type { OutputStride } from './backbone.ts';

/** How the blocks of a stage step over the image. */
export interface StageSteps {
  /** Of the first block. */
  readonly stride: 1 | 2;
  /** Of the first block's strided convolution. */
  readonly firstDilation: number;
  /** Of every convolution after that. */
  readonly dilation: number;
}

/**
 * Strides and dilations of stages, where those above the output stride dilate in place of stepping: each convolution then sees the
 * same places of the image as in the network that steps, so that its weights fit. A stage's first strided convolution still has the
 * dilation of the stage before (torchvision's `replace_stride_with_dilation`).
 * @param strides of the stages. @param before the stride of what they are given.
 */
export function dilatedStages(
  strides: readonly (1 | 2)[],
  before: number,
  outputStride: OutputStride,
): readonly StageSteps[] {
  let reached = before;
  let dilation = 1;
  return strides.map((stride) => {
    const firstDilation = dilation;
    if (stride === 2 && reached === outputStride) {
      dilation *= 2;
      return { stride: 1, firstDilation, dilation };
    }
    reached *= stride;
    return { stride, firstDilation, dilation };
  });
}
