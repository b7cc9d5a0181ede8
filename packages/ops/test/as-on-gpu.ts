import { backend } from '@tensorflow/tfjs-core';
import { vi } from 'vitest';

interface Native {
  isUsingGpuDevice: boolean;
  executeMultipleOutputs(op: string, ...rest: unknown[]): unknown;
}

/**
 * Works on the native engine as if its device were a GPU, for which our own operations have no kernels: what runs in their
 * place runs here on the processor. @returns the operations that were run.
 */
export async function asOnGpu(work: () => void | Promise<void>): Promise<readonly string[]> {
  const native = backend() as unknown as Native;
  const spy = vi.spyOn(native, 'executeMultipleOutputs');
  native.isUsingGpuDevice = true;
  try {
    await work();
    return spy.mock.calls.map(([op]) => op);
  } finally {
    native.isUsingGpuDevice = false;
    spy.mockRestore();
  }
}
