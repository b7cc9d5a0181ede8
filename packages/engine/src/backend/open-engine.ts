import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { AslError } from '@auto-seg-loss/kernel';
import { NATIVE_BACKEND, WASM_BACKEND } from '@auto-seg-loss/ops';
import { setBackend } from '@tensorflow/tfjs-core';
import { type Found, findInstalled } from '../install/find-installed.ts';
import { loadNativeBackend } from './native-backend.ts';
import { loadWasmBackend } from './wasm-backend.ts';

export interface OpenOptions {
  /** Threads of the native library; default $TF_NUM_INTRAOP_THREADS, else all cores. WebAssembly has one. */
  readonly threads?: number;
  /** auto: native if it is installed, else WebAssembly. */
  readonly backend?: 'auto' | 'native' | 'wasm';
  /** Where the native engine is installed. Default: see `defaultCacheDir`. */
  readonly cacheDir?: string;
}

/** Why the engine is not the native one, and how to get that. */
export interface Fallback {
  readonly reason: string;
  readonly remedy: string;
}

/** What tensors are computed by, from `openEngine` on. */
export interface Engine {
  readonly backend: 'native' | 'wasm';
  /** Of TensorFlow, or of tfjs's WebAssembly backend. */
  readonly libraryVersion: string;
  readonly device: 'CPU' | 'GPU';
  readonly threads: number;
  /** Only where `auto` fell back. To be shown once. */
  readonly fallback?: Fallback;
}

const opened = new Map<Engine['backend'], Engine>();

/**
 * Loads a backend of tfjs and makes it the active one. Call it before any tensor is made, in the main thread of the process.
 * Opening again is cheap, and switches between the two.
 * @throws AslError ASL_ENGINE_MISSING for `native` where it is not installed; ASL_ARGUMENT_INVALID for another number of
 *   threads than the library was loaded with.
 */
export async function openEngine(options: OpenOptions = {}): Promise<Engine> {
  const wanted = options.backend ?? 'auto';
  const threads = threadCount(options.threads);
  if (wanted === 'wasm') return openWasm(undefined);
  const before = opened.get('native');
  if (before !== undefined) {
    if (options.threads !== undefined && options.threads !== before.threads) {
      throw new AslError('ASL_ARGUMENT_INVALID', 'the number of threads cannot change after the library was loaded', {
        where: 'threads',
        expected: String(before.threads),
        received: String(options.threads),
      });
    }
    await setBackend(NATIVE_BACKEND);
    return before;
  }
  const installed = findInstalled(options.cacheDir);
  if (installed.addons !== undefined) return openNative(installed, installed.addons, threads);
  const fallback: Fallback = { reason: installed.problem, remedy: installed.remedy };
  if (wanted === 'native') {
    throw new AslError('ASL_ENGINE_MISSING', fallback.reason, {
      where: installed.path,
      remedy: `go on with the WebAssembly engine, which is many times slower, or: ${fallback.remedy}`,
    });
  }
  return openWasm(fallback);
}

async function openNative(installed: Found, addons: string, threads: number): Promise<Engine> {
  // The library reads these when it is loaded.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '3';
  // Older processors would run without oneDNN, which is slower and has no gradients of dilated convolutions.
  process.env.TF_ENABLE_ONEDNN_OPTS ??= '1';
  process.env.TF_NUM_INTRAOP_THREADS = String(threads);
  process.env.TF_NUM_INTEROP_THREADS = '1';
  if (installed.release?.gpu === true) {
    // Where the compiler of GPU code and its library are.
    process.env.XLA_FLAGS ??= `--xla_gpu_cuda_data_dir=${join(installed.path, 'nvidia', 'cuda_nvcc')}`;
  }
  const { version, device } = loadNativeBackend(addons);
  const engine: Engine = { backend: 'native', libraryVersion: version, device, threads };
  opened.set('native', engine);
  await setBackend(NATIVE_BACKEND);
  return engine;
}

async function openWasm(fallback: Fallback | undefined): Promise<Engine> {
  const before = opened.get('wasm');
  const engine = before ?? { backend: 'wasm', libraryVersion: loadWasmBackend().version, device: 'CPU', threads: 1 };
  opened.set('wasm', engine);
  await setBackend(WASM_BACKEND);
  return fallback === undefined ? engine : { ...engine, fallback };
}

function threadCount(threads: number | undefined): number {
  const count = threads ?? (Number(process.env.TF_NUM_INTRAOP_THREADS) || availableParallelism());
  if (Number.isInteger(count) && count >= 1) return count;
  throw new AslError('ASL_ARGUMENT_INVALID', 'the number of threads must be a whole number, at least 1', {
    where: 'threads',
    received: String(threads),
  });
}
