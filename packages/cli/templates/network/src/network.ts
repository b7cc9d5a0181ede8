import type { Random } from '@auto-seg-loss/kernel';
import { conv2d, type Network, type Parameter, relu, resizeBilinear } from '@auto-seg-loss/ops';
import { add, type Tensor, type Tensor4D, tensor, tidy, type Variable, variable, zeros } from '@tensorflow/tfjs-core';

/** [n, h, w, from] to [n, h', w', to] */
type Layer = (x: Tensor4D) => Tensor4D;

/**
 * Say here what it is, and where it comes from. As it stands: two convolutions in steps of 2, two dilated ones, and a linear
 * classifier, whose logits are made as large as the image.
 */
export function buildTemplateName(width: number, classes: number, random: Random): Network {
  const parameters: Parameter[] = [];
  const parameter = (name: string, initial: () => Tensor, decay: boolean): Variable => {
    const made = tidy(() => variable(initial()));
    // Checkpoints find it by this name.
    parameters.push({ name, variable: made, decay });
    return made;
  };
  const layer = (
    name: string,
    [size, from, to]: readonly number[],
    options: { stride?: number; dilation?: number },
  ): Layer => {
    const shape = [size, size, from, to] as [number, number, number, number];
    // A stream of its own: a layer's weights do not depend on the others.
    const stream = random.split(name);
    const deviation = Math.sqrt(2 / (shape[0] * shape[1] * shape[2]));
    const values = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => deviation * stream.normal());
    const filter = parameter(`${name}/filter`, () => tensor(values, shape), true);
    const bias = parameter(`${name}/bias`, () => zeros([shape[3]]), false);
    return (x) => add(conv2d(x, filter, options), bias);
  };

  const layers = [
    layer('first', [3, 3, width], { stride: 2 }),
    layer('second', [3, width, width], { stride: 2 }),
    layer('third', [3, width, width], { dilation: 2 }),
    layer('fourth', [3, width, width], { dilation: 4 }),
  ];
  const classify = layer('classify', [1, width, classes], {});

  return {
    parameters,
    // Moving averages, where it has batch norm.
    statistics: [],
    forward: (images) =>
      tidy(() => {
        const features = layers.reduce((x, next) => relu(next(x)), images); // [n, h/4, w/4, width]
        return resizeBilinear(classify(features), [images.shape[1], images.shape[2]]);
      }),
    dispose: () => {
      for (const { variable: own } of parameters) own.dispose();
    },
  };
}
