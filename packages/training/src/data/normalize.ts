import type { Batch } from '../batch.ts';
import type { Size } from './resize-sample.ts';

/** Mean and standard deviation of ImageNet's images by channel, of values in [0, 1]. */
const MEAN = [0.485, 0.456, 0.406] as const;
const DEVIATION = [0.229, 0.224, 0.225] as const;

const [RED, GREEN, BLUE] = [0, 1, 2].map((channel) =>
  Float32Array.from({ length: 256 }, (_, value) => (value / 255 - (MEAN[channel] ?? 0)) / (DEVIATION[channel] ?? 1)),
) as [Float32Array, Float32Array, Float32Array];

/**
 * A batch as a network takes it, from bytes.
 * @param images [n, h, w, 3], 0 to 255. @param labels [n, h, w].
 */
export function normalizeBatch(images: Uint8Array, labels: Uint8Array, [height, width]: Size): Batch {
  const normalized = new Float32Array(images.length);
  for (let i = 0; i < images.length; i += 3) {
    normalized[i] = RED[images[i] as number] as number;
    normalized[i + 1] = GREEN[images[i + 1] as number] as number;
    normalized[i + 2] = BLUE[images[i + 2] as number] as number;
  }
  return {
    shape: [labels.length / (height * width), height, width],
    images: normalized,
    labels: Int32Array.from(labels),
  };
}
