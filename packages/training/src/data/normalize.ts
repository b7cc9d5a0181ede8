import type { Normalization } from '@auto-seg-loss/ops';
import type { Batch } from '../batch.ts';
import type { Size } from './resize-sample.ts';

/** By the mean and standard deviation of ImageNet's images, of values in [0, 255]. */
export const IMAGENET_NORMALIZATION: Normalization = {
  mean: [123.675, 116.28, 103.53],
  deviation: [58.395, 57.12, 57.375],
};

type Tables = readonly [red: Float32Array, green: Float32Array, blue: Float32Array];

const TABLES = new WeakMap<Normalization, Tables>();

/** What each value of a channel becomes. */
function tables(normalization: Normalization): Tables {
  const found = TABLES.get(normalization);
  if (found !== undefined) return found;
  const table = (channel: 0 | 1 | 2): Float32Array => {
    const [mean, deviation] = [normalization.mean[channel], normalization.deviation[channel]];
    return Float32Array.from({ length: 256 }, (_, value) => (value - mean) / deviation);
  };
  const made: Tables = [table(0), table(1), table(2)];
  TABLES.set(normalization, made);
  return made;
}

/**
 * A batch as a network takes it, from bytes.
 * @param images [n, h, w, 3], 0 to 255. @param labels [n, h, w]. @param normalization as `Architecture.normalization`.
 */
export function normalizeBatch(
  images: Uint8Array,
  labels: Uint8Array,
  [height, width]: Size,
  normalization: Normalization = IMAGENET_NORMALIZATION,
): Batch {
  const [red, green, blue] = tables(normalization);
  const normalized = new Float32Array(images.length);
  for (let i = 0; i < images.length; i += 3) {
    normalized[i] = red[images[i] as number] as number;
    normalized[i + 1] = green[images[i + 1] as number] as number;
    normalized[i + 2] = blue[images[i + 2] as number] as number;
  }
  return {
    shape: [labels.length / (height * width), height, width],
    images: normalized,
    labels: Int32Array.from(labels),
  };
}
