import type { Random } from '@auto-seg-loss/kernel';
import { type Architecture, batchNorm, conv2d, type Network, resizeBilinear } from '@auto-seg-loss/ops';
import { ones, type Tensor4D, tensor, tidy, variable, zeros } from '@tensorflow/tfjs-core';

/** Two convolutions with a batch norm between them, small enough for every backend. */
export const tinyNetwork: Architecture = {
  name: 'tiny',
  build(classes: number, random: Random): Network {
    const filter = (name: string, shape: [number, number, number, number]) => {
      const stream = random.split(name);
      const values = Array.from({ length: shape.reduce((a, b) => a * b) }, () => 0.3 * stream.normal());
      return tidy(() => variable(tensor(values, shape)));
    };
    const first = filter('first', [3, 3, 3, 4]);
    const last = filter('last', [1, 1, 4, classes]);
    const [gamma, mean, beta, variance] = [ones, zeros, zeros, ones].map((make) => tidy(() => variable(make([4]))));
    if (!gamma || !mean || !beta || !variance) throw new Error('four variables were made');
    const parameters = [
      { name: 'first/filter', variable: first, decay: true },
      { name: 'first/gamma', variable: gamma, decay: false },
      { name: 'first/beta', variable: beta, decay: false },
      { name: 'last/filter', variable: last, decay: true },
    ];
    const statistics = [
      { name: 'first/mean', variable: mean },
      { name: 'first/variance', variable: variance },
    ];
    return {
      parameters,
      statistics,
      forward: (images, training) =>
        tidy(() => {
          const features = batchNorm(
            conv2d(images, first as unknown as Tensor4D, { stride: 2 }),
            { gamma, beta, mean, variance },
            { training, momentum: 0.2, relu: true },
          );
          const logits = conv2d(features, last as unknown as Tensor4D);
          return resizeBilinear(logits, [images.shape[1], images.shape[2]]);
        }),
      dispose: () => {
        for (const { variable: owned } of [...parameters, ...statistics]) owned.dispose();
      },
    };
  },
};
