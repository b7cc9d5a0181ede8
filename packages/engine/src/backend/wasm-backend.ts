import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { registerWasmKernels } from '@auto-seg-loss/ops';
import type * as Wasm from '@tensorflow/tfjs-backend-wasm';

const require = createRequire(import.meta.url);

/** Loads the WebAssembly backend, with SIMD (tfjs does not support its threads in Node). */
export function loadWasmBackend(): { readonly version: string } {
  require('@tensorflow/tfjs');
  const wasm = require('@tensorflow/tfjs-backend-wasm') as typeof Wasm;
  wasm.setWasmPaths(join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')), '/'));
  registerWasmKernels();
  return { version: wasm.version_wasm };
}
