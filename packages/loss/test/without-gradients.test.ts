import '@tensorflow/tfjs-backend-cpu';
import { isAslError } from '@auto-seg-loss/kernel';
import { backend, registerBackend, setBackend, tensor3d, tensor4d } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { publishedLoss } from '../src/index.ts';

function expectedOf(action: () => unknown): string | undefined {
  try {
    action();
  } catch (error) {
    if (isAslError(error) && error.code === 'ASL_ENGINE_MISSING') return error.details.received;
    throw error;
  }
  return undefined;
}

describe('a loss is refused', () => {
  const call = () => publishedLoss('miou')(tensor4d([0, 0], [1, 1, 1, 2]), tensor3d([0], [1, 1, 1], 'int32'));

  test('without gradients', async () => {
    await setBackend('cpu');
    expect(expectedOf(call)).toBe('@tensorflow/tfjs-core alone');
  });

  test('on a backend that nobody has compared', async () => {
    await setBackend('cpu');
    const own = backend();
    registerBackend('webgpu', () => own);
    await setBackend('webgpu');
    expect(expectedOf(call)).toBe('webgpu');
  });
});
