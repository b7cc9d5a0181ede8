import { setImmediate } from 'node:timers/promises';
import { type CoverageCounts, ExactEvaluator, type ExactScore } from '@auto-seg-loss/formula';
import type { Metric, Split } from '@auto-seg-loss/kernel';
import type { Network } from '@auto-seg-loss/ops';
import { sum, tidy } from '@tensorflow/tfjs-core';
import { uploadImages } from './batch.ts';
import { classesAtSize } from './classes-at-size.ts';
import { normalizeBatch } from './data/normalize.ts';
import { READ_AHEAD, readSamples } from './data/read-samples.ts';
import { resizeImage, type Size } from './data/resize-sample.ts';

/** Exact metrics by name with what they rest on; or that the network's logits were not finite. */
export type LabelScores =
  | {
      readonly status: 'complete';
      readonly metrics: Readonly<Record<string, ExactScore>>;
      readonly coverage: CoverageCounts;
    }
  | { readonly status: 'failed'; readonly reason: 'logits-not-finite' };

/** An image as the network sees it, and its label as it is in its file. */
interface Scored {
  /** [*size, 3] */
  readonly image: Uint8Array;
  readonly size: Size;
  readonly label: Uint8Array;
  readonly labelSize: Size;
}

/**
 * Scores a network against labels as they are in their files, whatever their sizes: it sees each image at `size`, or at its own, its logits are
 * brought to the label's size, and the most likely class there is compared. Samples are read anew, a few at a time.
 * @param inputs.onImage called after each image.
 * @throws what reading the samples throws; what `signal` was aborted with.
 */
export async function scoreLabels(inputs: {
  readonly network: Network;
  readonly split: Split;
  /** Of the split's samples. */
  readonly indices: readonly number[];
  /** That the network sees images at; null for each one's own. */
  readonly size: Size | null;
  readonly metrics: readonly Metric[];
  readonly classes: number;
  readonly onImage?: () => void;
  readonly signal?: AbortSignal;
}): Promise<LabelScores> {
  const { network, indices, metrics, classes } = inputs;
  const evaluator = new ExactEvaluator(metrics, classes);
  for (let start = 0; start < indices.length; start += READ_AHEAD) {
    for (const { image, size, label, labelSize } of await readScored(
      inputs,
      indices.slice(start, start + READ_AHEAD),
    )) {
      await setImmediate();
      inputs.signal?.throwIfAborted();
      // One at a time: logits are the largest thing here.
      const logits = finiteLogits(network, image, size);
      if (logits === undefined) return { status: 'failed', reason: 'logits-not-finite' };
      const prediction = classesAtSize(logits, size, labelSize, classes);
      evaluator.add(prediction, label, ...labelSize);
      inputs.onImage?.();
    }
  }
  return { status: 'complete', metrics: evaluator.result(), coverage: evaluator.coverage() };
}

async function readScored(
  { split, size, classes }: { readonly split: Split; readonly size: Size | null; readonly classes: number },
  indices: readonly number[],
): Promise<readonly Scored[]> {
  const scored: Scored[] = [];
  await readSamples(split, {
    classes,
    indices,
    visit: ({ image, label, height, width }, index) => {
      const labelSize: Size = [height, width];
      const seen = size ?? labelSize;
      scored[indices.indexOf(index)] = { image: resizeImage(image, labelSize, seen), size: seen, label, labelSize };
    },
  });
  return scored;
}

/** [h, w, c], off the device; undefined if one is not finite. @param image [h, w, 3] */
function finiteLogits(network: Network, image: Uint8Array, size: Size): Float32Array | undefined {
  // The label at this size is of no use here.
  const batch = normalizeBatch(image, new Uint8Array(size[0] * size[1]), size);
  return tidy(() => {
    const logits = network.forward(uploadImages(batch), false);
    // A sum in float32 overflows for logits near 1e38 only, and such a network is lost as well.
    return Number.isFinite(sum(logits).dataSync()[0]) ? (logits.dataSync() as Float32Array) : undefined;
  });
}
