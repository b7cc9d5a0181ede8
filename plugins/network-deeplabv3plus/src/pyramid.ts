import { inTurn, type Layer, type Layers } from '@auto-seg-loss/backbones';
import { conv2d, globalAveragePool } from '@auto-seg-loss/ops';
import { add, concat, slice, type Tensor4D } from '@tensorflow/tfjs-core';
import { convolutionBlock } from './convolution-block.ts';

/** The widths and dilations of a pyramid. */
interface PyramidShape {
  readonly from: number;
  /** Of each branch, and of what they are joined to. */
  readonly channels: number;
  readonly rates: readonly number[];
  readonly separable: boolean;
}

/**
 * The atrous pyramid (Chen et al., 2017): a 1×1 convolution, 3×3 ones of several dilations, and the mean over the image, side by side, and a
 * 1×1 convolution that joins them. Named as torchvision's ASPP.
 */
export function pyramid(layers: Layers, { from, channels, rates, separable }: PyramidShape): Layer {
  const branches = [
    inTurn([
      layers.convolution('convs.0.0', { from, to: channels, size: 1 }),
      layers.norm('convs.0.1', channels, true),
    ]),
    ...rates.map((dilation, index) =>
      convolutionBlock(layers.within(`convs.${index + 1}.`), 0, { from, to: channels, dilation, separable }),
    ),
  ];
  const place = `convs.${branches.length}`;
  const pool = inTurn([
    layers.convolution(`${place}.1`, { from, to: channels, size: 1 }),
    layers.norm(`${place}.2`, channels, true),
  ]);
  const along = channels * branches.length;
  const filter = layers.filter('project.0', { from: along + channels, to: channels, size: 1 });
  const norm = layers.norm('project.1', channels, true);
  return (input, training) => {
    const sides = concat(
      branches.map((branch) => branch(input, training)),
      3,
    );
    const pooled = pool(globalAveragePool(input), training); // [n, 1, 1, channels]
    // The same as a convolution of branches and pooled features side by side, without copying the latter to every pixel.
    const joined = add(
      conv2d(sides, slice(filter, [0, 0, 0, 0], [1, 1, along, channels])),
      conv2d(pooled, slice(filter, [0, 0, along, 0], [1, 1, channels, channels])),
    );
    return norm(joined as Tensor4D, training);
  };
}
