import { createRequire } from 'node:module';
import { join } from 'node:path';
import util from 'node:util';
import { NATIVE_BACKEND } from '@auto-seg-loss/ops';
import { type KernelBackend, registerBackend } from '@tensorflow/tfjs-core';
import { tfjsNodeDir } from '../install/addon-sources.ts';

/** What tfjs's binding offers, as far as it is used here. */
interface Binding {
  readonly TF_Version: string;
  isUsingGpuDevice(): boolean;
}

/** What loading the library has found out. */
export interface NativeLibrary {
  readonly version: string;
  readonly device: 'CPU' | 'GPU';
}

const require = createRequire(import.meta.url);

/**
 * Loads TensorFlow and registers it as a backend of tfjs: what the main module of @tensorflow/tfjs-node-gpu does, without its
 * search for a downloaded binding. The environment (log level, threads) must be set before.
 * @param addons the folder of the compiled addons.
 */
export function loadNativeBackend(addons: string): NativeLibrary {
  restoreUtil();
  // Gradients are registered by the union package only.
  require('@tensorflow/tfjs');
  const dist = join(tfjsNodeDir(), 'dist');
  require(join(dist, 'register_all_kernels.js'));
  const { NodeJSKernelBackend } = require(join(dist, 'nodejs_kernel_backend.js')) as {
    readonly NodeJSKernelBackend: new (binding: Binding, packageName: string) => KernelBackend;
  };
  const binding = quietly(addons, () => {
    require(join(addons, 'asl_kernels.node'));
    return require(join(addons, 'tfjs_binding.node')) as Binding;
  });
  registerBackend(NATIVE_BACKEND, () => new NodeJSKernelBackend(binding, '@tensorflow/tfjs-node-gpu'), 3);
  return { version: binding.TF_Version, device: binding.isUsingGpuDevice() ? 'GPU' : 'CPU' };
}

/** Loads without what the library says on standard error about itself; at log level 0 everything is shown. */
function quietly<T>(addons: string, load: () => T): T {
  if (process.env.TF_CPP_MIN_LOG_LEVEL === '0') return load();
  const { silence, restore } = require(join(addons, 'asl_silence.node')) as {
    readonly silence: () => void;
    readonly restore: () => void;
  };
  silence();
  try {
    return load();
  } finally {
    restore();
  }
}

/** tfjs-node 4.22 calls two functions that Node deprecated, with a warning, and in version 23 took away. */
function restoreUtil(): void {
  const target = util as unknown as Record<string, unknown>;
  target.isNullOrUndefined = (value: unknown): boolean => value === null || value === undefined;
  target.isArray = Array.isArray;
}
