import type { Architecture, Network } from '@auto-seg-loss/ops';
import { conv2d, resizeBilinear } from '@auto-seg-loss/ops';
import { relu, type Tensor4D, tensor, tidy, variable } from '@tensorflow/tfjs-core';

/** A network of an encoder and a head, one convolution each, small enough for every backend. */
export const cutNetwork: Architecture = {
  name: 'cut',
  // Only an encoder that was trained has features that are worth keeping.
  weights: { source: 'tests', sha256: '0', report: '' },
  build(classes, random): Network {
    const filter = (name: string, shape: [number, number, number, number]) => {
      const stream = random.split(name);
      const values = Array.from({ length: shape.reduce((a, b) => a * b) }, () => 0.3 * stream.normal());
      return tidy(() => variable(tensor(values, shape)));
    };
    const first = filter('first', [3, 3, 3, 4]);
    const last = filter('last', [1, 1, 4, classes]);
    const encode = (images: Tensor4D): Tensor4D[] => [
      relu(conv2d(images, first as unknown as Tensor4D, { stride: 2 })) as Tensor4D,
    ];
    const decode = ([features]: readonly Tensor4D[], size: readonly [number, number]): Tensor4D =>
      resizeBilinear(conv2d(features as Tensor4D, last as unknown as Tensor4D), size);
    return {
      parameters: [
        { name: 'encoder.first', variable: first, decay: true },
        { name: 'last', variable: last, decay: true },
      ],
      statistics: [],
      forward: (images) => tidy(() => decode(encode(images), [images.shape[1], images.shape[2]])),
      halves: {
        isOfEncoder: (name) => name.startsWith('encoder.'),
        encode: (images) => tidy(() => encode(images)),
        forward: (features, size) => tidy(() => decode(features, size)),
        trainingLogits: (features, size) => [{ logits: tidy(() => decode(features, size)), weight: 1 }],
      },
      dispose: () => {
        first.dispose();
        last.dispose();
      },
    };
  },
};
