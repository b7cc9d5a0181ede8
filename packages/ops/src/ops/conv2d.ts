import {
  batchToSpaceND,
  conv2d as convolve,
  pad,
  slice,
  spaceToBatchND,
  type Tensor4D,
  tensor1d,
  type Variable,
} from '@tensorflow/tfjs-core';
import { type Attribute, isNative, runOp1 } from '../native/native-ops.ts';
import {
  convolve3x3,
  filterGradient3x3,
  filterGradientSuitsTiles,
  inputGradient3x3,
  suitsTiles,
} from './convolution3x3.ts';
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
  /** Whether nothing is asked about the gradient by x, which then is not there: half the backward pass of a first layer. Default false. */
  readonly constantInput?: boolean;
}

type Shape = readonly [number, number, number, number];

/**
 * 2-D convolution, zero padding so that stride 1 keeps the size ("SAME"), with gradients for dilated ones too.
 * @param x [n, h, w, in]
 * @param filter [rows, columns, in, out]
 * @returns [n, ceil(h / stride), ceil(w / stride), out]
 */
export function conv2d(x: Tensor4D, filter: Tensor4D | Variable, options: Conv2dOptions = {}): Tensor4D {
  const { stride = 1, dilation = 1, padding = 'same', constantInput = false } = options;
  const zeros = padding === 'symmetric' && stride > 1 ? ((filter.shape[0] as number) - 1) / 2 : 'same';
  const taps = filter as Tensor4D;
  if (isNative() && (dilation === 1 || nativeGradients())) {
    return nativeConvolution(x, taps, { stride, dilation, zeros, constantInput });
  }
  return dilation === 1 ? convolve(x, taps, stride, zeros) : dilatedBySpaceToBatch(x, taps, dilation);
}

interface Geometry {
  readonly stride: number;
  readonly dilation: number;
  /** On each side of the image, or TensorFlow's. */
  readonly zeros: 'same' | number;
  readonly constantInput: boolean;
}

/** As tfjs's own, which has no gradient of dilated ones on this engine, and keeps x and dy to the end of the backward pass. */
function nativeConvolution(x: Tensor4D, filter: Tensor4D, geometry: Geometry): Tensor4D {
  const { stride, dilation, zeros, constantInput } = geometry;
  const differentiable = constantInput ? [filter] : [x, filter];
  return withGradient<Tensor4D>(differentiable, () => {
    const images = zeros === 'same' ? x : withZerosAround(x, filter.shape, stride, zeros);
    return {
      value: suitsTiles(images.shape, filter.shape, stride, dilation)
        ? convolve3x3(images, filter, dilation)
        : runOp1<Tensor4D>('Conv2D', [images, filter], convolution(geometry)),
      save: [images, filter],
      gradient: (dy, saved) => {
        const [seen, weights] = saved as [Tensor4D, Tensor4D];
        const byFilter = nativeFilterGradient(seen, dy, weights.shape, geometry);
        if (constantInput) return [byFilter];
        const bySeen = nativeInputGradient(dy, weights, seen.shape, geometry);
        // Not the zeros.
        return [zeros === 'same' ? bySeen : slice(bySeen, [0, zeros, zeros, 0], x.shape), byFilter];
      },
    };
  });
}

function nativeInputGradient(dy: Tensor4D, filter: Tensor4D, shape: Shape, geometry: Geometry): Tensor4D {
  const { stride, dilation } = geometry;
  if (suitsTiles(shape, filter.shape, stride, dilation)) return inputGradient3x3(dy, filter, dilation);
  return runOp1('Conv2DBackpropInput', [tensor1d([...shape], 'int32'), filter, dy], convolution(geometry));
}

/**
 * oneDNN knows this gradient for dilated filters too, but is not asked: where it has no direct kernel (its choice, by shape and
 * processor), it falls back to a slower one, and that one, with AVX-512, overwrites foreign memory when a signal arrives while it runs.
 */
function nativeFilterGradient(x: Tensor4D, dy: Tensor4D, shape: Shape, geometry: Geometry): Tensor4D {
  const { stride, dilation } = geometry;
  if (filterGradientSuitsTiles(x.shape, shape, stride, dilation)) return filterGradient3x3(x, dy, dilation);
  if (dilation > 1) return filterGradient(x, dy, shape, 1, dilation, 'same');
  return runOp1('Conv2DBackpropFilter', [x, tensor1d([...shape], 'int32'), dy], convolution(geometry));
}

/**
 * The image with what a filter sees beyond it. oneDNN has no gradients of convolutions with given paddings; what TensorFlow has
 * then takes three times as long.
 */
function withZerosAround(x: Tensor4D, filter: Shape, stride: number, zeros: number): Tensor4D {
  const after = (size: number, taps: number): number =>
    Math.max(0, (Math.ceil(size / stride) - 1) * stride + taps - size - zeros);
  return pad(x, [
    [0, 0],
    [zeros, after(x.shape[1], filter[0])],
    [zeros, after(x.shape[2], filter[1])],
    [0, 0],
  ]);
}

/** A dilated convolution is a plain one on each of the dilation² interleaved sub-images. */
export function dilatedBySpaceToBatch(x: Tensor4D, filter: Tensor4D, dilation: number): Tensor4D {
  const around = (size: number, taps: number): [number, number] => {
    const reach = (taps - 1) * dilation;
    const before = Math.floor(reach / 2);
    // Both paddings of the convolution, and up to a multiple of the dilation.
    const total = Math.ceil((size + reach) / dilation) * dilation - size;
    return [before, total - before];
  };
  const rows = around(x.shape[1], filter.shape[0]);
  const columns = around(x.shape[2], filter.shape[1]);
  const reach = [(filter.shape[0] - 1) * dilation, (filter.shape[1] - 1) * dilation] as const;
  const parts = spaceToBatchND(x, [dilation, dilation], [rows, columns]);
  const convolved = convolve(parts as Tensor4D, filter, 1, 'valid');
  const crops = [
    [0, rows[0] + rows[1] - reach[0]],
    [0, columns[0] + columns[1] - reach[1]],
  ];
  return batchToSpaceND(convolved, [dilation, dilation], crops) as Tensor4D;
}

function convolution({ stride, dilation, zeros }: Geometry): Readonly<Record<string, Attribute>> {
  return {
    T: { type: 'float32' },
    strides: { int: [1, stride, stride, 1] },
    // Given zeros are in the image already.
    padding: { string: zeros === 'same' ? 'SAME' : 'VALID' },
    data_format: { string: 'NHWC' },
    use_cudnn_on_gpu: { bool: true },
    dilations: { int: [1, dilation, dilation, 1] },
  };
}

/** Without oneDNN, TensorFlow's processor kernels have no dilated gradients. */
function nativeGradients(): boolean {
  return process.env.TF_ENABLE_ONEDNN_OPTS !== '0';
}
