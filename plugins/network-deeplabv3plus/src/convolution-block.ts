import { inTurn, type Layer, type Layers } from '@auto-seg-loss/backbones';

interface BlockShape {
  readonly from: number;
  readonly to: number;
  readonly separable: boolean;
  /** Default 1. */
  readonly dilation?: number;
}

/**
 * A 3×3 convolution with batch norm and ReLU; a separable one convolves each channel by itself, and joins them by a 1×1 convolution, each
 * with batch norm and ReLU. Named by places in an `nn.Sequential`.
 * @param first the first of its places.
 */
export function convolutionBlock(
  layers: Layers,
  first: number,
  { from, to, separable, dilation = 1 }: BlockShape,
): Layer {
  if (!separable) {
    return inTurn([
      layers.convolution(`${first}`, { from, to, size: 3, dilation }),
      layers.norm(`${first + 1}`, to, true),
    ]);
  }
  return inTurn([
    layers.depthwise(`${first}`, { channels: from, size: 3, dilation }),
    layers.norm(`${first + 1}`, from, true),
    layers.convolution(`${first + 3}`, { from, to, size: 1 }),
    layers.norm(`${first + 4}`, to, true),
  ]);
}
