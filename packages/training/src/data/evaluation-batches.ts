import type { Normalization } from '@auto-seg-loss/ops';
import type { Batch } from '../batch.ts';
import { normalizeBatch } from './normalize.ts';
import type { SampleStore } from './sample-store.ts';

/**
 * Samples in order and as they are, in batches; the last one is smaller where they do not divide. Can be gone through any
 * number of times; a batch is made when it is reached.
 * @param indices the store's samples; all of them by default. @param normalization as `Architecture.normalization`.
 */
export function evaluationBatches(
  store: SampleStore,
  batchSize: number,
  indices: readonly number[] = Array.from({ length: store.count }, (_, index) => index),
  normalization?: Normalization | undefined,
): Iterable<Batch> {
  return {
    *[Symbol.iterator]() {
      const pixels = store.size[0] * store.size[1];
      for (let start = 0; start < indices.length; start += batchSize) {
        const chosen = indices.slice(start, start + batchSize);
        const images = new Uint8Array(chosen.length * pixels * 3);
        const labels = new Uint8Array(chosen.length * pixels);
        for (const [slot, index] of chosen.entries()) {
          images.set(store.image(index), slot * pixels * 3);
          labels.set(store.label(index), slot * pixels);
        }
        yield normalizeBatch(images, labels, store.size, normalization);
      }
    },
  };
}
