import {
  batchToSpaceND,
  conv2d as convolve,
  spaceToBatchND,
  type Tensor4D,
  tensor1d,
  type Variable,
} from '@tensorflow/tfjs-core';
import { type Attribute, isNative, runOp1 } from '../native/native-ops.ts';
import { filterGradient } from './filter-gradient.ts';
import { withGradient } from './with-gradient.ts';

export interface Conv2dOptions {
  /** Step between output pixels; default 1. */
  readonly stride?: number;
  /** Step between the filter's taps; default 1. Not together with a stride. */
  readonly dilation?: number;
  /**
   * Where the zeros around the image lie: default `same`, as many as TensorFlow adds, the odd one at the end; or `symmetric`,
   * (size - 1) / 2 on each side, as PyTorch's networks have it, for square filters of odd size. They differ only where a stride
   * meets an even image.
   */
  readonly padding?: 'same' | 'symmetric';
}

/**
 * 2-D convolution, zero padding so that stride 1 keeps the size ("SAME"), with gradients for dilated ones too.
 * @param x [n, h, w, in]
 * @param filter [rows, columns, in, out]
 * @returns [n, ceil(h / stride), ceil(w / stride), out]
 */
export function conv2d(x: Tensor4D, filter: Tensor4D | Variable, options: Conv2dOptions = {}): Tensor4D {
  const { stride = 1, dilation = 1, padding = 'same' } = options;
  const zeros = padding === 'symmetric' && stride > 1 ? ((filter.shape[0] as number) - 1) / 2 : 'same';
  if (dilation === 1) {
    return isNative()
      ? nativeConvolution(x, filter as Tensor4D, stride, zeros)
      : convolve(x, filter as Tensor4D, stride, zeros);
  }
  const dilated = isNative() && nativeGradients() ? dilatedNative : dilatedBySpaceToBatch;
  return dilated(x, filter as Tensor4D, dilation);
}

/** As tfjs's own, which has no gradient for given paddings on this engine, and keeps x and dy to the end of the backward pass. */
function nativeConvolution(x: Tensor4D, filter: Tensor4D, stride: number, zeros: 'same' | number): Tensor4D {
  const attributes = convolution(stride, 1, zeros);
  return withGradient<Tensor4D>([x, filter], () => ({
    value: runOp1<Tensor4D>('Conv2D', [x, filter], attributes),
    save: [x, filter],
    gradient: (dy, saved) => {
      const [images, weights] = saved as [Tensor4D, Tensor4D];
      return [
        runOp1('Conv2DBackpropInput', [tensor1d(images.shape, 'int32'), weights, dy], attributes),
        runOp1('Conv2DBackpropFilter', [images, tensor1d(weights.shape, 'int32'), dy], attributes),
      ];
    },
  }));
}

/**
 * One op forward and one for the gradient by x: oneDNN and cuDNN know dilated gradients, tfjs only does not ask them. Not for
 * the gradient by the filter: where oneDNN has no direct kernel (its choice, by shape and processor), it falls back to a
 * slower one, and that one, with AVX-512, overwrites foreign memory when a signal arrives while it runs.
 */
function dilatedNative(x: Tensor4D, filter: Tensor4D, dilation: number): Tensor4D {
  const attributes = convolution(1, dilation, 'same');
  return withGradient<Tensor4D>([x, filter], () => ({
    value: runOp1<Tensor4D>('Conv2D', [x, filter], attributes),
    save: [x, filter],
    gradient: (dy, saved) => {
      const [images, weights] = saved as [Tensor4D, Tensor4D];
      return [
        runOp1('Conv2DBackpropInput', [tensor1d(images.shape, 'int32'), weights, dy], attributes),
        filterGradient(images, dy, weights.shape, 1, dilation, 'same'),
      ];
    },
  }));
}

/** A dilated convolution is a plain one on each of the dilation² interleaved sub-images. */
export function dilatedBySpaceToBatch(x: Tensor4D, filter: Tensor4D, dilation: number): Tensor4D {
  const pad = (size: number, taps: number): [number, number] => {
    const reach = (taps - 1) * dilation;
    const before = Math.floor(reach / 2);
    // Both paddings of the convolution, and up to a multiple of the dilation.
    const total = Math.ceil((size + reach) / dilation) * dilation - size;
    return [before, total - before];
  };
  const rows = pad(x.shape[1], filter.shape[0]);
  const columns = pad(x.shape[2], filter.shape[1]);
  const reach = [(filter.shape[0] - 1) * dilation, (filter.shape[1] - 1) * dilation] as const;
  const parts = spaceToBatchND(x, [dilation, dilation], [rows, columns]);
  const convolved = convolve(parts as Tensor4D, filter, 1, 'valid');
  const crops = [
    [0, rows[0] + rows[1] - reach[0]],
    [0, columns[0] + columns[1] - reach[1]],
  ];
  return batchToSpaceND(convolved, [dilation, dilation], crops) as Tensor4D;
}

/** @param zeros on each side of the image, or TensorFlow's. */
function convolution(stride: number, dilation: number, zeros: 'same' | number): Readonly<Record<string, Attribute>> {
  const padding: Readonly<Record<string, Attribute>> =
    zeros === 'same'
      ? { padding: { string: 'SAME' } }
      : {
          padding: { string: 'EXPLICIT' },
          explicit_paddings: { int: [0, 0, zeros, zeros, zeros, zeros, 0, 0] },
        };
  return {
    T: { type: 'float32' },
    strides: { int: [1, stride, stride, 1] },
    ...padding,
    data_format: { string: 'NHWC' },
    use_cudnn_on_gpu: { bool: true },
    dilations: { int: [1, dilation, dilation, 1] },
  };
}

/** Without oneDNN, TensorFlow's processor kernels have no dilated gradients. */
function nativeGradients(): boolean {
  return process.env.TF_ENABLE_ONEDNN_OPTS !== '0';
}
