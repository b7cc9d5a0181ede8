import type { Random } from '@auto-seg-loss/kernel';
import { type Architecture, globalAveragePool, type Network, relu, resizeBilinear } from '@auto-seg-loss/ops';
import { add, concat, type Tensor4D, tidy } from '@tensorflow/tfjs-core';
import { Layers } from './layers.ts';
import type { DeeplabLiteOptions } from './options.ts';

/**
 * A small DeepLabv3+ (Chen et al., ECCV 2018): strided encoder, atrous pyramid with image pooling, a decoder that joins the
 * encoder's features at a quarter of the size. Everything but the last resize runs at half the size or less.
 */
export function deeplabLite(options: DeeplabLiteOptions): Architecture {
  return { name: 'deeplab-lite', build: (classes, random) => buildNetwork(options, classes, random) };
}

function buildNetwork(options: DeeplabLiteOptions, classes: number, random: Random): Network {
  const { width, outputStride, rates, classifierRate } = options;
  const layers = new Layers(random, options.normMomentum);
  const features = 4 * width;

  const stem = layers.block('encoder/stem', { from: 3, to: width, size: 3, stride: 2, constantInput: true });
  const low = layers.block('encoder/low', { from: width, to: 2 * width, size: 3, stride: 2 });
  const middle = layers.block('encoder/middle', { from: 2 * width, to: 2 * width, size: 3 });
  const high = layers.block('encoder/high', {
    from: 2 * width,
    to: features,
    size: 3,
    // What is not taken in steps is made up for by dilation, so that each layer sees as much of the image.
    ...(outputStride === 4 ? { dilation: 2 } : { stride: 2 }),
  });
  const deep = layers.block('encoder/deep', {
    from: features,
    to: features,
    size: 3,
    ...(outputStride === 16 ? { stride: 2 } : {}),
  });

  const pyramid = [
    layers.block('pyramid/point', { from: features, to: width, size: 1 }),
    ...rates.map((dilation, index) =>
      layers.block(`pyramid/atrous-${index + 1}`, { from: features, to: width, size: 3, dilation }),
    ),
  ];
  const pool = layers.convolution('pyramid/pool', { from: features, to: width, size: 1 });
  const poolBias = layers.bias('pyramid/pool', width);
  const joinBranches = layers.convolution('pyramid/join', { from: width * pyramid.length, to: 2 * width, size: 1 });
  const joinPool = layers.convolution('pyramid/join-pool', { from: width, to: 2 * width, size: 1 });
  const joinNorm = layers.norm('pyramid/join', 2 * width);

  const skip = layers.block('decoder/skip', { from: 2 * width, to: Math.ceil(width / 2), size: 1 });
  const decode = layers.block('decoder/join', { from: 2 * width + Math.ceil(width / 2), to: 2 * width, size: 3 });
  const classify = layers.convolution('classifier', { from: 2 * width, to: classes, size: 1 }, classifierRate);
  const classBias = layers.bias('classifier', classes, classifierRate);

  const forward = (images: Tensor4D, training: boolean): Tensor4D => {
    const shallow = middle(low(stem(images, training), training), training); // [n, h/4, w/4, 2·width]
    const encoded = deep(high(shallow, training), training); // [n, h/s, w/s, 4·width]

    const pooled = relu(poolBias(pool(globalAveragePool(encoded), training), training)); // [n, 1, 1, width]
    const branches = concat(
      pyramid.map((branch) => branch(encoded, training)),
      3,
    );
    // The same as a convolution of branches and pooled features side by side, without copying the latter to every pixel.
    const joined = joinNorm(add(joinBranches(branches, training), joinPool(pooled, training)), training);

    const [, height, width] = shallow.shape;
    const upsampled = resizeBilinear(joined, [height, width]); // [n, h/4, w/4, 2·width]
    const decoded = decode(concat([upsampled, skip(shallow, training)], 3), training);
    // The classifier is linear and per pixel, so it may come before the resize, where there are 16 times fewer pixels.
    const logits = classBias(classify(decoded, training), training);
    return resizeBilinear(logits, [images.shape[1], images.shape[2]]);
  };

  return {
    parameters: layers.parameters,
    statistics: layers.statistics,
    forward: (images, training) => tidy(() => forward(images, training)),
    dispose: () => layers.dispose(),
  };
}
