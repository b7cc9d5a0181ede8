import { type CoverageCounts, ExactEvaluator, type ExactScore } from '@auto-seg-loss/formula';
import { type Decoder, type Metric, mostProbable, type Sample, type Split } from '@auto-seg-loss/kernel';
import { READ_AHEAD, readSamples } from './data/read-samples.ts';
import { ImagePredictor, type PredictorInputs } from './prediction/image-predictor.ts';

/** What the classes that a decoder chose are worth. */
export interface DecodedScores {
  /** Exact, by name. */
  readonly metrics: Readonly<Record<string, ExactScore>>;
  /** What they rest on. */
  readonly coverage: CoverageCounts;
}

/** Scores of the first decoder, and of each; or that the network's logits were not finite. */
export type LabelScores =
  | ({ readonly status: 'complete'; readonly decoded: readonly DecodedScores[] } & DecodedScores)
  | { readonly status: 'failed'; readonly reason: 'logits-not-finite' };

/** An image with what a network made of it. */
export interface ScoredImage {
  readonly sample: Sample;
  /** Of the split. */
  readonly index: number;
  /** The class of each pixel by each of the decoders, [h, w]. */
  readonly predictions: readonly Uint8Array[];
}

/**
 * Scores a network against labels as they are in their files, whatever their sizes: it is applied to each image as `ImagePredictor`
 * says, and the classes that each decoder chooses at the label's size are compared. Samples are read anew, a few at a time.
 * @param inputs.decoders all are asked about the same probabilities, in one pass over the images; the most probable class by
 *   default.
 * @param inputs.onImage called after each image.
 * @throws what reading the samples throws; what `signal` was aborted with.
 */
export async function scoreLabels(
  inputs: PredictorInputs & {
    readonly split: Split;
    /** Of the split's samples. */
    readonly indices: readonly number[];
    readonly metrics: readonly Metric[];
    readonly decoders?: readonly [Decoder, ...Decoder[]];
    readonly onImage?: (scored: ScoredImage) => void;
    readonly signal?: AbortSignal;
  },
): Promise<LabelScores> {
  const { indices, metrics, decoders = [mostProbable], classes, signal } = inputs;
  const predictor = new ImagePredictor(inputs);
  const evaluators = decoders.map(() => new ExactEvaluator(metrics, classes));
  for (let start = 0; start < indices.length; start += READ_AHEAD) {
    const next = indices.slice(start, start + READ_AHEAD);
    for (const [offset, sample] of (await readInOrder(inputs, next)).entries()) {
      const { image, label, height, width } = sample;
      const prediction = await predictor.predict(
        { image, size: [height, width] },
        { decoders, ...(signal === undefined ? {} : { signal }) },
      );
      if (prediction === undefined) return { status: 'failed', reason: 'logits-not-finite' };
      const { decoded } = prediction;
      for (const [place, evaluator] of evaluators.entries())
        evaluator.add(decoded[place] as Uint8Array, label, height, width);
      inputs.onImage?.({ sample, index: next[offset] as number, predictions: decoded });
    }
  }
  const decoded = evaluators.map((each): DecodedScores => ({ metrics: each.result(), coverage: each.coverage() }));
  return { status: 'complete', ...(decoded[0] as DecodedScores), decoded };
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
