import { AslError } from '@auto-seg-loss/kernel';
import { getBackend } from '@tensorflow/tfjs-core';

/** What losses were compared on with the float64 interpreter. */
const BACKENDS = ['tensorflow', 'wasm', 'webgl', 'cpu'];

/**
 * A loss reads its labels at once, which WebGPU cannot, and trusts no backend that nobody has compared.
 * @throws AslError ASL_ENGINE_MISSING.
 */
export function checkBackend(): void {
  const backend = getBackend() as string | undefined;
  if (backend !== undefined && BACKENDS.includes(backend)) return;
  const none = backend === undefined || backend === '';
  throw new AslError(
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
