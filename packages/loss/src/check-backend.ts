import { AslError } from '@auto-seg-loss/kernel';
import { NATIVE_BACKEND, WASM_BACKEND } from '@auto-seg-loss/ops';
import { getBackend, getGradient, Multiply } from '@tensorflow/tfjs-core';

/** What tests compare losses on. */
const BACKENDS: readonly string[] = [NATIVE_BACKEND, WASM_BACKEND, 'webgl', 'cpu'];

/**
 * A loss reads its labels at once, which WebGPU cannot, and trusts no backend that nobody has compared.
 * @throws AslError ASL_ENGINE_MISSING.
 */
export function checkBackend(): void {
  const backend = getBackend() as string | undefined;
  if (backend === undefined || !BACKENDS.includes(backend)) throw wrongBackend(backend);
  if (getGradient(Multiply) === undefined) throw noGradients();
}

function wrongBackend(backend: string | undefined): AslError {
  const none = backend === undefined || backend === '';
  return new AslError(
    'ASL_ENGINE_MISSING',
    none ? 'TensorFlow.js has no backend' : 'losses do not run on this backend',
    {
      where: 'the backend of TensorFlow.js',
      expected: `one of ${BACKENDS.join(', ')}`,
      received: none ? 'none' : backend,
      remedy: none
        ? 'import one, such as @tensorflow/tfjs-backend-wasm, and wait for tf.ready() before the loss is used'
        : 'await tf.setBackend("webgl") or tf.setBackend("wasm") before tensors are made',
    },
  );
}

/** The core alone knows no gradients; they are registered by the module that most programs import. */
function noGradients(): AslError {
  return new AslError('ASL_ENGINE_MISSING', 'TensorFlow.js has no gradients', {
    where: 'the gradients of TensorFlow.js',
    expected: 'those of @tensorflow/tfjs',
    received: '@tensorflow/tfjs-core alone',
    remedy: 'import "@tensorflow/tfjs" before the loss is used',
  });
}
