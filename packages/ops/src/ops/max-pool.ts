import { type Tensor, type Tensor4D, tensor1d, tensor4d } from '@tensorflow/tfjs-core';
import { type Attribute, hasOwnOps, isNative, runOp, runOp1 } from '../native/native-ops.ts';
import { scatterToSources } from './sliding-maximum.ts';
import { withGradient } from './with-gradient.ts';

const SIZE = 3;
const STRIDE = 2;

/**
 * The maximum over windows of 3×3 pixels around every second pixel of every second row, as far as they lie in the image:
 * PyTorch's max pooling of size 3, stride 2 and padding 1. The gradient goes to the first of the largest values.
 * @param x [n, h, w, c] @returns [n, ceil(h / 2), ceil(w / 2), c]
 */
export function maxPool(x: Tensor4D): Tensor4D {
  if (hasOwnOps()) return ownMaxPool(x);
  return isNative() ? tensorflowMaxPool(x) : composedMaxPool(x);
}

/** Keeps where maxima were found, and not the image that they were found in. */
function ownMaxPool(x: Tensor4D): Tensor4D {
  const [, height, width] = x.shape;
  return withGradient<Tensor4D>([x], () => {
    const [value, taps] = runOp('AslMaxPool', [x], {}, 2) as [Tensor4D, Tensor];
    return {
      value,
      save: [taps],
      gradient: (dy, [saved]) => [
        runOp1('AslMaxPoolGrad', [dy, saved as Tensor, tensor1d([height, width], 'int32')], {}),
      ],
    };
  });
}

const ATTRIBUTES: Readonly<Record<string, Attribute>> = {
  T: { type: 'float32' },
  ksize: { int: [1, SIZE, SIZE, 1] },
  strides: { int: [1, STRIDE, STRIDE, 1] },
  padding: { string: 'EXPLICIT' },
  explicit_paddings: { int: [0, 0, 1, 1, 1, 1, 0, 0] },
  data_format: { string: 'NHWC' },
};

/** TensorFlow's own ops, which have kernels for the GPU. */
function tensorflowMaxPool(x: Tensor4D): Tensor4D {
  return withGradient<Tensor4D>([x], () => {
    const value = runOp1<Tensor4D>('MaxPool', [x], ATTRIBUTES);
    return {
      value,
      save: [x, value],
      gradient: (dy, [input, output]) => [runOp1('MaxPoolGrad', [input as Tensor, output as Tensor, dy], ATTRIBUTES)],
    };
  });
}

/** In plain JavaScript: tfjs's WebAssembly backend has no gradient of it, and takes negative values for a tiny one. */
export function composedMaxPool(x: Tensor4D): Tensor4D {
  return withGradient<Tensor4D>([x], () => {
    const [n, h, w, c] = x.shape;
    const [outH, outW] = [Math.ceil(h / STRIDE), Math.ceil(w / STRIDE)];
    const data = x.dataSync();
    const values = new Float32Array(n * outH * outW * c).fill(Number.NEGATIVE_INFINITY);
    const sources = new Int32Array(values.length);
    for (let image = 0; image < n; image++)
      for (let i = 0; i < outH; i++)
        for (let j = 0; j < outW; j++) {
          const to = ((image * outH + i) * outW + j) * c;
          for (let row = Math.max(0, 2 * i - 1); row <= Math.min(h - 1, 2 * i + 1); row++)
            for (let column = Math.max(0, 2 * j - 1); column <= Math.min(w - 1, 2 * j + 1); column++) {
              const from = ((image * h + row) * w + column) * c;
              for (let channel = 0; channel < c; channel++) {
                const value = data[from + channel] as number;
                // A value that is no number shows in the result.
                if (!(value > (values[to + channel] as number)) && !Number.isNaN(value)) continue;
                values[to + channel] = value;
                sources[to + channel] = from + channel;
              }
            }
        }
    return {
      value: tensor4d(values, [n, outH, outW, c]),
      save: [tensor1d(sources, 'int32')],
      gradient: (dy, [saved]) => [tensor4d(scatterToSources(dy.dataSync(), saved?.dataSync() ?? [], x.size), x.shape)],
    };
  });
}
