import {
  Conv2DBackpropFilter,
  type Conv2DBackpropFilterAttrs,
  Conv2DBackpropInput,
  type Conv2DBackpropInputAttrs,
  equal,
  OneHot,
  type OneHotAttrs,
  range,
  registerKernel,
  reshape,
  scalar,
  type Tensor,
  type Tensor4D,
  type TensorInfo,
  tidy,
  unregisterKernel,
  where,
} from '@tensorflow/tfjs-core';
import { filterGradient } from '../ops/filter-gradient.ts';
import { inputGradient } from '../ops/input-gradient.ts';
import { WASM_BACKEND } from './wasm-backend-name.ts';

/**
 * Registers the kernels of training that tfjs's WebAssembly backend lacks (the gradient of convolutions by the filter,
 * tensorflow/tfjs#8474), has slow (by the input: plain loops), or has wrong (one-hot).
 */
export function registerWasmKernels(): void {
  registerKernel({
    kernelName: Conv2DBackpropFilter,
    backendName: WASM_BACKEND,
    kernelFunc: ({ inputs, attrs }) => {
      const { x, dy } = inputs as { readonly x: Tensor4D; readonly dy: Tensor4D };
      const { strides, pad, filterShape } = attrs as unknown as Conv2DBackpropFilterAttrs;
      // The engine's convolutions have no lists of paddings.
      return tidy(() => filterGradient(x, dy, filterShape, strides, 1, pad as 'same' | 'valid' | number));
    },
  });
  unregisterKernel(Conv2DBackpropInput, WASM_BACKEND);
  registerKernel({
    kernelName: Conv2DBackpropInput,
    backendName: WASM_BACKEND,
    kernelFunc: ({ inputs, attrs }) => {
      const { dy, filter } = inputs as { readonly dy: Tensor4D; readonly filter: Tensor4D };
      const { strides, pad, inputShape } = attrs as unknown as Conv2DBackpropInputAttrs;
      return tidy(() => inputGradient(dy, filter, inputShape, strides, pad as 'same' | 'valid' | number));
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
