import type { Normalization } from '@auto-seg-loss/ops';
import type { Batch } from '../batch.ts';
import type { Size } from './resize-sample.ts';

/** By the mean and standard deviation of ImageNet's images, of values in [0, 255]. */
export const IMAGENET_NORMALIZATION: Normalization = {
  mean: [123.675, 116.28, 103.53],
  deviation: [58.395, 57.12, 57.375],
};
/** The same of values in [0, 1]. */
const MEAN = [0.485, 0.456, 0.406] as const;
const DEVIATION = [0.229, 0.224, 0.225] as const;

type Tables = readonly [red: Float32Array, green: Float32Array, blue: Float32Array];

/** What each value of a channel becomes. */
function tablesOf(become: (value: number, channel: number) => number): Tables {
  return [0, 1, 2].map((channel) => Float32Array.from({ length: 256 }, (_, value) => become(value, channel))) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
}

const IMAGENET = tablesOf((value, channel) => (value / 255 - (MEAN[channel] ?? 0)) / (DEVIATION[channel] ?? 1));
const TABLES = new WeakMap<Normalization, Tables>();

function tables(normalization: Normalization | undefined): Tables {
  if (normalization === undefined) return IMAGENET;
  const { mean, deviation } = normalization;
  const found =
    TABLES.get(normalization) ??
    tablesOf((value, channel) => (value - (mean[channel] ?? 0)) / (deviation[channel] ?? 1));
  TABLES.set(normalization, found);
  return found;
}

/**
 * A batch as a network takes it, from bytes.
 * @param images [n, h, w, 3], 0 to 255. @param labels [n, h, w]. @param normalization as `Architecture.normalization`.
 */
export function normalizeBatch(
  images: Uint8Array,
  labels: Uint8Array,
  [height, width]: Size,
  normalization: Normalization | undefined,
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
