import { setImmediate } from 'node:timers/promises';
import { ExactEvaluator, type ExactScore } from '@auto-seg-loss/formula';
import type { Metric } from '@auto-seg-loss/kernel';
import { type Network, tidyValue } from '@auto-seg-loss/ops';
import { argMax, sum } from '@tensorflow/tfjs-core';
import { logitsOf, type NetworkBatch } from './batch.ts';

/** Exact metrics by name; or that the network's logits were not finite, so that no class is the most likely. */
export type EvaluationOutcome =
  | { readonly status: 'complete'; readonly metrics: Readonly<Record<string, ExactScore>> }
  | { readonly status: 'failed'; readonly reason: 'logits-not-finite' };

/**
 * Scores a network with exact metrics, at the size of the batches' images, with batch norm's moving averages.
 * @throws what `signal` was aborted with, between two batches.
 */
export async function evaluateNetwork(inputs: {
  readonly network: Network;
  readonly batches: Iterable<NetworkBatch>;
  readonly metrics: readonly Metric[];
  readonly classes: number;
  readonly signal?: AbortSignal;
}): Promise<EvaluationOutcome> {
  const evaluator = new ExactEvaluator(inputs.metrics, inputs.classes);
  for (const batch of inputs.batches) {
    await setImmediate();
    inputs.signal?.throwIfAborted();
    const predictions = predictClasses(inputs.network, batch);
    if (predictions === undefined) return { status: 'failed', reason: 'logits-not-finite' };
    const [count, height, width] = batch.shape;
    const pixels = height * width;
    for (let image = 0; image < count; image++) {
      const range = [image * pixels, (image + 1) * pixels] as const;
      evaluator.add(predictions.subarray(...range), batch.labels.subarray(...range), height, width);
    }
  }
  return { status: 'complete', metrics: evaluator.result() };
}

/** The most likely class of each pixel, [n, h, w]; undefined if a logit is not finite. */
function predictClasses(network: Network, batch: NetworkBatch): Int32Array | undefined {
  return tidyValue(() => {
    const logits = logitsOf(network, batch, false); // [n, h, w, c]
    // A sum in float32 overflows for logits near 1e38 only, and such a network is lost as well.
    if (!Number.isFinite(sum(logits).dataSync()[0])) return undefined;
    return argMax(logits, 3).dataSync() as Int32Array;
  });
}
