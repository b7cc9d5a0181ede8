import { type CoverageCounts, ExactEvaluator, type ExactScore } from '@auto-seg-loss/formula';
import type { Metric, Sample, Split } from '@auto-seg-loss/kernel';
import { READ_AHEAD, readSamples } from './data/read-samples.ts';
import { ImagePredictor, type PredictorInputs } from './prediction/image-predictor.ts';

/** Exact metrics by name with what they rest on; or that the network's logits were not finite. */
export type LabelScores =
  | {
      readonly status: 'complete';
      readonly metrics: Readonly<Record<string, ExactScore>>;
      readonly coverage: CoverageCounts;
    }
  | { readonly status: 'failed'; readonly reason: 'logits-not-finite' };

/** An image with what a network made of it. */
export interface ScoredImage {
  readonly sample: Sample;
  /** Of the split. */
  readonly index: number;
  /** The class of each pixel, [h, w]. */
  readonly prediction: Uint8Array;
}

/**
 * Scores a network against labels as they are in their files, whatever their sizes: it is applied to each image as `ImagePredictor`
 * says, and the most likely class at the label's size is compared. Samples are read anew, a few at a time.
 * @param inputs.onImage called after each image.
 * @throws what reading the samples throws; what `signal` was aborted with.
 */
export async function scoreLabels(
  inputs: PredictorInputs & {
    readonly split: Split;
    /** Of the split's samples. */
    readonly indices: readonly number[];
    readonly metrics: readonly Metric[];
    readonly onImage?: (scored: ScoredImage) => void;
    readonly signal?: AbortSignal;
  },
): Promise<LabelScores> {
  const { indices, metrics, classes, signal } = inputs;
  const predictor = new ImagePredictor(inputs);
  const evaluator = new ExactEvaluator(metrics, classes);
  for (let start = 0; start < indices.length; start += READ_AHEAD) {
    const next = indices.slice(start, start + READ_AHEAD);
    for (const [offset, sample] of (await readInOrder(inputs, next)).entries()) {
      const { image, label, height, width } = sample;
      const prediction = await predictor.predict(
        { image, size: [height, width] },
        signal === undefined ? {} : { signal },
      );
      if (prediction === undefined) return { status: 'failed', reason: 'logits-not-finite' };
      evaluator.add(prediction.classes, label, height, width);
      inputs.onImage?.({ sample, index: next[offset] as number, prediction: prediction.classes });
    }
  }
  return { status: 'complete', metrics: evaluator.result(), coverage: evaluator.coverage() };
}

async function readInOrder(
  { split, classes }: { readonly split: Split; readonly classes: number },
  indices: readonly number[],
): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  await readSamples(split, {
    classes,
    indices,
    visit: (sample, index) => {
      samples[indices.indexOf(index)] = sample;
    },
  });
  return samples;
}
