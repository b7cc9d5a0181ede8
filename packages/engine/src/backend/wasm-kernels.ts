import {
  backend_util,
  Conv2DBackpropFilter,
  type Conv2DBackpropFilterAttrs,
  concat,
  equal,
  matMul,
  OneHot,
  type OneHotAttrs,
  pad,
  range,
  registerKernel,
  reshape,
  scalar,
  stridedSlice,
  type Tensor,
  type Tensor4D,
  type TensorInfo,
  tidy,
  unregisterKernel,
  where,
} from '@tensorflow/tfjs-core';
import { WASM_BACKEND } from './wasm-backend-name.ts';

/** Registers the kernels of training that tfjs's WebAssembly backend lacks (tensorflow/tfjs#8474) or has wrong. */
export function registerWasmKernels(): void {
  registerKernel({
    kernelName: Conv2DBackpropFilter,
    backendName: WASM_BACKEND,
    kernelFunc: ({ inputs, attrs }) => {
      const { x, dy } = inputs as { readonly x: Tensor4D; readonly dy: Tensor4D };
      return filterGradient(x, dy, attrs as unknown as Conv2DBackpropFilterAttrs);
    },
  });
  unregisterKernel(OneHot, WASM_BACKEND);
  registerKernel({
    kernelName: OneHot,
    backendName: WASM_BACKEND,
    kernelFunc: ({ inputs, attrs }) => {
      const { indices } = inputs as { readonly indices: Tensor };
      return safeOneHot(indices, attrs as unknown as OneHotAttrs);
    },
  });
}

/** tfjs's own writes beyond its memory where an index is outside [0, depth). */
function safeOneHot(indices: Tensor, { depth, onValue, offValue, dtype }: OneHotAttrs): TensorInfo {
  return tidy(() => {
    const hit = equal(reshape(indices, [...indices.shape, 1]), range(0, depth, 1, 'int32'));
    return where(hit, scalar(onValue, dtype), scalar(offValue, dtype));
  });
}

/** For each tap of the filter, the product of the input as that tap sees it and dy: shifted matrix products. */
function filterGradient(x: Tensor4D, dy: Tensor4D, attributes: Conv2DBackpropFilterAttrs): TensorInfo {
  const { strides, pad: padding, dimRoundingMode, filterShape } = attributes;
  const info = backend_util.computeConv2DInfo(x.shape, filterShape, strides, 1, padding, dimRoundingMode);
  const {
    padInfo,
    filterHeight,
    filterWidth,
    inChannels,
    outChannels,
    outHeight,
    outWidth,
    strideHeight,
    strideWidth,
  } = info;
  return tidy(() => {
    const [n] = x.shape;
    const padded = pad(x, [
      [0, 0],
      [padInfo.top, padInfo.bottom],
      [padInfo.left, padInfo.right],
      [0, 0],
    ]);
    const slope = reshape(dy, [-1, outChannels]);
    const taps = [];
    for (let row = 0; row < filterHeight; row++) {
      for (let column = 0; column < filterWidth; column++) {
        const seen = stridedSlice(
          padded,
          [0, row, column, 0],
          [n, row + (outHeight - 1) * strideHeight + 1, column + (outWidth - 1) * strideWidth + 1, inChannels],
          [1, strideHeight, strideWidth, 1],
        );
        taps.push(matMul(reshape(seen, [-1, inChannels]), slope, true, false));
      }
    }
    return reshape(concat(taps, 0), filterShape);
  });
}
