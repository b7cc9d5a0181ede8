import { join, resolve } from 'node:path';
import type { LoadedRun } from '../context.ts';
import { makeFolder, writeFile } from '../run-folder/write-file.ts';
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
  readonly network: TrainedNetwork;
  readonly metrics: readonly string[];
  readonly classes: readonly string[];
  /** The paths written. */
  readonly weights: string | undefined;
  readonly report: string | undefined;
}

/**
 * Trains one network with a loss, from fresh weights on the whole training split, and scores it on val.
 * @throws as `runTrainings`.
 */
export async function train(loaded: LoadedRun, options: TrainOptions): Promise<TrainResult> {
  const folder = options.out === undefined ? undefined : resolve(options.out);
  if (folder !== undefined) await makeFolder(folder);
  const weights = folder === undefined ? undefined : join(folder, 'weights.safetensors');
  const request: TrainingRequest = {
    loss: options.loss,
    seed: options.seed ?? loaded.config.seed,
    learningRate: null,
    scoredOn: 'val',
    weights: weights ?? null,
  };
  const { networks, metrics, classes, config } = await runTrainings(loaded, [request], options);
  const [network] = networks;
  if (network === undefined) throw new TypeError('one request gives one network');
  const report = folder === undefined ? undefined : join(folder, 'report.json');
  if (report !== undefined) await writeFile(report, `${JSON.stringify({ config, classes, ...network }, null, 2)}\n`);
  return { network, metrics, classes, weights: network.status === 'complete' ? weights : undefined, report };
}
