import { type Decoder, Random } from '@auto-seg-loss/kernel';
import { type Checkpoint, loadCheckpoint } from './checkpoint.ts';
import type { FinalTrainingInputs } from './final-training.ts';
import { type LabelScores, type ScoredImage, scoreLabels } from './score-labels.ts';

/**
 * Scores a network that was trained before on val, as it was scored at the end of its training: of equal decoders the scores are
 * equal to the last digit.
 * @param run.where where the weights come from, for messages.
 * @throws what `signal` was aborted with; AslError as `loadCheckpoint`, and for data that cannot be read.
 */
export async function scoreKept(
  { dataset, architecture, options, metrics }: FinalTrainingInputs,
  run: {
    readonly weights: Checkpoint;
    readonly where: string;
    readonly decoders: readonly [Decoder, ...Decoder[]];
    readonly onImage?: (scored: ScoredImage) => void;
    readonly signal?: AbortSignal;
  },
): Promise<LabelScores> {
  const { weights, where, ...rest } = run;
  const classes = dataset.classes.length;
  const network = architecture.build(classes, Random.fromSeed(0));
  try {
    loadCheckpoint(weights, network, where);
    return await scoreLabels({
      ...rest,
      split: dataset.val,
      indices: dataset.val.ids.map((_, index) => index),
      network,
      normalization: architecture.normalization,
      size: options.size,
      images: options.images,
      scoring: options.scoring,
      metrics,
      classes,
    });
  } finally {
    network.dispose();
  }
}
