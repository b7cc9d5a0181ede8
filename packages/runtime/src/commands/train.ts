import { resolve } from 'node:path';
import type { LoadedRun } from '@auto-seg-loss/plugin-host';
import { liveTrainings } from '../live/live-trainings.ts';
import type { TrainingsInCommon } from './kept-trainings.ts';
import { TrainedFolder, trainedFiles } from './trained-folder.ts';
import { runTrainings, type TrainedNetwork, type TrainingJobOptions, type TrainingRequest } from './training-jobs.ts';

export interface TrainOptions extends TrainingJobOptions {
  /** As `resolveLoss` takes it. */
  readonly loss: string;
  /** Of weights and batches; by default the config's. */
  readonly seed?: number;
  /** The folder for the weights (safetensors) and the report; without it nothing is written. */
  readonly out?: string;
}

export interface TrainResult {
  /** Under the first of the config's decoders. */
  readonly network: TrainedNetwork;
  /** Under the others. */
  readonly others: readonly TrainedNetwork[];
  readonly metrics: readonly string[];
  readonly classes: readonly string[];
  /** Whether the network was trained before: its folder held the results. */
  readonly found: boolean;
  /** The paths written. */
  readonly weights: string | undefined;
  readonly report: string | undefined;
}

/**
 * Trains one network with a loss, from fresh weights on the whole training split, and scores it on val with each decoder of the
 * config. With `out`, what was
 * interrupted goes on, and what is there is not trained again.
 * @throws as `runTrainings`; AslError ASL_RUN_CHANGED where the folder holds a network of another config, loss or seed.
 */
export async function train(loaded: LoadedRun, options: TrainOptions): Promise<TrainResult> {
  const files = options.out === undefined ? undefined : trainedFiles(resolve(options.out));
  const request: TrainingRequest = {
    loss: options.loss,
    seed: options.seed ?? loaded.config.seed,
    learningRate: null,
    scoredOn: 'val',
  };
  const open = files === undefined ? null : (common: TrainingsInCommon) => TrainedFolder.open(files, common);
  const { networks, metrics, classes, found } = await liveTrainings(options, 'training', (watched) =>
    runTrainings(loaded, [request], watched, open),
  );
  const [network, ...others] = networks;
  if (network === undefined) throw new TypeError('one request gives one network');
  const written = network.status === 'complete' ? files : undefined;
  return { network, others, metrics, classes, found: found === 1, weights: written?.weights, report: written?.report };
}
